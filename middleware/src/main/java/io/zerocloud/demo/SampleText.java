package io.zerocloud.demo;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Text that looks like prose to a word counter; the same number gives the same text. */
final class SampleText {
    private static final int WORDS = 4_000;

    private final byte[][] vocabulary = new byte[WORDS][];
    private final Random random;

    SampleText(long seed) {
        Random letters = new Random(42);
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int n = 2 + letters.nextInt(9); n > 0; n--) {
                word.append((char) ('a' + letters.nextInt(26)));
            }
            vocabulary[i] = word.toString().getBytes(StandardCharsets.US_ASCII);
        }
        random = new Random(seed);
    }

    /** About so many bytes of whole lines. */
    byte[] lines(int bytes) {
        byte[] text = new byte[bytes];
        int at = 0;
        int column = 0;
        while (true) {
            byte[] word = vocabulary[random.nextInt(WORDS)];
            if (at + word.length + 1 > bytes) {
                break;
            }
            System.arraycopy(word, 0, text, at, word.length);
            at += word.length;
            column += word.length + 1;
            text[at++] = (byte) (column > 72 ? '\n' : ' ');
            column = column > 72 ? 0 : column;
        }
        while (at < bytes) {
            text[at++] = '\n';
        }
        return text;
    }
}
