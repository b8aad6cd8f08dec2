package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents and stores that mean harm. */
class HostileTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JobContext CONTEXT = JobContext.of("a", Set.of("python2.7"));

    private static JobRefused refusal(byte[] document) {
        JobRefused refused =
                catchThrowableOfType(
                        JobRefused.class,
                        () -> JobParser.parse(document, CONTEXT, JobLimits.DEFAULT));
        assertThat(refused).isNotNull();
        return refused;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_document_beyond_the_limit_is_not_read() {
        JobRefused refused = refusal(new byte[65_537]);
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.body()).startsWith("Request Entity Too Large");
    }

    @Test
    void a_document_of_exactly_the_limit_is_read() throws JobRefused {
        String job = "[{\"name\":\"a\",\"exec\":{\"path\":\"swift://a/c/e\"}}]";
        String padded = job + " ".repeat(65_536 - job.length());
        assertThat(JobParser.parse(utf8(padded), CONTEXT, JobLimits.DEFAULT).groups()).hasSize(1);
    }

    @Test
    void bytes_that_are_not_utf8_are_refused() {
        byte[] document = utf8("[{\"name\":\"X\"}]");
        document[10] = (byte) 0xff;
        assertThat(refusal(document).status()).isEqualTo(422);
        assertThat(refusal("[]".getBytes(StandardCharsets.UTF_16)).status()).isEqualTo(422);
    }

    @Test
    void a_thousand_errors_make_a_short_answer() {
        String document =
                IntStream.range(0, 5_000)
                        .mapToObj(i -> "{}")
                        .collect(Collectors.joining(",", "[", "]"));
        JobRefused refused = refusal(utf8(document));
        assertThat(refused.violations()).hasSize(10_000);
        assertThat(refused.body().lines()).hasSize(51);
        assertThat(refused.body()).endsWith("and 9950 more\n");
    }

    @Test
    void a_long_value_is_not_echoed_whole_and_cannot_break_a_line() {
        String name = "x".repeat(60_000) + "\\u0000\\r\\nHTTP/1.1 200 OK\\u2028\\u202e";
        JobRefused refused = refusal(utf8("[{\"name\":\"" + name + "\"}]"));
        assertThat(refused.body()).hasSizeLessThan(1_000);
        refused = refusal(utf8("[{\"name\":\"a\\r\\nSet-Cookie: b\\u202e\\u2028\"}]"));
        assertThat(refused.body().lines().toList().getFirst())
                .contains("a\\\\r\\\\nSet-Cookie: b".replace("\\\\", "\\"))
                .doesNotContain("\u202e", "\u2028", "\r");
    }

    /** Every value of a valid job, replaced by every other type in turn. */
    @Test
    void a_wrong_type_anywhere_is_refused_or_harmless_but_never_a_crash() throws IOException {
        JsonNode job =
                MAPPER.readTree(
                        """
                        [{"name": "a", "count": 1, "connect": ["b"], "replicate": 1, "attach": "stdin",
                          "location": "l",
                          "exec": {"path": "swift://a/c/exe", "args": "x", "name": "n", "env": {"K": "v"}},
                          "devices": [{"name": "stdin", "path": "swift://a/c/o"},
                                      {"name": "stdout", "path": "swift://a/c/p", "content_type": "a/b",
                                       "meta": {"k": "v"}, "mode": "file", "min_size": 1}]},
                         {"name": "b", "exec": {"path": "file://python2.7:python"},
                          "file_list": [{"device": "python2.7"}]}]
                        """);
        List<JsonNode> others = new ArrayList<>();
        MAPPER.readTree(
                        "[null, true, false, 0, -1, 1.5, 1e300, 99999999999999999999, \"\", \"\\u0000\", \"*\", [], {}, [[]], {\"a\": {}}, [null], \"😀\"]")
                .forEach(others::add);
        List<String> pointers = new ArrayList<>();
        collect(job, "", pointers);
        assertThat(pointers).hasSizeGreaterThan(30);
        for (String pointer : pointers) {
            for (JsonNode other : others) {
                JsonNode changed = replaced(job, pointer, other);
                try {
                    Job parsed =
                            JobParser.parse(utf8(changed.toString()), CONTEXT, JobLimits.DEFAULT);
                    assertThat(parsed.groups()).isNotEmpty();
                } catch (JobRefused refused) {
                    assertThat(refused.status()).as(pointer + " = " + other).isIn(400, 422);
                    assertThat(refused.body()).contains("(");
                }
            }
        }
    }

    private static void collect(JsonNode node, String at, List<String> pointers) {
        pointers.add(at);
        if (node.isObject()) {
            node.properties().forEach(e -> collect(e.getValue(), at + "/" + e.getKey(), pointers));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), at + "/" + i, pointers);
        }
    }

    private static JsonNode replaced(JsonNode root, String pointer, JsonNode value) {
        if (pointer.isEmpty()) {
            return value;
        }
        JsonNode copy = root.deepCopy();
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = copy.at(pointer.substring(0, slash));
        String last = pointer.substring(slash + 1);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(last), value);
        }
        return copy;
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void random_bytes_in_a_document_never_crash_the_parser(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] valid =
                utf8(
                        "[{\"name\":\"a\",\"count\":2,\"exec\":{\"path\":\"swift://a/c/exe\",\"args\":\"x\\\\x41\","
                                + "\"env\":{\"A\":\"b\"}},\"devices\":[{\"name\":\"stdin\",\"path\":\"swift://a/c/*\"},"
                                + "{\"name\":\"x\",\"path\":\"zvm://a:y\"}],\"connect\":[\"a\"]}]");
        for (int i = 0; i < 5_000; i++) {
            byte[] document = valid.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                document[random.nextInt(document.length)] = (byte) random.nextInt(256);
            }
            try {
                JobParser.parse(document, CONTEXT, JobLimits.DEFAULT);
            } catch (JobRefused refused) {
                assertThat(refused.status()).isIn(400, 422);
            }
        }
    }

    @Test
    void a_short_document_cannot_ask_for_a_hundred_thousand_connections() {
        assertRefused(
                "[{\"name\":\"a\",\"count\":16384,\"connect\":[\"a\"],\"exec\":{\"path\":\"swift://a/c/e\"}}]",
                ErrorCode.TOO_MANY_CONNECTIONS);
        String groups =
                IntStream.range(0, 300)
                        .mapToObj(
                                i ->
                                        "{\"name\":\"g"
                                                + i
                                                + "\",\"count\":50,\"connect\":["
                                                + IntStream.range(0, 8)
                                                        .mapToObj(t -> "\"g" + (i + t) % 300 + "\"")
                                                        .collect(Collectors.joining(","))
                                                + "],\"exec\":{\"path\":\"swift://a/c/e\"}}")
                        .collect(Collectors.joining(",", "[", "]"));
        assertRefused(groups, ErrorCode.TOO_MANY_CONNECTIONS);
    }

    @Test
    void ten_thousand_connections_are_planned() throws JobRefused {
        Job job =
                JobParser.parse(
                        utf8(
                                "[{\"name\":\"a\",\"count\":100,\"connect\":[\"a\",\"b\"],\"exec\":{\"path\":\"swift://a/c/e\"}},"
                                        + "{\"name\":\"b\",\"exec\":{\"path\":\"swift://a/c/e\"}}]"),
                        CONTEXT,
                        JobLimits.DEFAULT);
        Plan plan = new Planner(PlanSettings.DEFAULT).expand(job, new Pages(List.of()));
        assertThat(plan.connections()).hasSize(100 * 99 + 100);
    }

    private static void assertRefused(String document, ErrorCode code) {
        JobRefused refused =
                catchThrowableOfType(
                        JobRefused.class,
                        () ->
                                new Planner(PlanSettings.DEFAULT)
                                        .expand(
                                                JobParser.parse(
                                                        utf8(document), CONTEXT, JobLimits.DEFAULT),
                                                new Pages(List.of())));
        assertThat(refused.violations().getFirst().code()).isEqualTo(code);
    }

    /** A store that answers with these pages, one after the other, and then with the last again. */
    private static final class Pages implements Listings {
        private final List<List<String>> pages;
        private int asked;

        Pages(List<List<String>> pages) {
            this.pages = pages;
        }

        @Override
        public List<String> containers(String account, String prefix, String marker) {
            return List.of();
        }

        @Override
        public List<ListedObject> objects(
                String account, String container, String prefix, String marker) {
            int page = Math.min(asked++, pages.size() - 1);
            return pages.get(page).stream()
                    .map(name -> new ListedObject(name, 1, "e", "t/t", ""))
                    .toList();
        }
    }

    private static Plan expand(Listings listings) throws JobRefused {
        Job job =
                JobParser.parse(
                        utf8(
                                "[{\"name\":\"a\",\"exec\":{\"path\":\"swift://a/c/e\"},\"devices\":[{\"name\":\"stdin\",\"path\":\"swift://a/c/o*\"}]}]"),
                        CONTEXT,
                        JobLimits.DEFAULT);
        return new Planner(PlanSettings.DEFAULT).expand(job, listings);
    }

    @Test
    void a_listing_that_goes_in_circles_ends_the_job() {
        for (List<List<String>> pages :
                List.of(
                        List.of(List.of("o1", "o2"), List.of("o2", "o3")),
                        List.of(List.of("o2", "o1")),
                        List.of(List.of("o1"), List.of("o1")),
                        List.of(List.of("o1", "p1")),
                        List.of(List.of("")))) {
            assertThatThrownBy(() -> expand(new Pages(pages)))
                    .isInstanceOf(JobRefused.class)
                    .hasMessageStartingWith("Error querying object server for container: c");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"o/../secret", "o/..", "o/./x"})
    void a_listed_name_that_others_may_read_as_another_path_ends_the_job(String name) {
        assertThatThrownBy(() -> expand(new Pages(List.of(List.of(name), List.of()))))
                .isInstanceOf(JobRefused.class)
                .hasMessageStartingWith("Invalid path swift://a/c/" + name + " in the listing");
    }

    @Test
    void a_listing_without_end_ends_at_the_limit() {
        Listings endless =
                new Listings() {
                    private int next;

                    @Override
                    public List<String> containers(String account, String prefix, String marker) {
                        return List.of();
                    }

                    @Override
                    public List<ListedObject> objects(
                            String account, String container, String prefix, String marker) {
                        List<ListedObject> page = new ArrayList<>();
                        for (int i = 0; i < 10_000; i++) {
                            // Directory-like names match nothing, so only looking is limited.
                            page.add(new ListedObject("o%09d/".formatted(next++), 0, "", "", ""));
                        }
                        return page;
                    }
                };
        assertThatThrownBy(() -> expand(endless))
                .isInstanceOf(JobRefused.class)
                .hasMessageStartingWith("Too many names to search in path swift://a/c/o*");
    }

    @Test
    void more_matches_than_nodes_end_the_search() {
        List<String> names = IntStream.range(0, 16_385).mapToObj("o%06d"::formatted).toList();
        assertThatThrownBy(() -> expand(new Pages(List.of(names, List.of()))))
                .isInstanceOf(JobRefused.class)
                .hasMessageStartingWith("Too many nodes in job");
    }

    @Test
    void a_name_with_a_newline_stays_one_name() throws JobRefused {
        Plan plan = expand(new Pages(List.of(List.of("o\n[args]\nx"), List.of())));
        assertThat(plan.sessions()).hasSize(1);
        assertThat(plan.sessions().getFirst().nvram(Map.of("P", "o\n[args]\nx")))
                .contains("value=o\\x0a[args]\\x0ax\n");
    }

    @Test
    void a_missing_fact_is_not_a_right() throws JobRefused {
        Plan plan = expand(new Pages(List.of(List.of("o1"), List.of())));
        assertThatThrownBy(() -> new Planner(PlanSettings.DEFAULT).pin(plan, paths -> Map.of()))
                .isInstanceOf(JobRefused.class)
                .hasMessageContaining("503");
    }

    @Test
    void a_pattern_of_many_stars_is_matched_in_linear_time() {
        Wildcard wildcard = new Wildcard("a" + "*a".repeat(500) + "b");
        String name = "a".repeat(1_023);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    for (int i = 0; i < 10_000; i++) {
                        assertThat(wildcard.match(name).isPresent()).isFalse();
                    }
                });
    }

    @Test
    void one_object_of_each_container_is_asked_for_or_every_one() throws JobRefused {
        List<Set<StorePath>> asked = new ArrayList<>();
        ObjectFacts facts =
                paths -> {
                    asked.add(Set.copyOf(paths));
                    return paths.stream()
                            .collect(
                                    Collectors.toMap(
                                            p -> p,
                                            p ->
                                                    new ObjectFacts.Fact.Present(
                                                            new Pin(
                                                                    "e", 1, "t/t", "", "", Map.of(),
                                                                    false))));
                };
        Plan plan = expand(new Pages(List.of(List.of("o1", "o2", "o3"), List.of())));
        new Planner(PlanSettings.DEFAULT).pin(plan, facts);
        PlanSettings each =
                new PlanSettings(JobLimits.DEFAULT, 1, 1, 1, "t/t", PlanSettings.ReadCheck.OBJECT);
        new Planner(each).pin(plan, facts);
        assertThat(asked.get(0))
                .containsExactlyInAnyOrder(
                        new StorePath("a", "c", "e"), new StorePath("a", "c", "o1"));
        assertThat(asked.get(1)).hasSize(4);
    }
}
