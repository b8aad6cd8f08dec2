package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.JsonDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published schema and the parser agree on every case; a case says where a schema cannot know.
 */
class SchemaTest {
    private static final Schema SCHEMA = schema();

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(
                            Files.readString(Path.of("../docs/reference/job.schema.json")),
                            InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<PlanningCase> cases() {
        return Stream.of("catalogue.json", "errors.json", "samples.json")
                .flatMap(file -> PlanningCase.all(file).stream())
                .filter(SchemaTest::isJson);
    }

    private static boolean isJson(PlanningCase planningCase) {
        try {
            JsonDocument.read(planningCase.document(), JobLimits.DEFAULT);
            return true;
        } catch (JobRefused e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void schema_and_parser_agree(PlanningCase planningCase) {
        List<com.networknt.schema.Error> errors =
                SCHEMA.validate(
                        new String(planningCase.document(), StandardCharsets.UTF_8),
                        InputFormat.JSON);
        boolean parses;
        try {
            planningCase.parse();
            parses = true;
        } catch (JobRefused e) {
            parses = false;
        }
        if (planningCase.json().path("schema").asText().equals("accepts")) {
            assertThat(errors).isEmpty();
        } else if (parses) {
            assertThat(errors).isEmpty();
        } else {
            assertThat(errors).isNotEmpty();
        }
    }
}
