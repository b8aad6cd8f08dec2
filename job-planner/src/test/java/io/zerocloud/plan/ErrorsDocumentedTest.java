package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.job.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reference/errors.md is the list of error codes, and the cases show every one. */
class ErrorsDocumentedTest {
    private static String row(ErrorCode code) {
        return "| %s | %d | `%s` | %s |"
                .formatted(
                        code,
                        code.status(),
                        words(code.text()),
                        words(code.rule()).replace("|", "\\|"));
    }

    /** A format as a reader sees it: arguments are dots. */
    private static String words(String format) {
        return format.replaceAll("%\\d\\$s", "…").replace("%%", "%");
    }

    @Test
    void every_code_is_documented_with_its_status_text_and_rule() throws IOException {
        List<String> rows =
                Files.readAllLines(Path.of("../docs/reference/errors.md")).stream()
                        .filter(line -> line.matches("\\| [A-Z0-9_]+ \\| \\d+ \\|.*"))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorCode.values()).map(ErrorsDocumentedTest::row).toList());
    }

    @Test
    void every_code_is_caused_by_a_case() {
        Set<String> caused =
                new java.util.TreeSet<>(
                        Stream.of("catalogue.json", "errors.json", "sources.json")
                                .flatMap(file -> PlanningCase.all(file).stream())
                                .map(c -> c.json().at("/refused/code").asText())
                                .toList());
        // Too large to write down; HostileTest causes them.
        Set<ErrorCode> generated =
                EnumSet.of(ErrorCode.DOCUMENT_TOO_LARGE, ErrorCode.LISTING_TOO_LONG);
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(caused.contains(code.name()) || generated.contains(code))
                    .as("a case for %s", code)
                    .isTrue();
        }
    }
}
