package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that write to each other, at one agent and across agents. */
@Timeout(120)
class ChannelsTest {
    private static final byte[] DATA = new byte[3_000_000];

    @TempDir static Path folder;

    private static EmbeddedCluster together;
    private static EmbeddedCluster apart;

    @BeforeAll
    static void start() throws Exception {
        new Random(8).nextBytes(DATA);
        together =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder.resolve("1")).withNodes(1, 4));
        apart =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder.resolve("4")).withNodes(4, 1));
        for (EmbeddedCluster cluster : new EmbeddedCluster[] {together, apart}) {
            Client user = user(cluster);
            user.put("c", new byte[0]);
            user.put("c/o", DATA);
            // Channels beside the standard streams are in the order of their names.
            user.put("c/send", TestGuests.copy(0, 4, 0));
            user.put("c/take", TestGuests.copy(3, 1, 0));
            user.put("c/copy", TestGuests.copy(0, 1, 0));
        }
    }

    @AfterAll
    static void stop() {
        together.close();
        apart.close();
    }

    @AfterEach
    void nothingRemains() {
        for (EmbeddedCluster cluster : new EmbeddedCluster[] {together, apart}) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () ->
                                    assertThat(cluster.agents())
                                            .allSatisfy(
                                                    agent -> {
                                                        assertThat(agent.sessions()).isZero();
                                                        assertThat(agent.networks()).isZero();
                                                        assertThat(agent.spoolBytes()).isZero();
                                                    }));
        }
    }

    private static Client user(EmbeddedCluster cluster) throws Exception {
        return Client.login(cluster.url(), "test:tester", "testing");
    }

    private static Client user(boolean across) throws Exception {
        return user(across ? apart : together);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatOneNodeWritesAnotherReads(boolean across) throws Exception {
        HttpResponse<byte[]> answer =
                user(across)
                        .job(
                                """
                                [{'name':'map','exec':{'path':'swift://~/c/send'},'connect':['reduce'],
                                  'devices':[{'name':'stdin','path':'swift://~/c/o'}]},
                                 {'name':'reduce','exec':{'path':'swift://~/c/take'},
                                  'devices':[{'name':'stdout','content_type':'text/plain'}]}]
                                """);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(DATA);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("map,reduce");
        assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok,ok");
    }
}
