package io.zerocloud.swift.disk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 with Python's {@code surrogateescape}: byte 0x80 + n that fits nowhere is U+DC80 + n. */
public final class PythonText {
    private PythonText() {}

    public static String decode(byte[] bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (0xdc00 + Byte.toUnsignedInt(in.get())));
            }
            decoder.reset();
        }
    }

    /**
     * @throws IllegalArgumentException if the text has a lone surrogate that stands for no byte
     */
    public static byte[] encode(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            int point = text.codePointAt(i);
            if (point >= 0xdc80 && point <= 0xdcff) {
                out.write(point - 0xdc00);
            } else {
                try {
                    ByteBuffer bytes =
                            StandardCharsets.UTF_8
                                    .newEncoder()
                                    .encode(CharBuffer.wrap(Character.toChars(point)));
                    out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
                } catch (CharacterCodingException e) {
                    throw new IllegalArgumentException(
                            "text has the lone surrogate U+%04X".formatted(point), e);
                }
            }
            if (Character.isSupplementaryCodePoint(point)) {
                i++;
            }
        }
        return out.toByteArray();
    }
}
