package io.zerocloud.swift;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Unicode in header values. On the wire Swift takes and gives UTF-8; Vert.x, and Swift in the
 * metadata that it stores, hold such a value as one character a byte (U+0000 to U+00FF).
 */
public final class HeaderText {
    private HeaderText() {}

    /** A header's value for a Unicode text. */
    public static String encode(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The Unicode text of a header's value; the value itself if it is no UTF-8. */
    public static String decode(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0xff) {
                return value;
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }
}
