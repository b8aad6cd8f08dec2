package io.zerocloud.plan.placement;

import java.util.List;

/**
 * Where a session runs.
 *
 * @param node id of the storage node
 * @param wave 0 starts now; wave n starts when the job's own sessions before it gave their slots
 *     back. Sessions joined by connections are in one wave
 * @param reason the rule that decided
 * @param why the decision in words
 * @param alternatives ids of other nodes that are up and hold a replica of the attached object,
 *     best first
 */
public record Placement(
        String node, int wave, Reason reason, String why, List<String> alternatives) {
    public Placement {
        alternatives = List.copyOf(alternatives);
    }

    /** The rules, in order of precedence. */
    public enum Reason {
        /** Shares the node of an earlier session with the same label. */
        LABEL,
        /** The node holds a replica of the attached object. */
        LOCAL,
        /** The attached object is elsewhere: its nodes are down, full or unknown. */
        REMOTE,
        /** Nothing is attached. */
        ANYWHERE
    }
}
