package io.zerocloud.swift.store;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Headers of a request or an answer, or metadata: names without regard to case, one value a name.
 *
 * <p>Values are bytes widened to characters (latin1), as HTTP carries them and as Swift stores
 * them; a client that means UTF-8 gets its bytes back unread.
 */
final class HeaderMap {
    private static final Comparator<String> ORDER = String.CASE_INSENSITIVE_ORDER;

    private final TreeMap<String, String> values = new TreeMap<>(ORDER);

    HeaderMap() {}

    HeaderMap(HeaderMap other) {
        values.putAll(other.values);
    }

    static HeaderMap of(Map<String, String> values) {
        HeaderMap map = new HeaderMap();
        map.values.putAll(values);
        return map;
    }

    /** A second value of the same name is joined with a comma, as WSGI does. */
    void add(String name, String value) {
        values.merge(name, value, (a, b) -> a + "," + b);
    }

    HeaderMap set(String name, String value) {
        values.remove(name);
        values.put(name, value);
        return this;
    }

    HeaderMap setAll(HeaderMap other) {
        other.forEach(this::set);
        return this;
    }

    void remove(String name) {
        values.remove(name);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The value, or nothing where it is missing or empty. */
    Optional<String> nonEmpty(String name) {
        return get(name).filter(v -> !v.isEmpty());
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Swift's reading of a boolean header: {@code true 1 yes on t y}. */
    boolean isTrue(String name) {
        return get(name).map(HeaderMap::isTrueValue).orElse(false);
    }

    static boolean isTrueValue(String value) {
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "1", "yes", "on", "t", "y" -> true;
            default -> false;
        };
    }

    void forEach(BiConsumer<String, String> action) {
        values.forEach(action);
    }

    Map<String, String> asMap() {
        return Collections.unmodifiableMap(values);
    }
}
