package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectMetadata;
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
        if (headers.has("X-Delete-After")) {
            String text = headers.get("X-Delete-After").orElse("").strip();
            if (!text.matches("[+-]?[0-9]{1,18}")) {
                throw RequestFailure.badRequest("Non-integer X-Delete-After");
            }
            long at = Math.min(MAX_TIME, now + Long.parseLong(text));
            if (Long.parseLong(text) <= 0) {
                throw RequestFailure.badRequest("X-Delete-After in past");
            }
            return Optional.of(at);
        }
        Optional<String> given = headers.get("X-Delete-At");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String text = given.get().strip();
        if (!text.matches("[+-]?[0-9]{1,18}")) {
            throw RequestFailure.badRequest("Non-integer X-Delete-At");
        }
        long at = Math.min(MAX_TIME, Long.parseLong(text));
        if (at <= now) {
            throw RequestFailure.badRequest("X-Delete-At in past");
        }
        return Optional.of(at);
    }

    /** Headers as metadata to store. */
    static Map<String, String> stored(HeaderMap headers) {
        Map<String, String> result = new LinkedHashMap<>();
        headers.forEach(
                (name, value) -> result.put(ObjectView.narrow(name), ObjectView.narrow(value)));
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
