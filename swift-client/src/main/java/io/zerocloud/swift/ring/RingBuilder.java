package io.zerocloud.swift.ring;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a new ring for a fixed set of devices: every replica of a partition on another device, as
 * far apart as regions, zones and servers allow, and every device loaded by its weight. The same
 * devices give the same ring. Rings that grow and shrink over years are {@code
 * swift-ring-builder}'s work; this serves clusters that are laid once.
 */
public final class RingBuilder {
    private RingBuilder() {}

    /**
     * @param partPower 2^partPower partitions, 0 to 16
     * @param replicas at most the number of devices of positive weight
     */
    public static Ring build(int partPower, int replicas, List<RingDevice> devices) {
        if (partPower < 0 || partPower > 16) {
            throw new IllegalArgumentException("part power " + partPower + ": must be 0 to 16");
        }
        List<RingDevice> usable = devices.stream().filter(d -> d.weight() > 0).toList();
        if (replicas < 1 || replicas > usable.size()) {
            throw new IllegalArgumentException(
                    "replicas "
                            + replicas
                            + ": must be 1 to the number of devices, "
                            + usable.size());
        }
        int partitions = 1 << partPower;
        double totalWeight = usable.stream().mapToDouble(RingDevice::weight).sum();
        double[] wanted = new double[usable.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = usable.get(i).weight() / totalWeight * partitions * replicas;
        }
        char[][] assignment = new char[replicas][partitions];
        for (int partition = 0; partition < partitions; partition++) {
            Spread spread = new Spread();
            for (int replica = 0; replica < replicas; replica++) {
                int best = -1;
                for (int i = 0; i < wanted.length; i++) {
                    if (spread.allows(usable.get(i))
                            && (best < 0 || spread.prefers(usable, wanted, i, best))) {
                        best = i;
                    }
                }
                spread.add(usable.get(best));
                wanted[best]--;
                assignment[replica][partition] = (char) usable.get(best).id();
            }
        }
        return new Ring(partPower, devices, assignment, Optional.empty(), Optional.of(1L));
    }

    /** Where the replicas of one partition lie so far. */
    private static final class Spread {
        private final Map<Object, Integer> used = new HashMap<>();

        boolean allows(RingDevice device) {
            return !used.containsKey(device.id());
        }

        boolean prefers(List<RingDevice> devices, double[] wanted, int one, int other) {
            int bySpread = Arrays.compare(crowding(devices.get(one)), crowding(devices.get(other)));
            return bySpread != 0 ? bySpread < 0 : wanted[one] > wanted[other];
        }

        void add(RingDevice device) {
            for (Object tier : tiers(device)) {
                used.merge(tier, 1, Integer::sum);
            }
        }

        private int[] crowding(RingDevice device) {
            return Arrays.stream(tiers(device)).mapToInt(t -> used.getOrDefault(t, 0)).toArray();
        }

        private static Object[] tiers(RingDevice device) {
            return new Object[] {
                List.of(device.region()),
                List.of(device.region(), device.zone()),
                List.of(device.region(), device.zone(), device.ip()),
                device.id()
            };
        }
    }
}
