package io.zerocloud.swift.client;

import java.util.Optional;

/**
 * What part of a listing is wanted. Names compare by their UTF-8 bytes.
 *
 * @param prefix only names that begin so
 * @param delimiter names are folded after its next occurrence; usually {@code /}
 * @param marker only names after it
 * @param endMarker only names before it
 * @param pageSize names a request, 1 to the cluster's limit (10000 by default)
 */
public record ListingQuery(
        Optional<String> prefix,
        Optional<String> delimiter,
        Optional<String> marker,
        Optional<String> endMarker,
        int pageSize) {
    public ListingQuery {
        if (pageSize < 1) {
            throw new IllegalArgumentException("pageSize " + pageSize + ": must be 1 or more");
        }
    }

    /** Everything, 1000 names at a time. */
    public static ListingQuery all() {
        return new ListingQuery(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 1000);
    }

    public ListingQuery withPrefix(String text) {
        return new ListingQuery(Optional.of(text), delimiter, marker, endMarker, pageSize);
    }

    public ListingQuery withDelimiter(String text) {
        return new ListingQuery(prefix, Optional.of(text), marker, endMarker, pageSize);
    }

    public ListingQuery after(String name) {
        return new ListingQuery(prefix, delimiter, Optional.of(name), endMarker, pageSize);
    }

    public ListingQuery before(String name) {
        return new ListingQuery(prefix, delimiter, marker, Optional.of(name), pageSize);
    }

    public ListingQuery withPageSize(int names) {
        return new ListingQuery(prefix, delimiter, marker, endMarker, names);
    }

    String encoded() {
        StringBuilder query = new StringBuilder("format=json&limit=").append(pageSize);
        prefix.ifPresent(v -> query.append("&prefix=").append(PathEncoding.segment(v)));
        delimiter.ifPresent(v -> query.append("&delimiter=").append(PathEncoding.segment(v)));
        marker.ifPresent(v -> query.append("&marker=").append(PathEncoding.segment(v)));
        endMarker.ifPresent(v -> query.append("&end_marker=").append(PathEncoding.segment(v)));
        return query.toString();
    }
}
