package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectMetadata;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of a request's headers becomes metadata of an object, and what of that a reader sees. */
final class ObjectMetadataRules {
    /** Swift's {@code allowed_headers} of the object server, and Content-Encoding. */
    static final List<String> STORED_HEADERS =
            List.of(
                    "Content-Disposition",
                    "Content-Encoding",
                    "X-Delete-At",
                    "X-Object-Manifest",
                    "Cache-Control",
                    "Content-Language",
                    "Expires",
                    "X-Robots-Tag");

    private static final long MAX_TIME = 9_999_999_999L;

    private ObjectMetadataRules() {}

    /**
     * The metadata that a PUT or POST gives an object, Content-Type aside.
     *
     * @throws RequestFailure 400 naming the header and the rule
     */
    static HeaderMap fromRequest(HeaderMap headers) {
        HeaderMap result = Metadata.fromRequest(headers, Metadata.Kind.OBJECT);
        for (String name : STORED_HEADERS) {
            headers.nonEmpty(name).ifPresent(value -> result.set(name, value));
        }
        deleteAt(headers).ifPresent(seconds -> result.set("X-Delete-At", Long.toString(seconds)));
        return result;
    }

    private static Optional<Long> deleteAt(HeaderMap headers) {
        long now = Timestamps.nowSeconds();
        Optional<Long> after = seconds(headers, "X-Delete-After");
        if (after.isPresent() && after.get() <= 0) {
            throw RequestFailure.badRequest("X-Delete-After in past");
        }
        Optional<Long> at =
                after.map(seconds -> now + seconds).or(() -> seconds(headers, "X-Delete-At"));
        if (at.isPresent() && at.get() <= now) {
            throw RequestFailure.badRequest("X-Delete-At in past");
        }
        return at.map(seconds -> Math.min(MAX_TIME, seconds));
    }

    private static Optional<Long> seconds(HeaderMap headers, String name) {
        Optional<String> given = headers.get(name).map(String::strip);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (!given.get().matches("[+-]?[0-9]+")) {
            throw RequestFailure.badRequest("Non-integer " + name);
        }
        // However far away, Swift takes it for the year 2286.
        BigInteger value = new BigInteger(given.get());
        return Optional.of(value.min(BigInteger.valueOf(MAX_TIME)).longValue());
    }

    /**
     * Headers as metadata to store. Swift stores them as it has them in memory, one character a
     * byte, so that text beyond ASCII lies on disk encoded twice; so do we.
     */
    static Map<String, String> stored(HeaderMap headers) {
        Map<String, String> result = new LinkedHashMap<>();
        headers.forEach(result::put);
        return result;
    }

    /** The headers of a GET or HEAD, length and ranges aside. */
    static HeaderMap shown(ObjectView view) {
        HeaderMap result = new HeaderMap();
        view.headers()
                .forEach(
                        (name, value) -> {
                            if (Metadata.Kind.OBJECT.owns(name)
                                    || STORED_HEADERS.stream().anyMatch(name::equalsIgnoreCase)) {
                                result.set(name, value);
                            }
                        });
        if (view.isSlo()) {
            result.set(ObjectMetadata.STATIC_LARGE_OBJECT, "True");
        }
        return result.set("Content-Type", withoutSize(view.contentType()))
                .set("Etag", view.etag())
                .set(
                        "Last-Modified",
                        Timestamps.httpDate(Timestamps.roundedUpSeconds(view.ticks())))
                .set("X-Timestamp", Timestamps.format(view.ticks()))
                .set("Accept-Ranges", "bytes");
    }

    /**
     * Swift notes an SLO's size as a parameter of its Content-Type on disk; nobody else sees it.
     */
    static String withoutSize(String contentType) {
        return contentType.replaceFirst(";\\s*swift_bytes=[0-9]*", "");
    }
}
