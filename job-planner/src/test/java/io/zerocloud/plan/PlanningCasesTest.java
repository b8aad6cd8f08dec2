package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.Violation;
import io.zerocloud.nvram.GuestEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanningCasesTest {
    static Stream<PlanningCase> cases() {
        return Stream.of("catalogue.json", "errors.json")
                .flatMap(file -> PlanningCase.all(file).stream());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_case_comes_out_as_written(PlanningCase planningCase) throws JobRefused {
        JsonNode json = planningCase.json();
        if (json.has("refused")) {
            JobRefused refused = catchThrowableOfType(JobRefused.class, planningCase::plan);
            assertThat(refused).as("refusal").isNotNull();
            checkRefusal(refused, json.get("refused"));
        } else {
            checkPlan(planningCase.plan(), json);
        }
    }

    private static void checkRefusal(JobRefused refused, JsonNode expected) {
        Violation first = refused.violations().getFirst();
        assertThat(refused.body()).startsWith(expected.get("first").asText());
        assertThat(refused.status()).as(refused.body()).isEqualTo(expected.get("status").asInt());
        if (expected.has("at")) {
            assertThat(first.at()).as(refused.body()).isEqualTo(expected.get("at").asText());
        }
        if (expected.has("code")) {
            assertThat(first.code()).hasToString(expected.get("code").asText());
        }
        if (expected.has("also")) {
            List<String> also = new ArrayList<>();
            expected.get("also").forEach(code -> also.add(code.asText()));
            assertThat(refused.violations().stream().skip(1).map(v -> v.code().toString()))
                    .containsExactlyElementsOf(also);
        }
        assertThat(refused.node()).isEqualTo(expected.path("node").asText());
        assertThat(refused.body().lines()).hasSameSizeAs(refused.violations());
        assertThat(refused.body().chars().filter(c -> c != '\n').noneMatch(Character::isISOControl))
                .as("no control characters in an answer")
                .isTrue();
    }

    private static void checkPlan(Plan plan, JsonNode json) {
        JsonNode explained = plan.explainJson();
        if (json.has("sessions")) {
            assertThat(String.join(",", plan.sessions().stream().map(Session::name).toList()))
                    .isEqualTo(json.get("sessions").asText());
        }
        if (json.has("connections")) {
            assertThat(plan.connections()).hasSize(json.get("connections").asInt());
        }
        if (json.has("inputs")) {
            List<String> inputs = new ArrayList<>();
            explained
                    .findValues("channels")
                    .forEach(
                            channels ->
                                    channels.forEach(
                                            c -> {
                                                if (c.path("is").asText().equals("object")) {
                                                    inputs.add(c.path("path").asText());
                                                }
                                            }));
            assertThat(String.join(",", inputs)).isEqualTo(json.get("inputs").asText());
        }
        if (json.has("outputs")) {
            assertThat(String.join(",", plan.outputs().stream().map(Object::toString).toList()))
                    .isEqualTo(json.get("outputs").asText());
        }
        json.path("json")
                .properties()
                .forEach(
                        e ->
                                assertThat(explained.at(e.getKey()).asText())
                                        .as(e.getKey())
                                        .isEqualTo(e.getValue().asText()));
        json.path("expect")
                .properties()
                .forEach(
                        e ->
                                e.getValue()
                                        .forEach(
                                                line ->
                                                        assertThat(lines(plan, e.getKey()))
                                                                .contains(line.asText())));
        json.path("absent")
                .properties()
                .forEach(
                        e ->
                                e.getValue()
                                        .forEach(
                                                line ->
                                                        assertThat(lines(plan, e.getKey()))
                                                                .noneMatch(
                                                                        l ->
                                                                                l.startsWith(
                                                                                        line
                                                                                                .asText()))));
        json.path("nvram").properties().forEach(e -> checkNvram(plan, e));
        if (json.has("together")) {
            List<String> nodes = new ArrayList<>();
            json.get("together")
                    .forEach(name -> nodes.add(plan.placementOf(find(plan, name.asText())).node()));
            assertThat(nodes).containsOnly(nodes.getFirst());
        }
    }

    private static void checkNvram(Plan plan, Map.Entry<String, JsonNode> expected) {
        Session session = find(plan, expected.getKey());
        List<String> lines = new ArrayList<>();
        expected.getValue().forEach(line -> lines.add(line.asText()));
        assertThat(session.nvram(GuestEnvironment.join(session.env(), Map.of(), Map.of())).lines())
                .containsExactlyElementsOf(lines);
    }

    private static Session find(Plan plan, String name) {
        return plan.sessions().stream()
                .filter(session -> session.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no session " + name));
    }

    /** What the explanation says under a session's name. */
    private static List<String> lines(Plan plan, String session) {
        find(plan, session);
        return plan.explain()
                .lines()
                .dropWhile(line -> !line.startsWith(session + " "))
                .skip(1)
                .takeWhile(line -> line.startsWith("  "))
                .map(String::strip)
                .toList();
    }
}
