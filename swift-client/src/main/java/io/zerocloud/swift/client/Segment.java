package io.zerocloud.swift.client;

import io.zerocloud.swift.ObjectPath;
import java.util.Optional;

/**
 * A segment of a static large object; it must exist when the manifest is put.
 *
 * @param path in the account of the manifest
 * @param etag checked by Swift if given
 * @param bytes checked by Swift if given
 * @param range {@code first-last} of the segment if only a part counts
 */
public record Segment(
        ObjectPath path, Optional<String> etag, Optional<Long> bytes, Optional<String> range) {
    public Segment(ObjectPath path, String etag, long bytes) {
        this(path, Optional.of(etag), Optional.of(bytes), Optional.empty());
    }
}
