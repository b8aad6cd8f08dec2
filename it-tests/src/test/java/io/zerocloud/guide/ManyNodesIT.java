package io.zerocloud.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.zerocloud.cluster.ClusterUser;
import io.zerocloud.cluster.Guests;
import io.zerocloud.cluster.Jobs;
import io.zerocloud.serve.EmbeddedCluster;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job of ten thousand nodes: more about it than the headers that clients accept can hold. */
@Timeout(300)
class ManyNodesIT {
    private static final int NODES = 10_000;
    private static final String JOB = Jobs.wide(NODES);

    /** http.client reads lines of 64 KiB and a hundred headers at most, curl 300 KiB in all. */
    private static final int LONGEST = 32 << 10;

    private static final Path SWIFTCLIENT = Path.of("/usr/lib/python3/dist-packages/swiftclient");

    @TempDir private static Path folder;

    private static EmbeddedCluster cluster;
    private static ClusterUser user;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder.resolve("store")));
        user = ClusterUser.tempAuth(URI.create(cluster.authUrl()), "test:tester", "testing");
        user.put("programs", "").put("programs/copy", Guests.copier(folder));
        Files.writeString(folder.resolve("job.json"), JOB);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** Status, then headers and trailers by their names in lower case, as curl read them. */
    private static Map<String, String> curl(String... headers) throws Exception {
        StringBuilder more = new StringBuilder();
        for (String header : headers) {
            more.append(" -H '").append(header).append('\'');
        }
        String status =
                run(
                        "sh",
                        "-c",
                        "curl -sS -o body -D head -w '%{http_code}' -H 'X-Auth-Token: "
                                + user.token()
                                + "' -H 'X-Zerovm-Execute: 1.0' -H 'Content-Type: application/json'"
                                + more
                                + " --data-binary @job.json "
                                + cluster.url()
                                + "/v1/"
                                + user.account());
        Map<String, String> answer = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve("head"))) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                answer.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 2));
            }
        }
        answer.put("status", status);
        return answer;
    }

    private static void requireWhole(Map<String, String> answer) throws Exception {
        assertThat(answer).containsEntry("x-nexe-truncated", Integer.toString(NODES));
        assertThat(answer.values()).allSatisfy(v -> assertThat(v).hasSizeLessThan(LONGEST));
        List<String> names = List.of(answer.getOrDefault("x-nexe-system", "").split(","));
        assertThat(names)
                .hasSizeBetween(30, NODES - 1)
                .isEqualTo(
                        IntStream.rangeClosed(1, names.size())
                                .mapToObj(i -> "wide-" + i)
                                .collect(Collectors.toList()));
        for (String each : new String[] {"x-nexe-status", "x-nexe-retcode", "x-nexe-validation"}) {
            assertThat(answer.getOrDefault(each, "").split(",")).as(each).hasSize(names.size());
        }
        String at = answer.getOrDefault("x-nexe-report", "");
        assertThat(at).startsWith("swift://" + user.account() + "/");
        String path = at.substring(("swift://" + user.account() + "/").length());
        JsonNode report =
                new JsonMapper().readTree(user.send("GET", path, new byte[0]).expect(200).body());
        assertThat(report.path("nodes")).hasSize(NODES);
        assertThat(report.path("nodes"))
                .allSatisfy(node -> assertThat(node.path("returnCode").asInt()).isZero());
    }

    @Test
    void curlReadsItsHeadersAndFindsTheRestInTheReport() throws Exception {
        Map<String, String> answer = curl();
        assertThat(answer).containsEntry("status", "200").containsEntry("content-length", "0");
        requireWhole(answer);
    }

    @Test
    void streamedTheHeadersComeAsTrailers() throws Exception {
        Map<String, String> answer = curl("X-Zerovm-Stream: 1");
        assertThat(answer)
                .containsEntry("status", "200")
                .containsEntry("x-nexe-http-status", "200");
        requireWhole(answer);
    }

    @Test
    void swiftclientReadsItsHeaders() throws Exception {
        assumeTrue(Files.exists(SWIFTCLIENT), "needs Debian's python3-swiftclient");
        String said =
                run(
                        "/usr/bin/python3",
                        "-c",
                        """
                        import sys
                        from swiftclient import client
                        url, token = client.get_auth(sys.argv[1], 'test:tester', 'testing')
                        told = {}
                        client.post_account(
                            url, token,
                            {'X-Zerovm-Execute': '1.0', 'Content-Type': 'application/json'},
                            data=open('job.json').read(), response_dict=told)
                        print('status: %d' % told['status'])
                        for name, value in told['headers'].items():
                            print('%s: %s' % (name, value))
                        """,
                        cluster.authUrl());
        Map<String, String> answer = new TreeMap<>();
        said.lines()
                .map(line -> line.split(": ", 2))
                .forEach(parts -> answer.put(parts[0], parts[1]));
        assertThat(answer).containsEntry("status", "200");
        requireWhole(answer);
    }
}
