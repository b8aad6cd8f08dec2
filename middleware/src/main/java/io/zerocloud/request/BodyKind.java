package io.zerocloud.request;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the body of a job POST is. */
public enum BodyKind {
    /** A job description. */
    JSON,
    /** A tar archive with a description in it. */
    TAR,
    /** The same, gzip'ed. */
    GZIP,
    /** Anything that begins with {@code #!}. */
    SCRIPT,
    /** None of these. */
    UNKNOWN;

    /** Bytes that are enough to tell: a tar's mark ends at 262. */
    public static final int HEAD = 512;

    private static final Set<String> TAR_TYPES =
            Set.of("application/x-tar", "application/x-gtar", "application/x-ustar");
    private static final Set<String> GZIP_TYPES = Set.of("application/x-gzip", "application/gzip");

    /** Types that clients send when nobody chose one: they say nothing about the body. */
    private static final Set<String> SILENT_TYPES =
            Set.of("", "application/octet-stream", "application/x-www-form-urlencoded");

    /**
     * Decides by the declared type, and by the bytes where the type says nothing. Bytes also decide
     * between a plain and a gzip'ed archive: the two are often declared as one another.
     *
     * @param contentType the header's value, parameters and all, or empty
     * @param head the first {@link #HEAD} bytes, or all there are
     */
    public static BodyKind of(Optional<String> contentType, byte[] head) {
        String type = contentType.map(BodyKind::bare).orElse("");
        if (type.equals("application/json")) {
            return JSON;
        }
        if (TAR_TYPES.contains(type) || GZIP_TYPES.contains(type)) {
            return isGzip(head) ? GZIP : GZIP_TYPES.contains(type) && !isTar(head) ? GZIP : TAR;
        }
        if (startsWith(head, "#!")) {
            return SCRIPT;
        }
        return SILENT_TYPES.contains(type) ? sniff(head) : UNKNOWN;
    }

    /** Whether a declared type is that of an image. */
    public static boolean isArchiveType(String contentType) {
        String type = bare(contentType);
        return TAR_TYPES.contains(type) || GZIP_TYPES.contains(type);
    }

    private static String bare(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static BodyKind sniff(byte[] head) {
        if (isGzip(head)) {
            return GZIP;
        }
        if (isTar(head)) {
            return TAR;
        }
        String text = new String(head, StandardCharsets.ISO_8859_1).strip();
        return text.startsWith("[") || text.startsWith("{") ? JSON : UNKNOWN;
    }

    private static boolean isGzip(byte[] head) {
        return head.length > 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
    }

    private static boolean isTar(byte[] head) {
        return head.length > 262
                && new String(head, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    }

    private static boolean startsWith(byte[] head, String text) {
        return head.length >= text.length()
                && new String(head, 0, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }
}
