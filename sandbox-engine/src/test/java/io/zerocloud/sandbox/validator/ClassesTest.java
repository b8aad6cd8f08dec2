package io.zerocloud.sandbox.validator;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of {@code classes.txt}: mistakes of validators, and their harmless neighbours. */
class ClassesTest {
    record Line(String group, String expected, String hex, String what) {
        @Override
        public String toString() {
            return group + " " + what + " [" + hex + "]";
        }
    }

    static Stream<Line> cases() throws IOException {
        try (InputStream in = ClassesTest.class.getResourceAsStream("classes.txt")) {
            assertThat(in).isNotNull();
            List<Line> lines =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(line -> line.split("\\s*\\|\\s*", 4))
                            .map(c -> new Line(c[0], c[1], c[2], c[3]))
                            .toList();
            return lines.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyViolationIsFoundAndNothingElse(Line line) {
        assertThat(describe(Code.validate(line.hex()))).isEqualTo(line.expected());
    }

    @Test
    void everyReasonHasACase() throws IOException {
        String expectations = cases().map(Line::expected).collect(joining(" "));
        for (Reason reason : Reason.values()) {
            assertThat(expectations).contains(reason.name());
        }
    }

    private static String describe(Verdict verdict) {
        return verdict.accepted()
                ? "ok"
                : verdict.violations().stream()
                        .map(v -> v.reason() + "@" + v.offset())
                        .collect(joining(" "));
    }
}
