package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.job.JobRefused;
import io.zerocloud.nvram.GuestEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jobs that people really ran, with their whole plan and nvram as golden files. Run with {@code
 * -Dgolden.write=true} to write the files anew, and read the difference.
 */
class SamplesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static Stream<PlanningCase> samples() {
        return PlanningCase.all("samples.json").stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_plan_is_the_golden_one(PlanningCase sample) throws JobRefused, IOException {
        Plan plan = sample.plan();
        StringBuilder text = new StringBuilder(plan.explain());
        for (Session session : plan.sessions()) {
            text.append("\nnvram of ").append(session.name()).append('\n');
            text.append(session.nvram(GuestEnvironment.join(session.env(), Map.of(), Map.of())));
        }
        Path golden = GOLDEN.resolve("sample-" + sample.json().get("id").asText() + ".txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, text);
        }
        assertThat(golden).content(StandardCharsets.UTF_8).isEqualTo(text.toString());
    }
}
