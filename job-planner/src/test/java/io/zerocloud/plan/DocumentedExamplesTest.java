package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/reference/ do what the text says. */
class DocumentedExamplesTest {
    private static List<String> blocks(String file, String language) throws IOException {
        Matcher block =
                Pattern.compile("(?s)```" + language + "\n(.*?)```")
                        .matcher(Files.readString(Path.of("../docs/reference/" + file)));
        List<String> blocks = new ArrayList<>();
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    @Test
    void the_job_and_the_listing_of_the_format_are_valid() throws IOException, JobRefused {
        List<String> blocks = blocks("job-format.md", "json");
        assertThat(blocks).hasSize(2);
        Job job =
                JobParser.parse(
                        blocks.get(0).getBytes(StandardCharsets.UTF_8),
                        JobContext.of("a", Set.of("python2.7")),
                        JobLimits.DEFAULT);
        assertThat(job.groups()).extracting(g -> g.name()).containsExactly("map", "reduce");
        assertThat(job.notes()).isEmpty();
        SnapshotParser.Read listing =
                SnapshotParser.parse(blocks.get(1).getBytes(StandardCharsets.UTF_8));
        assertThat(listing.store().cluster().nodes()).hasSize(2);
        assertThat(listing.context().systemImages()).containsExactly("python2.7");
    }

    @Test
    void the_refusal_of_the_errors_page_is_what_the_parser_says() throws IOException {
        String job =
                """
                [{"name": "sort", "exec": {"path": "swift://~/c/exe"}, "count": 0, "connect": ["nobody"],
                  "devices": [{"name": "stdin"}, {"path": "swift://~/c/o"}]}]
                """;
        try {
            JobParser.parse(
                    job.getBytes(StandardCharsets.UTF_8),
                    JobContext.of("a", Set.of()),
                    JobLimits.DEFAULT);
            throw new AssertionError("not refused");
        } catch (JobRefused refused) {
            assertThat(blocks("errors.md", "")).first().isEqualTo(refused.body());
            assertThat(refused.json().at("/errors/0/code").asText())
                    .isEqualTo("NODE_COUNT_INVALID");
            assertThat(refused.json().at("/status").asInt()).isEqualTo(400);
            assertThat(refused.json().at("/errors")).hasSize(3);
        }
    }

    @Test
    void a_listing_can_be_plain_lines() throws IOException {
        SnapshotParser.Read listing =
                SnapshotParser.parse(
                        "# two\n/a/c/o 1\n\n/a/d/x/y\n".getBytes(StandardCharsets.UTF_8));
        assertThat(listing.context().account()).isEqualTo("a");
        assertThat(
                        listing.store()
                                .describe(Set.of(new io.zerocloud.job.StorePath("a", "c", "o 1"))))
                .allSatisfy(
                        (path, fact) ->
                                assertThat(fact).isInstanceOf(ObjectFacts.Fact.Present.class));
    }
}
