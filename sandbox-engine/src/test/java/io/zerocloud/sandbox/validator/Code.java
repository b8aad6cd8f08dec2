package io.zerocloud.sandbox.validator;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Code for tests, written in hex. */
final class Code {
    private static final byte NOP = (byte) 0x90;
    private static final Pattern NOT_HEX = Pattern.compile("[^0-9A-Fa-f]+");

    private Code() {}

    /**
     * The bytes of hex text; everything behind # in a line and all other characters are ignored.
     */
    static byte[] hex(String text) {
        String digits =
                text.lines()
                        .map(line -> line.split("#", 2)[0])
                        .map(line -> NOT_HEX.matcher(line).replaceAll(""))
                        .collect(Collectors.joining());
        return HexFormat.of().parseHex(digits);
    }

    /** A copy padded with nops to whole bundles, at least one. */
    static byte[] padded(byte[] code) {
        int bundles = Math.max(1, (code.length + Validator.BUNDLE - 1) / Validator.BUNDLE);
        byte[] padded = Arrays.copyOf(code, bundles * Validator.BUNDLE);
        Arrays.fill(padded, code.length, padded.length, NOP);
        return padded;
    }

    static Verdict validate(byte[] code) {
        byte[] padded = padded(code);
        return Validator.standard().validate(padded, 0, padded.length, 0x20000);
    }

    static Verdict validate(String hex) {
        return validate(hex(hex));
    }
}
