package io.zerocloud.swift.store;

import java.util.Locale;

/**
 * Swift's rules for metadata headers of accounts, containers and objects (check_metadata,
 * constraints.py).
 */
final class Metadata {
    /** Whose metadata it is; the name is the one in the headers. */
    enum Kind {
        ACCOUNT("X-Account-Meta-", "X-Remove-Account-Meta-"),
        CONTAINER("X-Container-Meta-", "X-Remove-Container-Meta-"),
        OBJECT("X-Object-Meta-", "X-Remove-Object-Meta-");

        private final String prefix;
        private final String removalPrefix;

        Kind(String prefix, String removalPrefix) {
            this.prefix = prefix;
            this.removalPrefix = removalPrefix;
        }

        String prefix() {
            return prefix;
        }

        boolean owns(String header) {
            return startsWith(header, prefix);
        }
    }

    private Metadata() {}

    static boolean startsWith(String header, String prefix) {
        return header.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /**
     * The metadata headers of a request, spelled as Swift spells them.
     *
     * @throws RequestFailure 400 naming the header and the rule that it breaks
     */
    static HeaderMap fromRequest(HeaderMap headers, Kind kind) {
        HeaderMap result = new HeaderMap();
        int[] size = {0, 0};
        headers.forEach(
                (header, value) -> {
                    if (!kind.owns(header)) {
                        return;
                    }
                    String name = header.substring(kind.prefix.length());
                    check(kind, name, value);
                    size[0]++;
                    size[1] += name.length() + value.length();
                    result.set(kind.prefix + title(name), value);
                });
        checkTotals(size[0], size[1]);
        return result;
    }

    private static void check(Kind kind, String name, String value) {
        if (name.isEmpty()) {
            throw RequestFailure.badRequest("Metadata name cannot be empty");
        }
        if (kind != Kind.OBJECT && !(isUtf8(name) && isUtf8(value))) {
            throw RequestFailure.badRequest("Metadata must be valid UTF-8");
        }
        String full = kind.prefix.toLowerCase(Locale.ROOT) + name;
        if (name.length() > Limits.MAX_META_NAME_LENGTH) {
            throw RequestFailure.badRequest("Metadata name too long: " + full);
        }
        if (value.length() > Limits.MAX_META_VALUE_LENGTH) {
            throw RequestFailure.badRequest(
                    "Metadata value longer than " + Limits.MAX_META_VALUE_LENGTH + ": " + full);
        }
    }

    private static void checkTotals(int count, int size) {
        if (count > Limits.MAX_META_COUNT) {
            throw RequestFailure.badRequest(
                    "Too many metadata items; max " + Limits.MAX_META_COUNT);
        }
        if (size > Limits.MAX_META_OVERALL_SIZE) {
            throw RequestFailure.badRequest(
                    "Total metadata too large; max " + Limits.MAX_META_OVERALL_SIZE);
        }
    }

    static boolean isUtf8(String latin1) {
        byte[] bytes = latin1.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        try {
            java.nio.charset.StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes));
            return true;
        } catch (java.nio.charset.CharacterCodingException e) {
            return false;
        }
    }

    /** {@code x-remove-...} headers of a request, as changes to empty. */
    private static HeaderMap removals(HeaderMap headers, Kind kind) {
        HeaderMap result = new HeaderMap();
        headers.forEach(
                (header, value) -> {
                    if (startsWith(header, kind.removalPrefix)
                            && header.length() > kind.removalPrefix.length()) {
                        result.set(
                                kind.prefix + title(header.substring(kind.removalPrefix.length())),
                                "");
                    }
                });
        return result;
    }

    /** What a request changes of the metadata of an account or a container; empty values remove. */
    static HeaderMap changes(HeaderMap headers, Kind kind) {
        HeaderMap result = removals(headers, kind);
        return result.setAll(fromRequest(headers, kind));
    }

    /**
     * Applies changes to stored metadata: an empty value removes.
     *
     * @throws RequestFailure 400 if what comes out is more than an account or a container may have
     */
    static HeaderMap merge(HeaderMap stored, HeaderMap changes, Kind kind) {
        HeaderMap result = new HeaderMap(stored);
        changes.forEach(
                (name, value) -> {
                    if (value.isEmpty()) {
                        result.remove(name);
                    } else {
                        result.set(name, value);
                    }
                });
        int[] size = {0, 0};
        result.forEach(
                (name, value) -> {
                    if (kind.owns(name)) {
                        size[0]++;
                        size[1] += name.length() - kind.prefix.length() + value.length();
                    }
                });
        checkTotals(size[0], size[1]);
        return result;
    }

    /**
     * Capitals after every character that is no letter, as Python's {@code title()} makes header
     * names.
     */
    static String title(String name) {
        StringBuilder out = new StringBuilder(name.length());
        boolean start = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            out.append(!letter ? c : start ? Character.toUpperCase(c) : Character.toLowerCase(c));
            start = !letter;
        }
        return out.toString();
    }
}
