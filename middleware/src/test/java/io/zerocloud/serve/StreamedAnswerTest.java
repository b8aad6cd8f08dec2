package io.zerocloud.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A streamed answer's trailers, for clients that know such and for those that do not. */
@Timeout(120)
class StreamedAnswerTest {
    private static final String JOB =
            "[{'name':'n','count':3,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]";

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder));
        user = Client.login(cluster.url(), "test:tester", "testing");
        user.put("c", new byte[0]);
        user.put("c/hello", TestGuests.says("hello", "", 4));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** The lines of a head or of trailers. */
    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        for (int size = Integer.parseInt(line(in), 16);
                size > 0;
                size = Integer.parseInt(line(in), 16)) {
            body.append(new String(in.readNBytes(size), UTF_8));
            assertThat(line(in)).isEmpty();
        }
        return body.toString();
    }

    @Test
    void whoKnowsTrailersGetsThemAnnouncedAndKeepsHisConnection() throws Exception {
        try (Socket socket = user.begin(JOB, "X-Zerovm-Stream", "1", "TE", "trailers")) {
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            List<String> head = lines(in);
            assertThat(head.getFirst()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(head).noneMatch(line -> line.matches("(?i)connection: *close"));
            List<String> announced =
                    head.stream()
                            .filter(line -> line.regionMatches(true, 0, "Trailer:", 0, 8))
                            .flatMap(line -> Arrays.stream(line.substring(8).split(",")))
                            .map(String::strip)
                            .toList();
            assertThat(chunks(in)).isEqualTo("hellohellohello");
            List<String> trailers = lines(in);
            assertThat(trailers)
                    .contains(
                            "X-Nexe-System: n-1,n-2,n-3",
                            "X-Nexe-Retcode: 4,4,4",
                            "X-Nexe-Error: bad return code,bad return code,bad return code",
                            "X-Nexe-Http-Status: 200");
            assertThat(trailers)
                    .allSatisfy(
                            line ->
                                    assertThat(announced)
                                            .contains(line.substring(0, line.indexOf(':'))));
            socket.getOutputStream()
                    .write("GET /info HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(lines(in).getFirst()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void whoDoesNotSayThatHeKnowsThemIsHungUpOnBehindThem() throws Exception {
        try (Socket socket = user.begin(JOB, "X-Zerovm-Stream", "1")) {
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            assertThat(lines(in)).anyMatch(line -> line.matches("(?i)connection: *close"));
            assertThat(chunks(in)).isEqualTo("hellohellohello");
            assertThat(lines(in)).contains("X-Nexe-System: n-1,n-2,n-3");
            assertThat(in.read()).as("the end of the connection").isEqualTo(-1);
        }
    }

    @Test
    void javasClientReadsManyInARow() throws Exception {
        for (HttpClient.Version version :
                List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(cluster.url() + "/v1/" + user.account()))
                                .header("X-Auth-Token", user.token())
                                .header("X-Zerovm-Execute", "1.0")
                                .header("X-Zerovm-Stream", "1")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(JOB.replace('\'', '"')))
                                .build();
                for (int i = 0; i < 5; i++) {
                    HttpResponse<String> answer =
                            client.send(request, HttpResponse.BodyHandlers.ofString());
                    assertThat(answer.body()).isEqualTo("hellohellohello");
                }
            }
        }
    }
}
