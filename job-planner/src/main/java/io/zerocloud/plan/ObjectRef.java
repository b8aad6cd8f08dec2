package io.zerocloud.plan;

import io.zerocloud.job.StorePath;
import java.util.Optional;

/**
 * An object, or container, that a session reads.
 *
 * @param path which
 * @param pin which version; absent only before {@link Planner#pin} and for containers whose facts
 *     were not asked
 */
public record ObjectRef(StorePath path, Optional<Pin> pin) {
    ObjectRef(StorePath path) {
        this(path, Optional.empty());
    }
}
