package io.zerocloud.swift.store;

/** An entry of a listing. */
sealed interface Listed {
    String name();

    /** All names that begin alike up to a delimiter. */
    record Subdir(String name) implements Listed {}

    /** A container in the listing of its account; {@code putTicks} in units of 10 µs. */
    record ContainerRow(String name, long objects, long bytes, long putTicks) implements Listed {}

    /**
     * An object in the listing of its container.
     *
     * @param ticks its timestamp in units of 10 µs
     * @param bytes what it has for a reader: for an SLO all its segments
     * @param etag MD5 in hexadecimal of what is stored
     * @param sloEtag the ETag that a reader of a static large object sees, empty for anything else
     */
    record ObjectRow(
            String name, long ticks, long bytes, String contentType, String etag, String sloEtag)
            implements Listed {}
}
