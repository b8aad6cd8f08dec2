package io.zerocloud.plan;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which version of an object a job works on, fixed while planning. An agent may use any copy whose
 * ETag and length equal the pin, and must fail the session otherwise.
 *
 * @param etag without quotes; empty for a container
 * @param length in bytes; 0 for a container
 * @param contentType may be empty
 * @param timestamp {@code X-Timestamp}, or empty if only a listing was seen
 * @param contentEncoding or empty
 * @param meta {@code X-Object-Meta-*} without the prefix, lower case; empty if only a listing was
 *     seen
 * @param fromListing true if it comes from a listing: timestamp, encoding and metadata are then
 *     unknown, not absent, and whoever opens the object may fill them in
 */
public record Pin(
        String etag,
        long length,
        String contentType,
        String timestamp,
        String contentEncoding,
        Map<String, String> meta,
        boolean fromListing) {

    public Pin {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length);
        }
        if (etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")) {
            etag = etag.substring(1, etag.length() - 1);
        }
        TreeMap<String, String> lower = new TreeMap<>();
        meta.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        meta = Collections.unmodifiableMap(lower);
    }

    static Pin listed(Listings.ListedObject object) {
        return new Pin(object.hash(), object.bytes(), object.contentType(), "", "", Map.of(), true);
    }
}
