package io.zerocloud.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.guests.Guests;
import io.zerocloud.serve.EmbeddedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/guides/quick-start.md with real clients: curl and python-swiftclient. */
@Timeout(300)
class QuickStartIT {
    private static final Path GUIDE = Path.of("../docs/guides/quick-start.md");
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Path program;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder.resolve("cluster")));
        program = Files.write(folder.resolve("program"), copier());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void theCommandsDoWhatTheGuideSays() throws Exception {
        assumeTrue(hasSwiftClient(), "python3-swiftclient is not installed");
        Files.createDirectories(folder.resolve("shell"));
        StringBuilder script = new StringBuilder("set -eu\n");
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) {
            script.append(block.group(1)).append("echo '<<<>>>'\n");
        }
        String[] output = shell(script.toString()).split("<<<>>>\n");
        String texts = "this is text number 1\nthis is text number 2\nthis is text number 3\n";
        assertThat(output).hasSizeGreaterThanOrEqualTo(6);
        assertThat(output[2])
                .startsWith("HTTP/1.1 200 OK")
                .contains("X-Nexe-System: count-1,count-2,count-3")
                .contains("X-Nexe-Status: ok,ok,ok")
                .endsWith(texts);
        assertThat(output[3]).isEqualTo(texts);
        assertThat(output[4]).contains("\"data\" : \"local\"").contains("\"agent\" : \"node");
        assertThat(output[5]).isEqualTo(texts + "count-1,count-2,count-3 ok,ok,ok\n");
    }

    @Test
    void aJobOfTenThousandNodesReachesBothClientsWithHeadersThatTheyCanRead() throws Exception {
        assumeTrue(hasSwiftClient(), "python3-swiftclient is not installed");
        Files.createDirectories(folder.resolve("shell"));
        String output =
                shell(
                        """
                        set -eu
                        cat > big.py <<'PY'
                        import os
                        from swiftclient import client
                        url, token = client.get_auth(os.environ["AUTH"], "test:tester", "testing")
                        client.put_container(url, token, "big")
                        client.put_object(url, token, "big", "program", open(os.environ["PROGRAM"], "rb"))
                        job = b'[{"name":"n","count":10000,"exec":{"path":"swift://~/big/program"},"devices":[{"name":"stdout"}]}]'
                        headers, body = client.post_account(url, token, {"X-Zerovm-Execute": "1.0", "Content-Type": "application/json", "X-Zerovm-Job-Key": "big"}, data=job)
                        print(headers["x-nexe-truncated"])
                        print(len(headers["x-nexe-system"].split(",")) == len(headers["x-nexe-retcode"].split(",")))
                        report = headers["x-nexe-report"].split("/", 3)[3]
                        container, name = report.split("/", 1)
                        import json
                        print(len(json.loads(client.get_object(url, token, container, name)[1])["nodes"]))
                        open("big.json", "wb").write(job)
                        open("big.curl", "w").write('url = "%s"\\nheader = "X-Auth-Token: %s"\\n' % (url, token))
                        PY
                        /usr/bin/python3 big.py
                        curl -sS -f -D - -o /dev/null -K big.curl -H 'X-Zerovm-Execute: 1.0' -H 'X-Zerovm-Job-Key: big' \
                          -H 'Content-Type: application/json' --data-binary @big.json | grep -ci '^x-nexe-truncated: 10000'
                        """);
        assertThat(output).isEqualTo("10000\nTrue\n10000\n1\n");
    }

    @Test
    void aStreamedJobEndsWithTrailersAndAKeyedOneRunsOnce() throws Exception {
        Files.createDirectories(folder.resolve("shell"));
        String output =
                shell(
                        """
                        set -eu
                        curl -sS -D auth -o /dev/null -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' "$AUTH"
                        value() { sed -n "s/^$1: *\\([^\r]*\\)\r*$/\\1/Ip" "$2"; }
                        url=$(value X-Storage-Url auth)
                        printf 'header = "X-Auth-Token: %s"\n' "$(value X-Auth-Token auth)" > user.curl
                        curl -sS -f -K user.curl -X PUT "$url/streams" -o /dev/null
                        curl -sS -f -K user.curl -T "$PROGRAM" "$url/streams/program"
                        printf 'streamed text' | curl -sS -f -K user.curl -T - "$url/streams/text"
                        job='[{"name":"n","count":3,"exec":{"path":"swift://~/streams/program"},"devices":[{"name":"stdin","path":"swift://~/streams/text"},{"name":"stdout"}]}]'
                        post() { curl -sS -f -K user.curl -H 'X-Zerovm-Execute: 1.0' -H 'Content-Type: application/json' --data-binary "$job" "$@" "$url"; }
                        post -H 'X-Zerovm-Stream: 1' -D stream; echo
                        # The head ends with an empty line; what curl writes behind it are trailers.
                        sed '1,/^\r*$/d' stream > trailers
                        value X-Nexe-System trailers
                        value X-Nexe-Retcode trailers
                        value X-Nexe-Http-Status trailers
                        sed '/^\r*$/q' stream | grep -ci '^x-nexe-system' || true
                        post -H 'X-Zerovm-Job-Key: once' -D first; echo
                        post -H 'X-Zerovm-Job-Key: once' -D second; echo
                        value X-Zerovm-Job-Key-Repeated first
                        value X-Zerovm-Job-Key-Repeated second
                        test "$(value X-Nexe-Cdr-Line first)" = "$(value X-Nexe-Cdr-Line second)" && echo same run
                        """);
        String thrice = "streamed text".repeat(3) + "\n";
        assertThat(output)
                .isEqualTo(
                        thrice
                                + "n-1,n-2,n-3\n0,0,0\n200\n0\n"
                                + thrice
                                + thrice
                                + "1\nsame run\n");
    }

    private static boolean hasSwiftClient() throws IOException, InterruptedException {
        return Files.isExecutable(Path.of("/usr/bin/python3"))
                && new ProcessBuilder("/usr/bin/python3", "-c", "import swiftclient")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    private static String shell(String script) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "shell", ".out");
        ProcessBuilder shell =
                new ProcessBuilder(List.of("bash", "-c", script))
                        .directory(folder.resolve("shell").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        shell.environment()
                .putAll(Map.of("AUTH", cluster.authUrl(), "PROGRAM", program.toString()));
        int code = shell.start().waitFor();
        String text = Files.readString(output);
        assertThat(code).as(text).isZero();
        return text;
    }

    /** A guest that copies its standard input. */
    private static byte[] copier() throws IOException {
        return Guests.assemble(
                Files.readString(Path.of("../middleware/src/test/guests/copy.s")),
                "FROM=0",
                "TO=1",
                "CODE=0");
    }
}
