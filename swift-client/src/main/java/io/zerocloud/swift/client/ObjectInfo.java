package io.zerocloud.swift.client;

import io.vertx.core.MultiMap;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.swift.Timestamp;
import io.zerocloud.swift.disk.ObjectPin;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What HEAD or GET says about an object.
 *
 * @param length bytes of the whole object, even if a range was asked for; empty where Swift does
 *     not know it (a DLO of more segments than a listing page)
 * @param etag without quotes; empty where there is none
 * @param headers everything that came
 */
public record ObjectInfo(Optional<Long> length, Optional<String> etag, MultiMap headers) {
    private static final String USER_PREFIX = "x-object-meta-";

    static ObjectInfo of(int status, MultiMap headers) {
        Optional<Long> length =
                status == 206
                        ? ContentRange.parse(headers.get("Content-Range")).map(ContentRange::total)
                        : Optional.ofNullable(headers.get("Content-Length"))
                                .filter(text -> text.matches("[0-9]{1,18}"))
                                .map(Long::parseLong);
        return new ObjectInfo(
                length,
                Optional.ofNullable(headers.get("Etag")).map(ObjectInfo::unquoted),
                headers);
    }

    /** What a file on disk must say to be this object; empty without ETag or length. */
    public Optional<ObjectPin> pin() {
        return etag.flatMap(tag -> length.map(bytes -> new ObjectPin(tag, bytes)));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public String contentType() {
        return header("Content-Type").orElse("application/octet-stream");
    }

    /** When bytes or metadata last changed, at least: proxies show the newer of both. */
    public Optional<Timestamp> timestamp() {
        return header("X-Timestamp").flatMap(Timestamp::parse);
    }

    public boolean isStaticLargeObject() {
        return header("X-Static-Large-Object").map("true"::equalsIgnoreCase).orElse(false);
    }

    /** {@code container/prefix} of a dynamic large object, encoded as it came. */
    public Optional<String> objectManifest() {
        return header("X-Object-Manifest");
    }

    /** Where the bytes really are, if the name is a symlink: path and query, encoded. */
    public Optional<String> contentLocation() {
        return header("Content-Location");
    }

    /** The user's metadata: lower-case names without {@code X-Object-Meta-}, values as Unicode. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        headers.forEach(
                (name, value) -> {
                    if (name.regionMatches(true, 0, USER_PREFIX, 0, USER_PREFIX.length())) {
                        metadata.put(
                                name.substring(USER_PREFIX.length())
                                        .toLowerCase(java.util.Locale.ROOT),
                                HeaderText.decode(value));
                    }
                });
        return metadata;
    }

    static String unquoted(String etag) {
        String text = etag.strip();
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
