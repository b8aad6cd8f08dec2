package io.zerocloud.sandbox.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The validator against the second, independent statement of its rules. */
class MutationTest {
    private static final int MUTATIONS = Integer.getInteger("validator.mutations", 8_000);

    /** Which of several encodings of one meaning are allowed cannot be seen in a disassembly. */
    private static final Set<String> ENCODING_CLASSES = Set.of("09", "10", "12");

    @BeforeEach
    void needsObjdump() {
        Objdump.assumePresent();
    }

    @Test
    void noOneByteChangeIsAcceptedThatTheSpecificationRefuses() throws Exception {
        Random random = new Random(2013);
        List<byte[]> accepted = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] code = SampleCode.valid(random.nextLong(), 2);
            code[random.nextInt(code.length)] = (byte) random.nextInt();
            keepIfAccepted(code, accepted);
        }
        assertThat(accepted)
                .as("mutations accepted")
                .hasSizeBetween(MUTATIONS / 10, MUTATIONS * 2 / 3);
        assertThat(refusedBySpecification(accepted)).isEmpty();
    }

    @Test
    void noRandomBytesAreAcceptedThatTheSpecificationRefuses() throws Exception {
        Random random = new Random(2014);
        List<byte[]> accepted = new ArrayList<>();
        for (int i = 0; i < 5 * MUTATIONS; i++) {
            byte[] code = Code.padded(new byte[0]);
            int length = 1 + random.nextInt(6);
            int begin = random.nextInt(32 - length);
            for (int k = 0; k < length; k++) {
                code[begin + k] = (byte) random.nextInt();
            }
            keepIfAccepted(code, accepted);
        }
        assertThat(accepted).hasSizeGreaterThan(1000);
        assertThat(refusedBySpecification(accepted)).isEmpty();
    }

    /** The specification is no rubber stamp: it refuses what the class cases refuse. */
    @Test
    void theSpecificationRefusesTheKnownMistakesAndAcceptsTheirNeighbours() throws Exception {
        List<ClassesTest.Line> lines = ClassesTest.cases().toList();
        for (int size : new int[] {32, 64}) {
            List<ClassesTest.Line> fitting = new ArrayList<>();
            List<byte[]> codes = new ArrayList<>();
            for (ClassesTest.Line line : lines) {
                byte[] code = Code.padded(Code.hex(line.hex()));
                if (code.length == size && !ENCODING_CLASSES.contains(line.group())) {
                    fitting.add(line);
                    codes.add(code);
                }
            }
            List<String> wrong = new ArrayList<>();
            Objdump.forEach(
                    codes,
                    (index, dump) -> {
                        boolean ok = Specification.check(codes.get(index), dump).isEmpty();
                        if (ok != fitting.get(index).expected().equals("ok")) {
                            wrong.add(
                                    fitting.get(index)
                                            + ": "
                                            + Specification.check(codes.get(index), dump));
                        }
                    });
            assertThat(wrong).isEmpty();
        }
    }

    private static void keepIfAccepted(byte[] code, List<byte[]> accepted) {
        if (Validator.standard().validate(code, 0, code.length, 0).accepted()) {
            accepted.add(code);
        }
    }

    private static List<String> refusedBySpecification(List<byte[]> codes) throws Exception {
        List<String> refused = new ArrayList<>();
        Objdump.forEach(
                codes,
                (index, lines) ->
                        Stream.of(codes.get(index))
                                .flatMap(code -> Specification.check(code, lines).stream())
                                .map(
                                        what ->
                                                what
                                                        + " "
                                                        + HexFormat.of()
                                                                .formatHex(codes.get(index)))
                                .forEach(refused::add));
        return refused;
    }
}
