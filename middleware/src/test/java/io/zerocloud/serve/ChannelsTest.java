package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
                        EmbeddedCluster.Config.in(folder.resolve("4"))
                                .withNodes(4, 1)
                                .withJobs(
                                        settings ->
                                                settings.withQueue(Duration.ofSeconds(60), 100)));
        for (EmbeddedCluster cluster : new EmbeddedCluster[] {together, apart}) {
            Client user = user(cluster);
            user.put("c", new byte[0]);
            user.put("c/o", DATA);
            // Channels beside the standard streams are in the order of their names.
            user.put("c/send", TestGuests.copy(0, 4, 0));
            user.put("c/take", TestGuests.copy(3, 1, 0));
            user.put("c/copy", TestGuests.copy(0, 1, 0));
            user.put("c/peek", TestGuests.named("peek"));
            user.put("c/crash", TestGuests.named("crash"));
            user.put("c/spin", TestGuests.named("spin"));
            user.put("c/nothing", TestGuests.says("", "", 0));
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothEndsReportTheSameBytes(boolean across) throws Exception {
        HttpResponse<byte[]> answer =
                user(across)
                        .job(
                                """
                                [{'name':'a','exec':{'path':'swift://~/c/copy'},
                                  'devices':[{'name':'stdin','path':'swift://~/c/o'},
                                             {'name':'stdout','path':'zvm://b:/dev/stdin'}]},
                                 {'name':'b','exec':{'path':'swift://~/c/copy'},
                                  'devices':[{'name':'stdout','path':'zvm://c:/dev/stdin'}]},
                                 {'name':'c','exec':{'path':'swift://~/c/copy'},
                                  'devices':[{'name':'stdout'}]}]
                                """,
                                "X-Zerovm-Report",
                                "1");
        JsonNode connections = new ObjectMapper().readTree(answer.body()).path("connections");
        assertThat(connections).hasSize(2);
        String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(DATA));
        for (JsonNode connection : connections) {
            for (String end : new String[] {"from", "to"}) {
                assertThat(connection.path(end).path("bytes").asInt()).isEqualTo(DATA.length);
                assertThat(connection.path(end).path("md5").asText()).isEqualTo(md5);
            }
        }
        assertThat(connections.get(0).path("from").path("node").asText()).isEqualTo("a");
        assertThat(connections.get(0).path("to").path("device").asText()).isEqualTo("stdin");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReaderThatHasEndedIsABrokenPipeForItsWriter(boolean across) throws Exception {
        HttpResponse<byte[]> answer = user(across).job(pair("send", "peek"));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Arrays.copyOf(DATA, 10));
        // The writer sees the error of its write, as behind any pipe, and exits as it likes.
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("99,0");
        assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok,ok");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriterThatEndsWithoutAByteIsAnEmptyFile(boolean across) throws Exception {
        HttpResponse<byte[]> answer = user(across).job(pair("nothing", "take"));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("0,0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenOneNodeFailsItsPeersAreCancelledAndToldWhich(boolean across) throws Exception {
        for (String job : new String[] {pair("spin", "crash"), pair("crash", "spin")}) {
            HttpResponse<byte[]> answer = user(across).job(job, "X-Zerovm-Timeout", "50");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(text(answer)).contains("about to fail: no such luck");
            String failed = job.equals(pair("spin", "crash")) ? "reduce" : "map";
            assertThat(header(answer, "X-Nexe-Error"))
                    .contains("Cancelled with the node it is connected to: " + failed + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noPeerOfANodeThatFailsTakesWhatItSawForTheWhole(boolean across) throws Exception {
        Client user = user(across);
        for (int i = 0; i < 30; i++) {
            // Would read an end of file that is none, or write to a reader that is none.
            for (String job :
                    new String[] {
                        stored(
                                pair("crash", "take"),
                                "'stdout',",
                                "'stdout','path':'swift://~/c/short',"),
                        stored(
                                pair("send", "crash"),
                                "{'name':'stderr'}",
                                "{'name':'stderr'},{'name':'stdout','path':'swift://~/c/short'}")
                    }) {
                HttpResponse<byte[]> answer = user.job(job);
                assertThat(answer.statusCode()).as(text(answer)).isEqualTo(500);
                assertThat(user.get("c/short").statusCode()).isEqualTo(404);
            }
        }
    }

    private static String stored(String job, String device, String with) {
        assertThat(job).contains(device);
        return job.replace(device, with);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeWhoseTimeIsOverTakesItsPeersAlong(boolean across) throws Exception {
        HttpResponse<byte[]> answer =
                user(across).job(pair("spin", "take"), "X-Zerovm-Timeout", "1");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(header(answer, "X-Nexe-Error")).contains("Timed out");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatReplicateAsksForRunsOnce(boolean across) throws Exception {
        HttpResponse<byte[]> answer =
                user(across)
                        .job(
                                pair("nothing", "take")
                                        .replace("'connect'", "'replicate':2,'connect'"));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("map,reduce");
    }

    @Test
    void moreJoinedNodesThanTheClusterHasSlotsAreRefused() throws Exception {
        HttpResponse<byte[]> answer =
                user(true)
                        .job(
                                """
                                [{'name':'n','count':5,'connect':['n'],
                                  'exec':{'path':'swift://~/c/nothing'}}]
                                """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer)).contains("5 connected nodes", "4 slots");
    }

    @Test
    void jobsThatTogetherNeedMoreThanTheClusterHasAllEnd() throws Exception {
        Client user = user(true);
        List<Future<HttpResponse<byte[]>>> jobs = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                // Sets of two, three and four compete with sessions that need one slot.
                String job =
                        i % 4 == 0
                                ? "[{'name':'n','count':4,'exec':{'path':'swift://~/c/nothing'}}]"
                                : "[{'name':'n','count':%d,'connect':['n'],'exec':{'path':'swift://~/c/nothing'}}]"
                                        .formatted(i % 4 + 1);
                jobs.add(threads.submit(() -> user.job(job)));
            }
        }
        for (Future<HttpResponse<byte[]>> job : jobs) {
            assertThat(job.get().statusCode()).as(text(job.get())).isEqualTo(200);
        }
    }

    /** Two nodes, the first of which reads the object and writes to the second. */
    private static String pair(String map, String reduce) {
        return """
        [{'name':'map','exec':{'path':'swift://~/c/%s'},'connect':['reduce'],
          'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stderr'}]},
         {'name':'reduce','exec':{'path':'swift://~/c/%s'},
          'devices':[{'name':'stdout','content_type':'text/plain'}]}]
        """
                .formatted(map, reduce);
    }
}
