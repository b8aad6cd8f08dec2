package io.zerocloud.swift.client;

import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * What a HEAD or GET may ask for beside the name.
 *
 * @param range the part wanted; all of it if empty
 * @param headers conditions (If-Match, If-None-Match, ...) and whatever else is to be sent
 * @param query to append, encoded and without {@code ?}: {@code multipart-manifest=get}
 */
public record ReadOptions(Optional<ByteRange> range, MultiMap headers, Optional<String> query) {
    public static ReadOptions none() {
        return new ReadOptions(
                Optional.empty(), MultiMap.caseInsensitiveMultiMap(), Optional.empty());
    }

    public ReadOptions withRange(ByteRange wanted) {
        return new ReadOptions(Optional.of(wanted), headers, query);
    }

    public ReadOptions withHeader(String name, String value) {
        MultiMap more = MultiMap.caseInsensitiveMultiMap().addAll(headers).set(name, value);
        return new ReadOptions(range, more, query);
    }

    /** Only this version: another one is a {@link SwiftException} of status 412. */
    public ReadOptions ifMatch(String etag) {
        return withHeader("If-Match", etag);
    }

    public ReadOptions withQuery(String encoded) {
        return new ReadOptions(range, headers, Optional.of(encoded));
    }

    MultiMap allHeaders() {
        MultiMap all = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        range.ifPresent(wanted -> all.set("Range", wanted.header()));
        return all;
    }
}
