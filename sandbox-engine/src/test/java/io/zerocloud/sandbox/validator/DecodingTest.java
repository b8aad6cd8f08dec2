package io.zerocloud.sandbox.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Where we see instructions begin is where objdump sees them begin. {@code
 * -Dvalidator.exhaustive=true} enumerates all ModRM bytes and more REX prefixes (minutes).
 */
class DecodingTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("validator.exhaustive");
    private static final int[] PREFIXES = {0, 0x66, 0xF2, 0xF3, 0xF0};
    private static final int[] REXES =
            EXHAUSTIVE
                    ? new int[] {0, 0x40, 0x41, 0x42, 0x44, 0x48, 0x4D, 0x4F}
                    : new int[] {0, 0x48, 0x45};
    private static final byte[][] MAPS = {{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}};

    @BeforeEach
    void needsObjdump() {
        Objdump.assumePresent();
    }

    @Test
    void everyAcceptedEncodingHasTheLengthThatObjdumpSees() throws Exception {
        List<byte[]> accepted = new ArrayList<>();
        for (int prefix : PREFIXES) {
            for (int rex : REXES) {
                for (byte[] map : MAPS) {
                    for (int opcode = 0; opcode < 256; opcode++) {
                        enumerate(prefix, rex, map, opcode, accepted);
                    }
                }
            }
        }
        assertThat(accepted).hasSizeGreaterThan(20_000);
        List<String> differences = new ArrayList<>();
        Objdump.forEach(
                accepted,
                (index, lines) -> {
                    int ours = lengthOfFirst(accepted.get(index));
                    Objdump.Line first = lines.getFirst();
                    boolean bad = first.text().contains("(bad)");
                    if ((ours != first.length() || bad) && !isWait(accepted.get(index))) {
                        differences.add(ours + " bytes: " + first);
                    }
                });
        assertThat(differences).isEmpty();
    }

    /** objdump reads fwait and what follows as one, and a REX prefix before it as another. */
    private static boolean isWait(byte[] piece) {
        boolean rex = (piece[0] & 0xF0) == 0x40;
        return piece[rex ? 1 : 0] == (byte) 0x9B;
    }

    private static void enumerate(
            int prefix, int rex, byte[] map, int opcode, List<byte[]> accepted) {
        for (int modRm = 0; modRm < 256; modRm++) {
            int rm = modRm & 7;
            if (!EXHAUSTIVE && modRm < 0xC0 && rm != 4 && rm != 5) {
                continue;
            }
            byte[] piece = new byte[Validator.BUNDLE];
            Arrays.fill(piece, (byte) 0x90);
            int p = 0;
            if (prefix != 0) {
                piece[p++] = (byte) prefix;
            }
            if (rex != 0) {
                piece[p++] = (byte) rex;
            }
            for (byte escape : map) {
                piece[p++] = escape;
            }
            piece[p++] = (byte) opcode;
            piece[p++] = (byte) modRm;
            // As a SIB byte: rsp as the base, no index.
            piece[p] = 0x24;
            if (firstIsAccepted(piece)) {
                accepted.add(piece);
            }
        }
    }

    /** Only what is said about offset 0 counts; the bytes behind are filler. */
    private static boolean firstIsAccepted(byte[] piece) {
        Verdict verdict = Validator.standard().validate(piece, 0, piece.length, 0);
        return verdict.accepted() || verdict.violations().getFirst().offset() > 0;
    }

    private static int lengthOfFirst(byte[] piece) {
        Scan scan = new Scan(Tables.of(RuleOptions.standard()));
        Verdict verdict = scan.run(piece, 0, piece.length);
        int second = verdict.accepted() ? 32 : verdict.violations().getFirst().offset();
        int next = Integer.numberOfTrailingZeros(scan.targets(0) & ~1);
        return Math.min(next, second);
    }

    @Test
    void acceptedProgramsAreDecodedAsObjdumpDoes() throws Exception {
        Random random = new Random(13);
        List<byte[]> programs = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            byte[] program = SampleCode.valid(random.nextLong(), 4);
            assertThat(Validator.standard().validate(program, 0, program.length, 0).violations())
                    .isEmpty();
            programs.add(program);
        }
        Disassembler disassembler = new Disassembler();
        Objdump.forEach(
                programs,
                (index, lines) -> {
                    byte[] program = programs.get(index);
                    for (Objdump.Line line : lines) {
                        Disassembler.Line ours =
                                disassembler.line(program, line.offset(), program.length, 0);
                        boolean fused = line.hex().startsWith("9b") && ours.bytes().equals("9b");
                        if (!fused) {
                            assertThat(ours.bytes()).as(line.text()).isEqualTo(line.hex());
                        }
                    }
                });
    }

    @Test
    void refusedInstructionsAreShownAsObjdumpWouldNameThem() throws Exception {
        List<byte[]> pieces = new ArrayList<>();
        for (String hex :
                List.of(
                        "0f05",
                        "ffe0",
                        "488943 36",
                        "64418b07",
                        "f30fc7f8",
                        "4883ec08",
                        "0fae3c24",
                        "c3",
                        "418b1c07",
                        "4c01fc",
                        "660f7ec4",
                        "0fa30424")) {
            pieces.add(Code.padded(HexFormat.of().parseHex(hex.replace(" ", ""))));
        }
        Disassembler disassembler = new Disassembler();
        Objdump.forEach(
                pieces,
                (index, lines) -> {
                    Disassembler.Line ours =
                            disassembler.line(pieces.get(index), 0, Validator.BUNDLE, 0);
                    assertThat(words(ours.text())).isEqualTo(words(lines.getFirst().text()));
                });
    }

    /** Without the marks in which AT&T texts may differ. */
    private static String words(String text) {
        return text.replaceFirst("^fs ", "")
                .replace("%fs:", "")
                .replace("*", "")
                .replaceFirst("^(sub|mov|add|ret|bt)[lq]?(?= |$)", "$1")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
