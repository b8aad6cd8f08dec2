package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One guest, one object, one POST. */
@Timeout(120)
class MainJobTest {
    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder));
        user = Client.login(cluster.url(), "test:tester", "testing");
        user.put("c", new byte[0]);
        user.put(
                "c/o",
                "some data\n".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/plain");
        user.put("c/copy", TestGuests.copy(0, 1, 0), "Content-Type", "application/x-nexe");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aGuestReadsAnObjectWhereItLiesAndItsOutputIsTheAnswer() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'copy','exec':{'path':'swift://~/c/copy'},
                          'devices':[{'name':'stdin','path':'swift://~/c/o'},
                                     {'name':'stdout','content_type':'text/plain'}]}]
                        """);
        assertThat(text(answer)).isEqualTo("some data\n");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/plain");
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("copy");
        assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok");
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("0");
        assertThat(header(answer, "X-Nexe-Cdr-Line"))
                .matches("[0-9.]+, [0-9.]+, [0-9.]+ [0-9.]+ [0-9]+ [0-9]+ [0-9]+ [0-9]+ 0 0 0 0");
        assertThat(answer.headers().firstValue("X-Nexe-Error")).isEmpty();
    }
}
