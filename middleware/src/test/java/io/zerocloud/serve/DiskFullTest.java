package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.node.SmallDisk;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent's own disk is full, though its quota is not. */
@Timeout(120)
class DiskFullTest {
    @TempDir Path folder;

    @Test
    void aJobThatFillsTheDiskFailsClearlyAndTheNextRuns() throws Exception {
        try (SmallDisk _ = SmallDisk.at(folder.resolve("zerocloud/node1"), 4 * 1024);
                EmbeddedCluster cluster =
                        EmbeddedCluster.start(
                                EmbeddedCluster.Config.in(folder)
                                        .withNodes(1, 2)
                                        .withSpool(1L << 30)
                                        .withJobs(FaultTest::smallOutputs))) {
            Client user = Client.login(cluster.url(), "test:tester", "testing");
            user.put("c", new byte[0]);
            user.put("c/flood", TestGuests.named("flood"));
            user.put("c/deaf", TestGuests.writesForEver());
            user.put("c/hello", TestGuests.says("hello", "", 0));
            for (int i = 0; i < 3; i++) {
                HttpResponse<byte[]> full = user.job(job("flood"));
                assertThat(full.statusCode()).isEqualTo(500);
                assertThat(header(full, "X-Nexe-Error")).contains("No space left on device");
            }
            // A guest that does not care is stopped there and then, not by its time-out.
            HttpResponse<byte[]> deaf = user.job(job("deaf"), "X-Zerovm-Timeout", "50");
            assertThat(deaf.statusCode()).isEqualTo(500);
            assertThat(header(deaf, "X-Nexe-Error")).contains("No space left on device");
            HttpResponse<byte[]> stored =
                    user.job(
                            "[{'name':'n','exec':{'path':'swift://~/c/flood'},'devices':[{'name':'stdout','path':'swift://~/c/never'}]}]");
            assertThat(stored.statusCode()).isEqualTo(500);
            assertThat(user.call("HEAD", "/v1/" + user.account() + "/c/never", new byte[0]))
                    .matches(answer -> answer.statusCode() == 404);
            assertThat(text(user.job(job("hello")))).isEqualTo("hello");
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () ->
                                    cluster.agents().getFirst().spoolBytes() == 0
                                            && cluster.agents().getFirst().sessions() == 0);
        }
    }

    private static String job(String program) {
        return "[{'name':'n','exec':{'path':'swift://~/c/%s'},'devices':[{'name':'stdout'}]}]"
                .formatted(program);
    }
}
