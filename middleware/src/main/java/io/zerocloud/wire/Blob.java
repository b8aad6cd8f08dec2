package io.zerocloud.wire;

import java.util.regex.Pattern;

/**
 * Bytes that came with a client's request, named by what they are.
 *
 * @param sha256 64 lower-case hex digits
 * @param length in bytes
 */
public record Blob(String sha256, long length) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public Blob {
        if (!isName(sha256) || length < 0) {
            throw new IllegalArgumentException("not a blob: " + sha256 + ", " + length + " bytes");
        }
    }

    /** Whether a text is a SHA-256 in lower-case hex. */
    public static boolean isName(String text) {
        return SHA256.matcher(text).matches();
    }
}
