package io.zerocloud.swift.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request target, decoded.
 *
 * @param rawPath the path as it came, percent-encoded
 * @param path the path decoded; U+FFFD stands for what is no UTF-8
 * @param utf8 whether the decoded path is UTF-8 without NUL
 * @param query parameters in their order, the first of a name counts
 */
record Target(String rawPath, String path, boolean utf8, Map<String, String> query) {
    /**
     * Splits and decodes a request target; an absolute one loses scheme and host.
     *
     * @throws RequestFailure 400 where a percent sign is not followed by two hexadecimal digits in
     *     the query
     */
    static Target parse(String uri) {
        String rest = uri;
        int scheme = rest.startsWith("http://") ? 7 : rest.startsWith("https://") ? 8 : 0;
        if (scheme > 0) {
            int slash = rest.indexOf('/', scheme);
            rest = slash < 0 ? "/" : rest.substring(slash);
        }
        int question = rest.indexOf('?');
        String rawPath = question < 0 ? rest : rest.substring(0, question);
        Decoded path = decode(rawPath, false);
        return new Target(
                rawPath,
                path.text,
                path.utf8 && path.text.indexOf('\0') < 0,
                question < 0 ? Map.of() : parseQuery(rest.substring(question + 1)));
    }

    /** A parameter that is there and not empty. */
    Optional<String> param(String name) {
        return Optional.ofNullable(query.get(name)).filter(v -> !v.isEmpty());
    }

    private static Map<String, String> parseQuery(String text) {
        Map<String, String> result = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            Decoded name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            Decoded value = decode(equals < 0 ? "" : pair.substring(equals + 1), true);
            if (!name.utf8 || !value.utf8) {
                throw RequestFailure.badRequest("\"" + name.text + "\" parameter not valid UTF-8");
            }
            result.putIfAbsent(name.text, value.text);
        }
        return Collections.unmodifiableMap(result);
    }

    /**
     * Decodes percent-encoding into UTF-8; a percent sign that begins no code stands for itself.
     */
    static String decodePath(String raw) {
        return decode(raw, false).text;
    }

    private record Decoded(String text, boolean utf8) {}

    private static Decoded decode(String raw, boolean plusIsSpace) {
        byte[] out = new byte[raw.length()];
        int n = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            int high =
                    c == '%' && i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(raw.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                out[n++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[n++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        try {
            return new Decoded(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(out, 0, n))
                            .toString(),
                    true);
        } catch (CharacterCodingException e) {
            return new Decoded(new String(out, 0, n, StandardCharsets.UTF_8), false);
        }
    }

    private static final String UNRESERVED = "-._~/";

    /**
     * Percent-encodes UTF-8 as Python's {@code quote} does: letters, digits and {@code -._~/} stay.
     */
    static String encodePath(String path) {
        StringBuilder out = new StringBuilder(path.length() + 16);
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                out.append(c);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }
}
