package io.zerocloud.plan;

import io.zerocloud.job.StorePath;
import java.util.List;
import java.util.Optional;

/**
 * A name that a wildcard input matched.
 *
 * @param path object, or container if the wildcard has no object part
 * @param captures texts of its stars, the container's first
 * @param pin from the listing; absent for containers
 */
record Match(StorePath path, List<String> captures, Optional<Pin> pin) {}
