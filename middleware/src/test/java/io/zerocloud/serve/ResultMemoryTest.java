package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.node.AgentServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the proxy holds of a job's results has bounds, however many nodes the job has. */
@Timeout(180)
class ResultMemoryTest {
    private static final int STDERR_JOB = 4 << 20;
    private static final int STDERR_NODE = 8 << 10;
    private static final int OUTPUT = 100 << 10;

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder));
        user = Client.login(cluster.url(), "test:tester", "testing");
        user.put("c", new byte[0]);
        user.put("c/copy", TestGuests.copy(0, 1, 0));
        user.put("c/toerr", TestGuests.copy(0, 2, 3));
        user.put("c/complaint", "what went wrong ".repeat(STDERR_NODE / 16).getBytes(UTF_8));
        byte[] output = new byte[OUTPUT];
        Arrays.fill(output, (byte) 'x');
        user.put("c/output", output);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String job(int count, String program, String input) {
        return """
               [{'name':'n','count':%d,'exec':{'path':'swift://~/c/%s'},
                 'devices':[{'name':'stdin','path':'swift://~/c/%s'},{'name':'stdout'}]}]
               """
                .formatted(count, program, input);
    }

    @Test
    void ofManyNodesThatComplainTheFirstAreHeardInFullAndTheOthersByTheirLastWords()
            throws Exception {
        int nodes = STDERR_JOB / STDERR_NODE + 88;
        HttpResponse<byte[]> answer =
                user.job(job(nodes, "toerr", "complaint"), "X-Zerovm-Report", "1");
        JsonNode report = new ObjectMapper().readTree(answer.body()).path("nodes");
        assertThat(report).hasSize(nodes);
        int full = 0;
        for (JsonNode node : report) {
            String stderr = node.path("stderr").asText();
            assertThat(node.path("returnCode").asInt()).isEqualTo(3);
            assertThat(stderr).endsWith("wrong ");
            assertThat(stderr.length()).isIn(200, STDERR_NODE);
            full += stderr.length() == STDERR_NODE ? 1 : 0;
        }
        assertThat(full).isEqualTo(STDERR_JOB / STDERR_NODE);
    }

    @Test
    void fewOutputsComeWithTheirResultsAndManyWaitAtTheAgents() throws Exception {
        // A key keeps the answer, and with it what waits.
        HttpResponse<byte[]> few = user.job(job(8, "copy", "output"), "X-Zerovm-Job-Key", "few");
        assertThat(few.body()).hasSize(8 * OUTPUT);
        assertThat(kept()).isZero();
        int nodes = 100;
        for (String repeated : new String[] {"", "1"}) {
            HttpResponse<byte[]> many =
                    user.job(job(nodes, "copy", "output"), "X-Zerovm-Job-Key", "many");
            assertThat(many.body()).hasSize(nodes * OUTPUT);
            assertThat(header(many, "X-Zerovm-Job-Key-Repeated")).isEqualTo(repeated);
            assertThat(kept()).isEqualTo(nodes);
        }
        // Without one nothing waits longer than the answer.
        assertThat(user.job(job(nodes, "copy", "output")).body()).hasSize(nodes * OUTPUT);
        await().atMost(Duration.ofSeconds(60)).until(() -> kept() == nodes);
    }

    private static int kept() {
        return cluster.agents().stream().mapToInt(AgentServer::sessions).sum();
    }
}
