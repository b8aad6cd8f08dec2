package io.zerocloud.plan.placement;

import java.util.List;
import java.util.Set;

/**
 * The storage nodes as seen at one moment.
 *
 * @param nodes ids are distinct; their order is the last tie-breaker
 * @param share how many sessions the caller's account may run at once
 */
public record Cluster(List<StorageNode> nodes, int share) {
    public Cluster {
        nodes = List.copyOf(nodes);
        if (nodes.stream().map(StorageNode::id).distinct().count() != nodes.size()) {
            throw new IllegalArgumentException("two storage nodes have one id");
        }
        if (share < 0) {
            throw new IllegalArgumentException("share " + share);
        }
    }

    /** The same cluster after some nodes failed. */
    public Cluster without(Set<String> failed) {
        return new Cluster(
                nodes.stream()
                        .map(
                                node ->
                                        failed.contains(node.id())
                                                ? new StorageNode(node.id(), node.slots(), 0, false)
                                                : node)
                        .toList(),
                share);
    }
}
