package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One case of a data file: a description ({@code job}, or {@code text} for what is not JSON),
 * changes to the store of {@code store.json}, and what must come of it.
 */
record PlanningCase(String file, int index, JsonNode json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode STORE = read("store.json");

    static List<PlanningCase> all(String file) {
        List<PlanningCase> cases = new ArrayList<>();
        for (JsonNode json : read(file)) {
            cases.add(new PlanningCase(file, cases.size(), json));
        }
        assertThat(cases).isNotEmpty();
        return cases;
    }

    static JsonNode read(String file) {
        try (InputStream in = PlanningCase.class.getResourceAsStream("/cases/" + file)) {
            assertThat(in).as(file).isNotNull();
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] document() {
        String text = json.has("text") ? json.get("text").asText() : json.get("job").toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    SnapshotParser.Read given() {
        ObjectNode store = STORE.deepCopy();
        json.path("store").properties().forEach(e -> store.set(e.getKey(), e.getValue()));
        try {
            return SnapshotParser.parse(store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Job parse() throws JobRefused {
        return JobParser.parse(document(), given().context(), JobLimits.DEFAULT);
    }

    Plan plan() throws JobRefused {
        SnapshotParser.Read given = given();
        Planner planner = new Planner(PlanSettings.DEFAULT);
        Plan plan = planner.expand(parse(), given.store());
        plan = planner.pin(plan, given.store());
        return planner.place(plan, given.store().cluster(), given.store());
    }

    @Override
    public String toString() {
        return file + " " + json.path("id").asText() + ": " + json.path("title").asText();
    }
}
