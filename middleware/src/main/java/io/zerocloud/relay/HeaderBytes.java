package io.zerocloud.relay;

import io.vertx.core.MultiMap;
import java.util.Map;

/**
 * Our own check of header bytes. Vert.x's refuses names above ASCII, which Swift takes and stores
 * ({@code X-Object-Meta-ü}), so it is switched off; this one keeps out what could be read
 * differently by the next hop (RFC 9112, 11.2: a blank before the colon, control characters,
 * separators).
 */
public final class HeaderBytes {
    private static final String SWITCH = "vertx.disableHttpHeadersValidation";

    private HeaderBytes() {}

    /** Takes effect if called before Vert.x's HTTP classes are used. */
    public static void passUnchanged() {
        System.setProperty(SWITCH, "true");
    }

    /**
     * Whether every name is a token (bytes above ASCII allowed) and no value holds CR, LF or NUL.
     */
    public static boolean acceptable(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            if (!isName(header.getKey()) || !isValue(header.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text can be a header's name. */
    public static boolean isName(String name) {
        if (name.isEmpty()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == 0x7f || "()<>@,;:\\\"/[]?={}".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text can be a header's value: nothing in it ends the line. */
    public static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
