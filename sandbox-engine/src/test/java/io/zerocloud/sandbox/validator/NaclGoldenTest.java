package io.zerocloud.sandbox.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The public cases of the NaCl validator: same verdict, and the same first offending offset, except
 * for what {@code nacl-golden-differences.txt} lists with a reason.
 */
class NaclGoldenTest {
    private static final Path CASES = Path.of("../../shared/data/nacl-golden");

    /** Of a jump with 32 bits of displacement. */
    private static final int JUMP_LENGTH = 5;

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^-{5,}\\s*$");
    private static final Pattern SECTION =
            Pattern.compile("(?ms)^@(hex|dis|rdfa_output):\\s*$(.*?)(?=^@|\\z)");
    private static final Pattern OFFENCE = Pattern.compile("(?m)^\\s*([0-9a-f]+): ");

    /** A line of objdump that begins an instruction; a line that only continues one has no text. */
    private static final Pattern INSTRUCTION =
            Pattern.compile("(?m)^ *([0-9a-f]+):\\t[0-9a-f ]+\\t *\\S");

    /**
     * @param starts where the disassembly sees instructions begin
     */
    private record Case(String name, String hex, String expected, Set<Integer> starts) {}

    private record Difference(String verdict, String reason) {}

    @TestFactory
    Stream<DynamicTest> agreesWithTheReferenceOrSaysWhyNot() throws IOException {
        assumeTrue(
                Files.isDirectory(CASES),
                () -> "the NaCl golden cases are not in " + CASES.toAbsolutePath());
        Map<String, Difference> differences = differences();
        List<DynamicTest> tests = new ArrayList<>();
        for (Case golden : cases()) {
            Optional<Difference> difference =
                    Optional.ofNullable(differences.remove(golden.name()));
            tests.add(dynamicTest(golden.name(), () -> check(golden, difference)));
        }
        tests.add(
                dynamicTest(
                        "every listed difference names a case",
                        () -> assertThat(differences).isEmpty()));
        tests.add(
                dynamicTest(
                        "all cases were found", () -> assertThat(tests).hasSizeGreaterThan(400)));
        return tests.stream();
    }

    /**
     * To each byte of each case that both accept, and to its end, leads a jump from behind it. It
     * must be accepted if the disassembly has an instruction there and the code is still accepted
     * with nops for all that comes before it, which is the meaning of not relying on the one
     * before.
     */
    @Test
    void jumpsIntoAcceptedCasesLeadToInstructionsThatStandAlone() throws IOException {
        assumeTrue(
                Files.isDirectory(CASES),
                () -> "the NaCl golden cases are not in " + CASES.toAbsolutePath());
        List<String> wrong = new ArrayList<>();
        int allowed = 0;
        int forbidden = 0;
        for (Case golden : cases()) {
            byte[] code = Code.hex(golden.hex());
            if (!golden.expected().equals("accepted") || !Code.validate(code).accepted()) {
                continue;
            }
            for (int target = 0; target <= code.length; target++) {
                boolean start = target == code.length || golden.starts().contains(target);
                boolean expected = start && standsAlone(code, target);
                boolean ours = Code.validate(withJumpTo(code, target)).accepted();
                if (ours != expected) {
                    wrong.add(golden.name() + " at " + target + ": accepted is " + ours);
                }
                if (expected) {
                    allowed++;
                } else {
                    forbidden++;
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(allowed).isGreaterThan(500);
        assertThat(forbidden).isGreaterThan(1000);
    }

    private static boolean standsAlone(byte[] code, int start) {
        byte[] rest = code.clone();
        Arrays.fill(rest, 0, start, (byte) 0x90);
        return Code.validate(rest).accepted();
    }

    private static byte[] withJumpTo(byte[] code, int target) {
        byte[] padded = Code.padded(code);
        return ByteBuffer.allocate(padded.length + JUMP_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(padded)
                .put((byte) 0xE9)
                .putInt(target - padded.length - JUMP_LENGTH)
                .array();
    }

    private static void check(Case golden, Optional<Difference> difference) {
        String ours = describe(Code.validate(golden.hex()));
        if (difference.isPresent()) {
            assertThat(ours).as("deliberate difference").isEqualTo(difference.get().verdict());
            assertThat(ours).as("stale: the reference agrees").isNotEqualTo(golden.expected());
            assertThat(difference.get().reason()).isNotBlank();
        } else {
            assertThat(ours).isEqualTo(golden.expected());
        }
    }

    private static String describe(Verdict verdict) {
        return verdict.accepted()
                ? "accepted"
                : "refused at " + Integer.toHexString(verdict.violations().getFirst().offset());
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(CASES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".test")).sorted().toList()) {
                String[] texts = SEPARATOR.split(Files.readString(file));
                for (int i = 0; i < texts.length; i++) {
                    cases.add(parse(file.getFileName() + ":" + (i + 1), texts[i]));
                }
            }
        }
        return cases;
    }

    private static Case parse(String name, String text) {
        Map<String, String> sections = new HashMap<>();
        Matcher matcher = SECTION.matcher(text);
        while (matcher.find()) {
            sections.put(matcher.group(1), matcher.group(2));
        }
        String output = sections.getOrDefault("rdfa_output", "");
        String expected = "accepted";
        if (!output.contains("return code: 0")) {
            Matcher offence = OFFENCE.matcher(output);
            assertThat(offence.find()).as(name).isTrue();
            expected = "refused at " + offence.group(1);
        }
        Set<Integer> starts =
                INSTRUCTION
                        .matcher(sections.getOrDefault("dis", ""))
                        .results()
                        .map(line -> Integer.parseInt(line.group(1), 16))
                        .collect(Collectors.toSet());
        return new Case(name, sections.getOrDefault("hex", ""), expected, starts);
    }

    /** Lines of case | our verdict | reason. */
    private static Map<String, Difference> differences() {
        Map<String, Difference> differences = new HashMap<>();
        try (InputStream in =
                NaclGoldenTest.class.getResourceAsStream("nacl-golden-differences.txt")) {
            assertThat(in).isNotNull();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s*\\|\\s*"))
                    .forEach(c -> differences.put(c[0], new Difference(c[1], c[2])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return differences;
    }
}
