package io.zerocloud.wire;

import java.util.List;

/**
 * An agent about itself.
 *
 * @param name as configured on both sides
 * @param slots sessions that it runs at once
 * @param free slots not taken now
 * @param images names of its system images
 * @param protections each protection of the sandbox, {@code name: on} or {@code name: off (reason)}
 */
public record AgentStatus(
        String name, int slots, int free, List<String> images, List<String> protections) {
    public AgentStatus {
        images = List.copyOf(images);
        protections = List.copyOf(protections);
    }
}
