package io.zerocloud.sandbox.validator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** The independent disassembler: GNU objdump, run once for many pieces of code. */
final class Objdump {
    private static final int GAP = 32;
    private static final byte NOP = (byte) 0x90;

    private Objdump() {}

    /**
     * An instruction as objdump sees it.
     *
     * @param offset in its piece of code
     * @param hex its bytes, separated by blanks
     * @param text mnemonic with prefixes, blank, operands; targets are relative to the piece of
     *     code
     */
    record Line(int offset, String hex, String text) {
        int length() {
            return (hex.length() + 1) / 3;
        }
    }

    static void assumePresent() {
        boolean present =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, "objdump")));
        assumeTrue(present, "needs objdump: apt-get install binutils");
    }

    /** Disassembles pieces of equal size and hands each index and its lines to the consumer. */
    static void forEach(List<byte[]> pieces, BiConsumer<Integer, List<Line>> consumer)
            throws IOException, InterruptedException {
        int size = pieces.getFirst().length;
        int stride = size + GAP;
        Path file = Files.createTempFile("zerocloud-objdump", ".bin");
        try {
            byte[] gap = new byte[GAP];
            Arrays.fill(gap, NOP);
            try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
                for (byte[] piece : pieces) {
                    out.write(piece);
                    out.write(gap);
                }
            }
            Process process =
                    new ProcessBuilder(
                                    "objdump",
                                    "-D",
                                    "-z",
                                    "-b",
                                    "binary",
                                    "-m",
                                    "i386:x86-64",
                                    "--insn-width=16",
                                    file.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            read(process.inputReader(StandardCharsets.US_ASCII), size, stride, consumer);
            if (process.waitFor() != 0) {
                throw new IOException("objdump failed");
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void read(
            BufferedReader reader, int size, int stride, BiConsumer<Integer, List<Line>> consumer)
            throws IOException {
        int current = 0;
        List<Line> lines = new ArrayList<>();
        for (String row = reader.readLine(); row != null; row = reader.readLine()) {
            String[] columns = row.split("\t");
            if (columns.length < 2 || !columns[0].endsWith(":")) {
                continue;
            }
            int address =
                    Integer.parseInt(
                            columns[0].strip().substring(0, columns[0].strip().length() - 1), 16);
            int piece = address / stride;
            if (piece != current) {
                consumer.accept(current, lines);
                current = piece;
                lines = new ArrayList<>();
            }
            if (address % stride < size) {
                String text = columns.length > 2 ? columns[2].strip() : "(bad)";
                lines.add(
                        new Line(
                                address % stride,
                                columns[1].strip(),
                                relative(text, piece * stride)));
            }
        }
        consumer.accept(current, lines);
    }

    /** Makes the target of a direct jump relative to its piece. */
    private static String relative(String text, int base) {
        String[] words = text.split("\\s+");
        String last = words[words.length - 1];
        boolean jump =
                words.length >= 2
                        && last.matches("0x[0-9a-f]+")
                        && text.matches(".*\\b(j\\w+|call|loop\\w*)\\b.*");
        if (!jump) {
            return text;
        }
        long target = Long.parseUnsignedLong(last.substring(2), 16) - base;
        return text.substring(0, text.length() - last.length()) + "@" + target;
    }
}
