package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a job's request comes in, and when there is no room for it. */
@Timeout(180)
class AdmissionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COPY =
            "[{'name':'n','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'%s},{'name':'stdout'}]}]";
    private static final String SPIN =
            "[{'name':'n','exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";

    @TempDir Path folder;

    private EmbeddedCluster cluster;
    private Client user;

    @BeforeEach
    void start() throws Exception {
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder)
                                .withNodes(1, 1)
                                .withJobs(
                                        settings -> settings.withQueue(Duration.ofMillis(100), 2)));
        user = Client.login(cluster.url(), "test:tester", "testing");
        user.put("c", new byte[0]);
        user.put("c/o", "some data".getBytes(UTF_8));
        user.put("c/copy", TestGuests.copy(0, 1, 0));
        user.put("c/spin", TestGuests.named("spin"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static byte[] json(String job) {
        return job.replace('\'', '"').getBytes(UTF_8);
    }

    /** Posts in chunks, without a length. */
    private String chunked(byte[] body, String... headers) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<byte[]> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(cluster.url() + "/v1/" + user.account()))
                                    .header("X-Auth-Token", user.token())
                                    .header("X-Zerovm-Execute", "1.0")
                                    .headers(headers)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofInputStream(
                                                    () -> new ByteArrayInputStream(body)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            return answer.statusCode() + " " + text(answer);
        }
    }

    @Test
    void bodiesInChunksAreDescriptionsImagesScriptsAndPayloads() throws Exception {
        byte[] job = json(COPY.formatted(",'path':'swift://~/c/o'"));
        assertThat(chunked(job, "Content-Type", "application/json")).isEqualTo("200 some data");
        byte[] image = JobCatalogue.tar(Map.of("boot/system.map", job));
        assertThat(chunked(image, "Content-Type", "application/x-tar")).isEqualTo("200 some data");
        assertThat(chunked("#!swift://~/c/copy\n".getBytes(UTF_8), "Content-Type", "text/plain"))
                .isEqualTo("200 ");
        user.put("c/app", json(COPY.formatted("")), "Content-Type", "application/json");
        assertThat(chunked("payload".getBytes(UTF_8), "X-Zerovm-Source", "swift://~/c/app"))
                .isEqualTo("200 payload");
    }

    @Test
    void whoAsksFirstIsToldToSendHisBodyOnlyIfHeMayRunJobs() throws Exception {
        byte[] job = json(COPY.formatted(",'path':'swift://~/c/o'"));
        for (boolean may : new boolean[] {true, false}) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port())) {
                socket.setSoTimeout(60_000);
                InputStream in = socket.getInputStream();
                socket.getOutputStream()
                        .write(
                                ("POST /v1/"
                                                + user.account()
                                                + " HTTP/1.1\r\nHost: h\r\nX-Auth-Token: "
                                                + (may ? user.token() : "AUTH_tknone")
                                                + "\r\nX-Zerovm-Execute: 1.0\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "
                                                + job.length
                                                + "\r\n\r\n")
                                        .getBytes(ISO_8859_1));
                if (may) {
                    assertThat(line(in)).isEqualTo("HTTP/1.1 100 Continue");
                    assertThat(line(in)).isEmpty();
                    socket.getOutputStream().write(job);
                    assertThat(line(in)).isEqualTo("HTTP/1.1 200 OK");
                } else {
                    assertThat(line(in)).isEqualTo("HTTP/1.1 401 Unauthorized");
                }
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    @Test
    void aTimeoutIsTheClientsUpToTheCeiling() throws Exception {
        for (String wanted : new String[] {"12.5", "999999"}) {
            HttpResponse<byte[]> answer =
                    user.job(
                            COPY.formatted(",'path':'swift://~/c/o'"),
                            "X-Zerovm-Report",
                            "1",
                            "X-Zerovm-Timeout",
                            wanted);
            double seconds =
                    new ObjectMapper()
                            .readTree(answer.body())
                            .at("/nodes/0/limits/seconds")
                            .asDouble();
            assertThat(seconds).isEqualTo(wanted.equals("12.5") ? 12.5 : ceiling());
        }
    }

    /** As {@code /info} tells it. */
    private double ceiling() throws Exception {
        return new ObjectMapper()
                .readTree(user.call("GET", "/info", new byte[0]).body())
                .at("/zerocloud/max_timeout_seconds")
                .asDouble();
    }

    @Test
    void whoFindsNoRoomIsToldWhenToComeAgain() throws Exception {
        try (Socket _ = user.begin(SPIN, "X-Zerovm-Timeout", "100")) {
            await().atMost(PATIENCE).until(() -> cluster.agents().getFirst().sessions() == 1);
            // The only slot is taken for longer than jobs wait.
            HttpResponse<byte[]> busy = user.job(SPIN);
            assertThat(busy.statusCode()).isEqualTo(503);
            assertThat(text(busy)).isEqualTo("Slot not available");
            assertThat(header(busy, "Retry-After")).isEqualTo("2");
        }
        await().atMost(PATIENCE).until(() -> cluster.agents().getFirst().sessions() == 0);
        assertThat(text(user.job(COPY.formatted(",'path':'swift://~/c/o'"))))
                .isEqualTo("some data");
    }
}
