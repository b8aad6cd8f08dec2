package io.zerocloud.plan.placement;

/**
 * A storage node that can run sessions.
 *
 * @param id what the rings and the agents call it, such as {@code 10.0.0.5} or {@code node1}
 * @param slots sessions that it can run at once
 * @param free slots that are not taken now, 0 to {@code slots}
 * @param up false if it failed or does not answer: nothing is placed there
 */
public record StorageNode(String id, int slots, int free, boolean up) {
    public StorageNode {
        if (id.isEmpty() || slots < 0 || free < 0 || free > slots) {
            throw new IllegalArgumentException(
                    "not a storage node: " + id + ", " + free + " of " + slots + " slots free");
        }
    }
}
