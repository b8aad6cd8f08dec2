package io.zerocloud.sandbox.validator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Valid code by chance, for benchmarks and tests: groups of instructions that belong together, as
 * compilers emit them, packed into bundles.
 */
public final class SampleCode {
    private static final byte NOP = (byte) 0x90;
    private static final String FILE = "sample-code.txt";
    private static final List<byte[]> GROUPS = read();

    private SampleCode() {}

    /**
     * Makes code.
     *
     * @param seed equal seeds make equal code
     * @param bundles length in bundles of 32 bytes
     */
    public static byte[] valid(long seed, int bundles) {
        Random random = new Random(seed);
        byte[] code = new byte[bundles * Validator.BUNDLE];
        Arrays.fill(code, NOP);
        for (int bundle = 0; bundle < bundles; bundle++) {
            int end = (bundle + 1) * Validator.BUNDLE;
            int p = bundle * Validator.BUNDLE;
            byte[] group = next(random);
            while (p + group.length <= end) {
                System.arraycopy(group, 0, code, p, group.length);
                p += group.length;
                group = next(random);
            }
        }
        return code;
    }

    /** The file has the common ones first: the first tenth makes up nearly half of the code. */
    private static byte[] next(Random random) {
        double chance = random.nextDouble();
        return GROUPS.get((int) (GROUPS.size() * chance * chance * chance));
    }

    private static List<byte[]> read() {
        try (InputStream in = SampleCode.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(
                        FILE + " is missing beside the validator's classes");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> HexFormat.of().parseHex(line.replace(" ", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
