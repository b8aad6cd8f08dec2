package io.zerocloud.swift.ring;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An immutable ring: which devices hold which partition. {@link RingFile} reads and writes it,
 * {@link RingBuilder} makes new ones.
 */
public final class Ring {
    /** 2^24 partitions serve hundreds of thousands of disks; more is a damaged file. */
    static final int MAX_PART_POWER = 24;

    static final int MAX_REPLICAS = 64;

    private final int partPower;
    private final TreeMap<Integer, RingDevice> devices;
    private final char[][] assignment;
    private final Optional<Integer> nextPartPower;
    private final Optional<Long> version;
    private final int assignedDevices;
    private final int regions;
    private final int zones;
    private final int servers;

    /**
     * @param assignment one row a replica, each with the id of the device of every partition; the
     *     last row may be short (fractional replica counts). Owned by the ring from here on.
     * @throws IllegalArgumentException if a row names a device that does not exist
     */
    Ring(
            int partPower,
            List<RingDevice> devices,
            char[][] assignment,
            Optional<Integer> nextPartPower,
            Optional<Long> version) {
        if (partPower < 0 || partPower > MAX_PART_POWER) {
            throw new IllegalArgumentException(
                    "part power " + partPower + ": must be 0 to " + MAX_PART_POWER);
        }
        if (assignment.length == 0 || assignment.length > MAX_REPLICAS) {
            throw new IllegalArgumentException(
                    "replica count " + assignment.length + ": must be 1 to " + MAX_REPLICAS);
        }
        this.partPower = partPower;
        this.devices = new TreeMap<>();
        for (RingDevice device : devices) {
            if (this.devices.put(device.id(), device) != null) {
                throw new IllegalArgumentException("device id " + device.id() + ": given twice");
            }
        }
        this.assignment = assignment;
        this.nextPartPower = nextPartPower;
        this.version = version;

        BitSet assigned = new BitSet();
        for (int replica = 0; replica < assignment.length; replica++) {
            char[] row = assignment[replica];
            boolean last = replica == assignment.length - 1;
            if (row.length > partitions()
                    || (row.length < partitions() && (!last || replica == 0))) {
                throw new IllegalArgumentException(
                        "replica "
                                + replica
                                + ": has "
                                + row.length
                                + " of "
                                + partitions()
                                + " partitions");
            }
            for (char id : row) {
                assigned.set(id);
            }
        }
        Set<Object> seenRegions = new HashSet<>();
        Set<Object> seenZones = new HashSet<>();
        Set<Object> seenServers = new HashSet<>();
        assigned.stream()
                .forEach(
                        id -> {
                            RingDevice device = this.devices.get(id);
                            if (device == null) {
                                throw new IllegalArgumentException(
                                        "device id " + id + ": assigned, but not in the list");
                            }
                            seenRegions.add(device.region());
                            seenZones.add(Zone.of(device));
                            seenServers.add(Server.of(device));
                        });
        this.assignedDevices = assigned.cardinality();
        this.regions = seenRegions.size();
        this.zones = seenZones.size();
        this.servers = seenServers.size();
    }

    public int partPower() {
        return partPower;
    }

    public int partitions() {
        return 1 << partPower;
    }

    /** Replicas a partition on average: whole unless the operator chose a fraction. */
    public double replicas() {
        char[] last = assignment[assignment.length - 1];
        return assignment.length - 1 + (double) last.length / partitions();
    }

    /** Every device in the order of ids, those that hold nothing included. */
    public List<RingDevice> devices() {
        return List.copyOf(devices.values());
    }

    /** Set while the operator doubles the partitions: files then lie in both places. */
    public Optional<Integer> nextPartPower() {
        return nextPartPower;
    }

    /** The builder's version, which grows with each change; absent in rings of old builders. */
    public Optional<Long> version() {
        return version;
    }

    public int partition(PathHash hash) {
        return hash.partition(partPower);
    }

    /** The devices that should hold the partition, in the order of replicas, each once. */
    public List<RingDevice> primaries(int partition) {
        requirePartition(partition);
        List<RingDevice> primaries = new ArrayList<>(assignment.length);
        for (char[] row : assignment) {
            if (partition < row.length) {
                RingDevice device = device(row[partition]);
                if (!primaries.contains(device)) {
                    primaries.add(device);
                }
            }
        }
        return primaries;
    }

    /**
     * The devices that take a partition's data while primaries fail, in Swift's order ({@code
     * Ring.get_more_nodes}): first other regions, then other zones, other servers, other disks.
     *
     * @param limit at most so many; a long list costs a walk over the whole ring
     */
    public List<RingDevice> handoffs(int partition, int limit) {
        HandoffWalk walk = new HandoffWalk(partition, limit);
        walk.stage(RingDevice::region, walk.regions, regions);
        walk.stage(Zone::of, walk.zones, zones);
        walk.stage(Server::of, walk.servers, servers);
        walk.stage(RingDevice::id, walk.ids, assignedDevices);
        return walk.found;
    }

    char[][] assignment() {
        return assignment;
    }

    private RingDevice device(int id) {
        RingDevice device = devices.get(id);
        if (device == null) {
            throw new IllegalStateException("checked by the constructor");
        }
        return device;
    }

    private void requirePartition(int partition) {
        if (partition < 0 || partition >= partitions()) {
            throw new IllegalArgumentException(
                    "partition " + partition + ": must be 0 to " + (partitions() - 1));
        }
    }

    private record Zone(int region, int zone) {
        static Zone of(RingDevice device) {
            return new Zone(device.region(), device.zone());
        }
    }

    private record Server(Zone zone, String ip) {
        static Server of(RingDevice device) {
            return new Server(Zone.of(device), device.ip());
        }
    }

    private final class HandoffWalk {
        final Set<Object> regions = new HashSet<>();
        final Set<Object> zones = new HashSet<>();
        final Set<Object> servers = new HashSet<>();
        final Set<Object> ids = new HashSet<>();
        final List<RingDevice> found = new ArrayList<>();
        private final int limit;
        private final int start;
        private final int step;

        HandoffWalk(int partition, int limit) {
            this.limit = limit;
            primaries(partition).forEach(this::use);
            // Swift starts at the hash of the partition's number, so that neighbours differ.
            start = PathHasher.md5OfDecimal(partition).partition(partPower);
            step = Math.max(1, partitions() / 65536);
        }

        void stage(Function<RingDevice, Object> key, Set<Object> seen, int all) {
            for (int i = start; i < partitions(); i += step) {
                if (!visit(i, key, seen, all)) {
                    return;
                }
            }
            for (int i = step - ((partitions() - start) % step); i < start; i += step) {
                if (!visit(i, key, seen, all)) {
                    return;
                }
            }
        }

        /** Returns false once nothing more can be found in this stage. */
        private boolean visit(
                int partition, Function<RingDevice, Object> key, Set<Object> seen, int all) {
            if (seen.size() == all || found.size() >= limit) {
                return false;
            }
            for (char[] row : assignment) {
                if (partition < row.length) {
                    RingDevice device = device(row[partition]);
                    if (!ids.contains(device.id()) && !seen.contains(key.apply(device))) {
                        use(device);
                        found.add(device);
                        if (seen.size() == all || found.size() >= limit) {
                            return false;
                        }
                    }
                }
            }
            return true;
        }

        private void use(RingDevice device) {
            regions.add(device.region());
            zones.add(Zone.of(device));
            servers.add(Server.of(device));
            ids.add(device.id());
        }
    }
}
