package io.zerocloud.plan.placement;

import io.zerocloud.job.StorePath;
import java.util.List;

/** Where the rings put an object or container, whether or not it exists yet. */
@FunctionalInterface
public interface Replicas {
    /**
     * Ids of the nodes of its primary replicas, best first; empty if unknown. Must not block on the
     * network for long: it is asked once per attached path.
     */
    List<String> of(StorePath path);
}
