package io.zerocloud.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.serve.EmbeddedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/guides/apps.md as written, and what its commands say when something is wrong. */
@Timeout(600)
class AppsGuideIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder.resolve("cluster")));
        Files.createDirectories(folder.resolve("shell"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void theCommandsDoWhatTheGuideSays() throws Exception {
        String guide = Files.readString(ROOT.resolve("docs/guides/apps.md"));
        Matcher blocks = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL).matcher(guide);
        String commands =
                blocks.results().map(block -> block.group(1)).collect(Collectors.joining());
        String output = shell("set -e\n" + commands);
        assertThat(output)
                .contains("Created hello/hello.c")
                .contains("  zerocloud cc -O2 -o hello/hello hello/hello.c\n")
                .contains("  zerocloud run hello/hello world\n")
                .contains("created hello.zapp")
                .contains("app deployed to " + cluster.url())
                .contains("total ")
                .endsWith("stored results/hello.txt\nhello, folder\n");
        assertThat(output.split("hello, world\n", -1)).hasSize(5);

        String wrong =
                shell(
                        """
                        zerocloud new hello; echo "exit $?"
                        zerocloud deploy apps hello/hello.zapp; echo "exit $?"
                        zerocloud exec --container nothing-here; echo "exit $?"
                        zerocloud auth -K wrong; echo "exit $?"
                        printf '[{"name":"n"}]' > bad.json; zerocloud job bad.json; echo "exit $?"
                        printf '[{"name":"n","exec":{"path":"swift://~/apps/none"}}]' > none.json
                        zerocloud job none.json; echo "exit $?"
                        env -u ST_AUTH zerocloud auth 2>&1 | head -1
                        mkdir -p empty && zerocloud bundle empty; echo "exit $?"
                        """);
        assertThat(wrong)
                .contains("hello/hello.c exists already")
                .contains("apps is not empty; --force deploys into it all the same")
                .contains("nothing is deployed in nothing-here")
                .contains("Must specify exec stanza for n")
                .contains("the job failed: 400")
                .contains("the job failed: 404")
                .contains("no account: set ST_AUTH, ST_USER and ST_KEY")
                .contains("no zapp.yaml in");
        assertThat(wrong.lines().filter(line -> line.startsWith("exit ")))
                .containsExactly(
                        "exit 2", "exit 1", "exit 1", "exit 1", "exit 1", "exit 1", "exit 1");
    }

    @Test
    void aJobRunsOnTheFilesOfAFolder() throws Exception {
        String output =
                shell(
                        """
                        zerocloud cc -O2 -o cat $SAMPLES/cat.c 2>/dev/null
                        mkdir -p store/in/deep store/out store/.git && cd store
                        echo one > in/1.txt; echo two > in/deep/2.txt; echo three > in/3.txt
                        mv ../cat in/cat; ln -s 1.txt in/link.txt; echo old > out/1.out
                        echo '[{"name":"cat","exec":{"path":"swift://~/in/cat"},"devices":[
                          {"name":"stdin","path":"swift://~/in/*.txt"},
                          {"name":"stdout","path":"swift://~/out/*.out"}]}]' > ../copy.json
                        zerocloud job --local . ../copy.json
                        find . -type f | sort; cat out/1.out out/deep/2.out
                        touch -d 2001-01-01 out/1.out
                        zerocloud job --local . ../copy.json; echo "exit $?"
                        find out -newer out/1.out -type f | sort
                        mkdir ../away; rm -r out/deep; ln -s ../../away out/deep
                        zerocloud job --local . ../copy.json; echo "exit $?"; ls ../away
                        zerocloud job --local nowhere ../copy.json 2>&1 | head -1
                        zerocloud job --local . --plan ../copy.json 2>&1 | head -1
                        echo '[{"name":"n","exec":{"path":"swift://~/in/none"}}]' > ../none.json
                        zerocloud job --local . ../none.json; echo "exit $?"
                        """);
        assertThat(output)
                .startsWith("stored out/1.out\nstored out/3.out\nstored out/deep/2.out\n")
                .contains("./out/3.out\n./out/deep/2.out\none\ntwo\n")
                .contains("exit 0\nout/3.out\nout/deep/2.out\n")
                .contains("but ./out/deep is a link\nexit 1\n--local: no folder nowhere\n")
                .contains("--local runs the job, --plan does not: one of them\n")
                .contains("the job failed: 404 Not Found\n")
                .endsWith("exit 1\n");
    }

    private static String shell(String script) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "shell", ".out");
        ProcessBuilder shell =
                new ProcessBuilder(List.of("bash", "-c", script))
                        .directory(folder.resolve("shell").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        shell.environment().merge("PATH", ROOT + ":", (path, own) -> own + path);
        shell.environment().put("SAMPLES", ROOT + "/sandbox-engine/guest/samples");
        shell.environment().put("ST_AUTH", cluster.authUrl());
        shell.environment().put("ST_USER", "test:tester");
        shell.environment().put("ST_KEY", "testing");
        int code = shell.start().waitFor();
        String text = Files.readString(output);
        assertThat(code).as(text).isZero();
        return text;
    }
}
