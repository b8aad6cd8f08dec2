package io.zerocloud.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.wire.SessionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportHeadersTest {
    private static SessionAnswer ran(String name, double millis, String error) {
        SessionResult result =
                new SessionResult(
                        "node1",
                        true,
                        200,
                        "",
                        "ok",
                        0,
                        0,
                        error,
                        new SessionResult.Accounting(0.1, 0.25, 1, 46, 2, 22, 0, 0, 0, 0),
                        List.of("/dev/stdout", "e4d7"),
                        List.of(),
                        "",
                        Optional.empty(),
                        List.of(),
                        "",
                        0,
                        SessionResult.Limits.NONE,
                        new SessionResult.Timings(millis, 0, 0, 0, 0, 0),
                        "local");
        return new SessionAnswer(name, "0", "node1", "", Optional.of(result), 200, "", "", 0, 1);
    }

    @Test
    void valuesAreJoinedByBareCommasAndTheCdrLineIsATotalAndPairs() {
        Map<String, String> headers =
                ReportHeaders.of(
                        new JobOutcome(
                                "j",
                                "a",
                                List.of(ran("map-1", 312, ""), ran("map-2", 315, "")),
                                0.37,
                                ""),
                        ReportHeaders.Place.HEAD);
        assertThat(headers)
                .containsEntry("X-Nexe-System", "map-1,map-2")
                .containsEntry("X-Nexe-Status", "ok,ok")
                .containsEntry("X-Nexe-Retcode", "0,0")
                .containsEntry("X-Nexe-Etag", "/dev/stdout e4d7,/dev/stdout e4d7")
                .containsEntry("X-Nexe-Policy", ",")
                .containsEntry(
                        "X-Nexe-Cdr-Line",
                        "0.370, 0.312, 0.100 0.250 1 46 2 22 0 0 0 0,0.315, 0.100 0.250 1 46 2 22 0 0 0 0")
                .doesNotContainKey("X-Nexe-Error");
    }

    @Test
    void aSessionThatDidNotRunHasDefaultsAndBothHalvesOfItsPair() {
        Map<String, String> headers =
                ReportHeaders.of(
                        new JobOutcome(
                                "j",
                                "a",
                                List.of(
                                        SessionAnswer.failed(
                                                "x", 404, "Error, gone\nand\u00e9", 0, 1),
                                        ran("y", 1, "")),
                                1,
                                ""),
                        ReportHeaders.Place.HEAD);
        assertThat(headers)
                .containsEntry("X-Nexe-Status", "ZeroVM did not run,ok")
                .containsEntry("X-Nexe-Error", "Error; gone and?,");
        assertThat(headers.getOrDefault("X-Nexe-Cdr-Line", ""))
                .startsWith("1.000, 0.000, 0.000 0.000 0 0 0 0 0 0 0 0,0.001, ");
    }

    @Test
    void aJobOfTenThousandNodesIsToldInPartAndNoLineIsTooLong() {
        List<SessionAnswer> many = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            many.add(ran("node-" + i, 1, ""));
        }
        JobOutcome outcome = new JobOutcome("j", "a", many, 1, "swift://a/.zvm/reports/j.json");
        for (ReportHeaders.Place place : ReportHeaders.Place.values()) {
            Map<String, String> headers = ReportHeaders.of(outcome, place);
            assertThat(ReportHeaders.overflows(outcome, place)).isTrue();
            assertThat(headers)
                    .containsEntry("X-Nexe-Truncated", "10000")
                    .containsEntry("X-Nexe-Report", "swift://a/.zvm/reports/j.json");
            int told = headers.getOrDefault("X-Nexe-System", "").split(",", -1).length;
            assertThat(told).isBetween(30, 9_999);
            assertThat(headers.getOrDefault("X-Nexe-Status", "").split(",", -1)).hasSize(told);
            // What swiftclient reads of a head, and curl of trailers.
            int longest = place == ReportHeaders.Place.HEAD ? 32 * 1024 : 4 * 1024;
            headers.forEach(
                    (name, value) ->
                            assertThat(name.length() + value.length() + 4)
                                    .isLessThanOrEqualTo(longest));
            assertThat(headers.values().stream().mapToInt(String::length).sum())
                    .isLessThan(96 * 1024);
        }
    }

    @Test
    void whatFailedGuestsSaidIsShortenedBeforeAnythingElseIs() {
        for (int nodes : new int[] {1, 100, 500}) {
            List<SessionAnswer> sessions = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                SessionAnswer failed = ran("n-" + i, 1, "bad return code");
                sessions.add(
                        new SessionAnswer(
                                failed.name(),
                                "0",
                                "node1",
                                "",
                                failed.result()
                                        .map(result -> result.withStderr("what, ".repeat(500))),
                                200,
                                "",
                                "",
                                0,
                                1));
            }
            JobOutcome outcome = new JobOutcome("j", "a", sessions, 1, "");
            Map<String, String> headers = ReportHeaders.of(outcome, ReportHeaders.Place.HEAD);
            assertThat(headers.getOrDefault("X-Nexe-System", "").split(",")).hasSize(nodes);
            assertThat(headers).doesNotContainKey("X-Nexe-Truncated");
            String said = headers.getOrDefault("X-Nexe-Stderr", "");
            assertThat(said.split(",")).hasSize(nodes > 400 ? 1 : nodes);
            assertThat(said.length()).isLessThan(17_000);
            assertThat(said.isEmpty()).isEqualTo(nodes > 400);
        }
    }
}
