package io.zerocloud.plan;

import io.zerocloud.job.StorePath;

/**
 * The object that attracts a session and fills its {@code LOCAL_*} variables.
 *
 * @param device name of its channel
 * @param path object or container
 * @param access whether the session reads or writes it
 */
public record Attachment(String device, StorePath path, Access access) {
    /** How a session uses its attached object. */
    public enum Access {
        READ,
        WRITE
    }
}
