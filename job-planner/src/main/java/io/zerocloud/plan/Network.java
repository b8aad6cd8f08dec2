package io.zerocloud.plan;

import io.zerocloud.job.Device;
import io.zerocloud.job.DeviceNames;
import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.Group;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.Url;
import io.zerocloud.job.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Joins sessions. {@code connect} gives every node of a group a stream to every node of the target,
 * {@code /dev/out/<target>} to {@code /dev/in/<source>}; a {@code zvm://} device names both ends
 * itself and stands in for that pair. A node is never joined to itself.
 */
final class Network {
    private final PlanSettings settings;
    private final Map<String, List<Draft>> byGroup;
    private final Map<String, Draft> byName;
    private final Channel.Limits write;
    private final Channel.Limits read;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();

    /** Union-find over session ids. */
    private int[] parent = new int[0];

    /** Dense numbers of the sets, by representative. */
    private int[] number = new int[0];

    private int numbers;

    Network(PlanSettings settings, Map<String, List<Draft>> byGroup, Map<String, Draft> byName) {
        this.settings = settings;
        this.byGroup = byGroup;
        this.byName = byName;
        this.write = new Channel.Limits(0, 0, settings.maxIops(), settings.maxOutput());
        this.read = new Channel.Limits(settings.maxIops(), settings.maxInput(), 0, 0);
    }

    List<Connection> connect(List<Group> groups, int sessions) throws JobRefused {
        parent = new int[sessions + 1];
        number = new int[sessions + 1];
        for (int i = 0; i <= sessions; i++) {
            parent[i] = i;
        }
        for (Group group : groups) {
            connect(group);
        }
        return connections;
    }

    List<Violation> violations() {
        return violations;
    }

    /**
     * Number of the set of sessions that a session is joined to, from 1 in order of first asking.
     */
    int component(int session) {
        int root = root(session);
        if (number[root] == 0) {
            number[root] = ++numbers;
        }
        return number[root];
    }

    private void connect(Group group) throws JobRefused {
        List<Draft> sources = byGroup.getOrDefault(group.name(), List.of());
        Set<Draft> named = new LinkedHashSet<>();
        for (int i = 0; i < group.connect().size(); i++) {
            named.addAll(targets(group.connect().get(i), group.at() + ".connect[" + i + "]"));
        }
        Set<Draft> paired = new HashSet<>();
        for (Device device : group.devices()) {
            Optional<Url.Zvm> zvm = device.zvm();
            if (zvm.isPresent()) {
                List<Draft> targets = targets(zvm.get().group(), device.at() + ".path");
                checkRoom((long) sources.size() * targets.size());
                for (Draft source : sources) {
                    for (Draft target : targets) {
                        paired.add(target);
                        joinByDevices(source, target, device, zvm.get());
                    }
                }
            }
        }
        named.removeAll(paired);
        checkRoom((long) sources.size() * named.size());
        for (Draft source : sources) {
            for (Draft target : named) {
                if (source != target) {
                    join(
                            source,
                            "out/" + target.name,
                            Device.Mode.FILE,
                            target,
                            "in/" + source.name,
                            group.at() + ".connect");
                }
            }
        }
    }

    /** Before they are made: a short document can ask for a great many. */
    private void checkRoom(long more) throws JobRefused {
        long total = connections.size() + more;
        if (total > settings.limits().connections()) {
            throw new JobRefused(
                    ErrorCode.TOO_MANY_CONNECTIONS.at(
                            "$", total + " connections", settings.limits().connections()));
        }
    }

    private List<Draft> targets(String name, String at) {
        List<Draft> group = byGroup.get(name);
        if (group != null) {
            return group;
        }
        Draft node = byName.get(name);
        if (node != null) {
            return List.of(node);
        }
        violations.add(ErrorCode.CONNECT_UNKNOWN.at(at, "", name));
        return List.of();
    }

    private void joinByDevices(Draft source, Draft target, Device device, Url.Zvm zvm) {
        if (source == target) {
            return;
        }
        Optional<String> from = filled(device.name(), source);
        Optional<String> to = filled(zvm.device(), source);
        if (from.isEmpty() || to.isEmpty()) {
            violations.add(
                    ErrorCode.ZVM_WILDCARD.at(device.at() + ".path", zvm.text(), source.name));
            return;
        }
        join(source, from.get(), device.mode(), target, to.get(), device.at());
    }

    private static Optional<String> filled(String pattern, Draft source) {
        if (Wildcard.stars(pattern) > source.captures.size()) {
            return Optional.empty();
        }
        return Optional.of(Wildcard.fill(pattern, source.captures)).filter(DeviceNames::isValid);
    }

    private void join(
            Draft source,
            String fromDevice,
            Device.Mode mode,
            Draft target,
            String toDevice,
            String at) {
        int id = connections.size();
        boolean free =
                source.connect(
                        new Channel(
                                fromDevice,
                                Channel.Type.SEQUENTIAL,
                                write,
                                mode,
                                new Channel.Backing.PeerOutput(id)));
        if (!free) {
            violations.add(ErrorCode.DEVICE_DUPLICATE.at(at, "", fromDevice, source.name));
            return;
        }
        free =
                target.connect(
                        new Channel(
                                toDevice,
                                Channel.Type.SEQUENTIAL,
                                read,
                                Device.Mode.FILE,
                                new Channel.Backing.PeerInput(id)));
        if (!free) {
            violations.add(ErrorCode.DEVICE_DUPLICATE.at(at, "", toDevice, target.name));
            return;
        }
        connections.add(new Connection(id, source.id, fromDevice, target.id, toDevice));
        parent[root(source.id)] = root(target.id);
    }

    private int root(int session) {
        int at = session;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
