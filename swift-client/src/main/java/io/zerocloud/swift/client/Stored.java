package io.zerocloud.swift.client;

import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * What Swift said to a PUT or COPY that it took.
 *
 * @param etag of the new object without quotes: the MD5 of its bytes, for a large object of its
 *     segments' ETags
 */
public record Stored(Optional<String> etag, String transactionId, MultiMap headers) {}
