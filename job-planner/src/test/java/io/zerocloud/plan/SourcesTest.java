package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.source.BootMap;
import io.zerocloud.job.source.Script;
import io.zerocloud.job.source.Template;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs that come from scripts, templates and images. */
class SourcesTest {
    static Stream<PlanningCase> cases() {
        return PlanningCase.all("sources.json").stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_case_comes_out_as_written(PlanningCase planningCase) throws JobRefused {
        JsonNode json = planningCase.json();
        if (json.has("refused")) {
            JobRefused refused = catchThrowableOfType(JobRefused.class, () -> run(planningCase));
            assertThat(refused).as("refusal").isNotNull();
            JsonNode expected = json.get("refused");
            assertThat(refused.body()).startsWith(expected.get("first").asText());
            assertThat(refused.status()).isEqualTo(expected.get("status").asInt());
            if (expected.has("code")) {
                assertThat(refused.violations().getFirst().code())
                        .hasToString(expected.get("code").asText());
            }
        } else {
            run(planningCase);
        }
    }

    private static void run(PlanningCase planningCase) throws JobRefused {
        JsonNode json = planningCase.json();
        if (json.has("members")) {
            BootMap map = new BootMap();
            for (JsonNode member : json.get("members")) {
                map.offer(member.asText(), bytes(member.asText()));
            }
            assertThat(map.require()).isEqualTo(bytes(json.path("chosen").asText()));
            return;
        }
        SnapshotParser.Read given = planningCase.given();
        Job job =
                json.has("script")
                        ? script(json, given)
                        : JobParser.parse(template(json), given.context(), JobLimits.DEFAULT);
        Planner planner = new Planner(PlanSettings.DEFAULT);
        Plan plan = planner.pin(planner.expand(job, given.store()), given.store());
        List<String> lines = plan.explain().lines().map(String::strip).toList();
        json.get("expect").forEach(line -> assertThat(lines).contains(line.asText()));
    }

    private static Job script(JsonNode json, SnapshotParser.Read given) throws JobRefused {
        Optional<StorePath> stdin =
                json.has("stdin")
                        ? Optional.of(path(json.get("stdin").asText()))
                        : Optional.empty();
        return Script.parse(bytes(json.get("script").asText()))
                .job(given.context(), JobLimits.DEFAULT, stdin);
    }

    private static JsonNode template(JsonNode json) throws JobRefused {
        String where = "/a/.zvm/" + Template.objectName("application/x-nexe; charset=x");
        Template template;
        if (json.has("templateBytes")) {
            template =
                    Template.parse(
                            new byte[json.get("templateBytes").asInt()], where, JobLimits.DEFAULT);
        } else if (json.has("template")) {
            template =
                    Template.parse(
                            bytes(json.get("template").toString()), where, JobLimits.DEFAULT);
        } else {
            template = Template.forExecutables();
        }
        Map<String, String> parameters = new HashMap<>();
        json.path("parameters")
                .properties()
                .forEach(e -> parameters.put(e.getKey(), e.getValue().asText()));
        return template.fill(parameters, path(json.get("object").asText()));
    }

    private static StorePath path(String text) {
        String[] parts = text.split("/", 4);
        return new StorePath(parts[1], parts[2], parts[3]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_decided_map_needs_no_more_members() {
        BootMap map = new BootMap();
        map.offer(BootMap.SYSTEM_MAP, bytes("s"));
        assertThat(map.isDecided()).isFalse();
        map.offer(BootMap.CLUSTER_MAP, bytes("c"));
        assertThat(map.isDecided()).isTrue();
        map.offer(BootMap.CLUSTER_MAP, bytes("later"));
        assertThat(map.chosen()).contains(bytes("c"));
    }

    @Test
    void a_first_line_without_end_is_not_searched_for_ever() {
        byte[] endless = new byte[1 << 20];
        java.util.Arrays.fill(endless, (byte) 'x');
        endless[0] = '#';
        endless[1] = '!';
        assertThat(catchThrowableOfType(JobRefused.class, () -> Script.parse(endless)).body())
                .startsWith("Cannot find shebang");
    }
}
