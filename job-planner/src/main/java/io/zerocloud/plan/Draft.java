package io.zerocloud.plan;

import io.zerocloud.job.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A session while it is being made: connections add channels to both of their ends. */
final class Draft {
    final Group group;
    final int id;
    final String name;
    final List<String> captures;

    /** What the wildcard inputs of the group matched for this member. */
    final Map<String, Match> matches;

    private final List<Channel> declared = new ArrayList<>();
    private final List<Channel> connected = new ArrayList<>();
    private final Set<String> connectedNames = new HashSet<>();
    private Optional<Attachment> attachment = Optional.empty();

    Draft(Group group, int id, String name, List<String> captures, Map<String, Match> matches) {
        this.group = group;
        this.id = id;
        this.name = name;
        this.captures = captures;
        this.matches = matches;
    }

    /**
     * Adds one end of a connection.
     *
     * @return whether the device was free
     */
    boolean connect(Channel channel) {
        if (!connectedNames.add(channel.device())) {
            return false;
        }
        connected.add(channel);
        return true;
    }

    boolean isConnected(String device) {
        return connectedNames.contains(device);
    }

    void declare(Channel channel) {
        declared.add(channel);
    }

    void attach(Optional<Attachment> to) {
        attachment = to;
    }

    Session session(Program program, int component) {
        List<Channel> channels = new ArrayList<>(declared.size() + connected.size());
        channels.addAll(declared);
        channels.addAll(connected);
        List<String> arguments = new ArrayList<>();
        arguments.add(group.programName().orElse(name));
        arguments.addAll(group.arguments());
        return new Session(
                id,
                name,
                group.name(),
                program,
                arguments,
                group.env(),
                channels,
                attachment,
                group.location(),
                captures,
                component);
    }
}
