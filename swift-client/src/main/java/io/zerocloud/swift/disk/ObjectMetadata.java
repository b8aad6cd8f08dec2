package io.zerocloud.swift.disk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Metadata of a file as Swift stores it: names in Swift's spelling ({@code ETag}, {@code
 * Content-Length}, {@code X-Object-Meta-Color}, {@code name}) and values, in the order of the file.
 * Bytes that are not UTF-8 appear as the lone surrogates U+DC80 to U+DCFF, as in Python ({@code
 * surrogateescape}), so that nothing is lost on the way back.
 */
public record ObjectMetadata(Map<String, String> values) {
    public static final String CONTENT_LENGTH = "Content-Length";
    public static final String CONTENT_TYPE = "Content-Type";
    public static final String CONTENT_TYPE_TIMESTAMP = "Content-Type-Timestamp";
    public static final String DELETE_AT = "X-Delete-At";
    public static final String ETAG = "ETag";
    public static final String NAME = "name";
    public static final String TIMESTAMP = "X-Timestamp";
    public static final String STATIC_LARGE_OBJECT = "X-Static-Large-Object";
    public static final String OBJECT_MANIFEST = "X-Object-Manifest";
    public static final String SYSTEM_PREFIX = "X-Object-Sysmeta-";
    public static final String TRANSIENT_SYSTEM_PREFIX = "X-Object-Transient-Sysmeta-";
    public static final String USER_PREFIX = "X-Object-Meta-";

    public ObjectMetadata {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The value of that very name (Swift's own look-ups regard case). */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** True if a name begins so, without regard to case. */
    public boolean hasPrefix(String prefix) {
        return values.keySet().stream().anyMatch(name -> startsWith(name, prefix));
    }

    static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
