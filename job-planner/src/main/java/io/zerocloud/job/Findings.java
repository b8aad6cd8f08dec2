package io.zerocloud.job;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a description, in the order in which existing clients know it: the original
 * checked all groups, then connections, and left the rest to the storage nodes. Its first complaint
 * gives an answer its status and first line, so that order is kept.
 */
final class Findings {
    private final List<Violation> groups = new ArrayList<>();
    private final List<Violation> connections = new ArrayList<>();
    private final List<Violation> programs = new ArrayList<>();
    private final List<Violation> nodes = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Found while reading a group. */
    void group(Violation violation) {
        groups.add(violation);
    }

    /** Found while joining groups. */
    void connection(Violation violation) {
        connections.add(violation);
    }

    /** Once found when programs were fetched. */
    void program(Violation violation) {
        programs.add(violation);
    }

    /** Once found by a storage node. */
    void node(Violation violation) {
        nodes.add(violation);
    }

    /** Accepted, but without effect. */
    void note(String at, String text) {
        notes.add(at + ": " + text);
    }

    List<String> notes() {
        return notes;
    }

    void refuseIfAny() throws JobRefused {
        List<Violation> all = new ArrayList<>(groups);
        all.addAll(connections);
        all.addAll(programs);
        all.addAll(nodes);
        if (!all.isEmpty()) {
            throw new JobRefused(all);
        }
    }
}
