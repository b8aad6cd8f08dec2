package io.zerocloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JobCommandTest {
    @TempDir Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String job, String listing, String... more) throws IOException {
        Path jobFile = Files.writeString(dir.resolve("job"), job);
        Path objects = Files.writeString(dir.resolve("listing"), listing);
        CommandLine command =
                new CommandLine(new JobCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        String[] args = new String[4 + more.length];
        args[0] = "--plan";
        args[1] = jobFile.toString();
        args[2] = "--objects";
        args[3] = objects.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return command.execute(args);
    }

    private static final String JOB =
            """
            [{"name": "count", "exec": {"path": "swift://~/c/exe"},
              "devices": [{"name": "stdin", "path": "swift://~/c/*.txt"}, {"name": "stdout"}]}]
            """;
    private static final String LISTING =
            """
            {"account": "a", "nodes": ["n1", "n2"],
             "containers": {"c": {"objects": {"exe": {}, "x.txt": {"bytes": 5, "nodes": ["n2"]}}}}}
            """;

    @Test
    void the_plan_says_where_and_why() throws IOException {
        assertThat(run(JOB, LISTING)).isZero();
        assertThat(out.toString())
                .startsWith("1 session of account a, 1 group, 0 connections\n")
                .contains("count-1 on n2, local: holds a replica of /a/c/x.txt\n")
                .contains("  /dev/stdout goes to the response, text/html\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void the_plan_as_json() throws IOException {
        assertThat(run(JOB, LISTING, "--json")).isZero();
        JsonNode plan = new ObjectMapper().readTree(out.toString());
        assertThat(plan.at("/sessions/0/node").asText()).isEqualTo("n2");
        assertThat(plan.at("/sessions/0/reason").asText()).isEqualTo("local");
    }

    @Test
    void a_refusal_names_everything_and_exits_1() throws IOException {
        assertThat(run("[{\"name\": \"a\", \"count\": 0}]", LISTING)).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith("Must specify exec stanza for a ($[0]"),
                        second ->
                                assertThat(second).startsWith("Invalid node count: 0 ($[0].count"));
    }

    @Test
    void a_refusal_as_json() throws IOException {
        assertThat(run("{", LISTING, "--json")).isEqualTo(1);
        JsonNode refusal = new ObjectMapper().readTree(out.toString());
        assertThat(refusal.at("/status").asInt()).isEqualTo(422);
        assertThat(refusal.at("/errors/0/code").asText()).isEqualTo("NOT_JSON");
    }

    @Test
    void a_script_is_a_job_and_lines_are_a_listing() throws IOException {
        assertThat(run("#!swift://~/c/exe -x\necho\n", "/a/c/exe\n")).isZero();
        assertThat(out.toString()).contains("  command script -x script\n");
    }

    @Test
    void what_cannot_be_read_is_wrong_usage() throws IOException {
        assertThat(run(JOB, "{\"conatiners\": {}}")).isEqualTo(2);
        assertThat(err.toString()).contains("a listing has no field 'conatiners'");
        assertThat(run(JOB, "not a path\n")).isEqualTo(2);
        assertThat(err.toString()).contains("line 1 is not /account/container/object");
        assertThat(run(JOB, "{\"nodes\": [{\"id\": \"\"}]}")).isEqualTo(2);
        assertThat(
                        new CommandLine(new JobCommand())
                                .setErr(new PrintWriter(err))
                                .execute("--plan", "/nowhere", "--objects", "/nowhere"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no file /nowhere");
    }
}
