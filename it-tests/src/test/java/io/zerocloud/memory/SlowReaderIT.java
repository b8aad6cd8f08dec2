package io.zerocloud.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import io.zerocloud.testing.Serve;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose outputs are several times the server's heap, and a client that does not take them: a
 * whole cluster in a process of its own, so that its memory can be bounded and read.
 */
@Timeout(300)
class SlowReaderIT {
    private static final int OBJECT = 64 << 20;
    private static final int NODES = 8;
    private static final String HEAP = "96m";

    @TempDir Path folder;

    private Process server;
    private String auth = "";

    @BeforeEach
    void start() throws IOException {
        server =
                Serve.command(
                                List.of("-Xmx" + HEAP, "-XX:MaxDirectMemorySize=64m"),
                                "--embedded",
                                folder.resolve("store").toString(),
                                "--port",
                                "0")
                        .redirectError(folder.resolve("log").toFile())
                        .start();
        try {
            auth = Serve.awaitReady(server.inputReader(), "auth").split(" ")[1];
        } catch (IOException e) {
            throw new IOException(Files.readString(folder.resolve("log")), e);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroy();
        if (!server.waitFor(20, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }

    @Test
    void outputsWaitOnDiskAndNotInMemory() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            User user = login(http);
            user.put("c", new byte[0]);
            user.put("c/program", copier());
            user.put("c/o", new byte[OBJECT]);
            try (Socket socket = post(user)) {
                InputStream in = socket.getInputStream();
                String head = head(in);
                assertThat(head).startsWith("HTTP/1.1 200 ");
                assertThat(head).containsIgnoringCase("content-length: " + (long) OBJECT * NODES);
                // All guests have ended and nobody takes what they wrote: it lies in nameless
                // files.
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> spooled() >= (long) OBJECT * (NODES - 1));
                long left = (long) OBJECT * NODES;
                byte[] step = new byte[1 << 20];
                while (left > 0) {
                    int n = in.read(step);
                    assertThat(n).isPositive();
                    left -= n;
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> spooled() == 0);
        }
        assertThat(Files.readString(folder.resolve("log"))).doesNotContain("OutOfMemory");
        assertThat(peakKib())
                .as("peak resident set in KiB")
                .isLessThan(OBJECT * (NODES - 1L) / 1024);
    }

    private record User(HttpClient http, String url, String token) {
        void put(String path, byte[] body) throws IOException, InterruptedException {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + "/" + path))
                            .header("X-Auth-Token", token)
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .as(path)
                    .isBetween(200, 299);
        }
    }

    private User login(HttpClient http) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(auth))
                        .header("X-Auth-User", "test:tester")
                        .header("X-Auth-Key", "testing")
                        .build();
        HttpHeaders headers = http.send(request, HttpResponse.BodyHandlers.discarding()).headers();
        return new User(
                http,
                headers.firstValue("X-Storage-Url").orElseThrow(),
                headers.firstValue("X-Auth-Token").orElseThrow());
    }

    private Socket post(User user) throws IOException {
        String job =
                "[{\"name\":\"n\",\"count\":%d,\"exec\":{\"path\":\"swift://~/c/program\"},\"devices\":[{\"name\":\"stdin\",\"path\":\"swift://~/c/o\"},{\"name\":\"stdout\"}]}]"
                        .formatted(NODES);
        URI url = URI.create(user.url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(
                ("POST "
                                + url.getPath()
                                + " HTTP/1.1\r\nHost: h\r\nX-Auth-Token: "
                                + user.token()
                                + "\r\nX-Zerovm-Execute: 1.0\r\nContent-Type: application/json\r\nContent-Length: "
                                + job.length()
                                + "\r\n\r\n"
                                + job)
                        .getBytes(ISO_8859_1));
        out.flush();
        return socket;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int b = in.read();
            assertThat(b).isNotNegative();
            head.append((char) b);
        }
        return head.toString();
    }

    /** Bytes in the nameless files that the server holds open. */
    private long spooled() throws IOException {
        long bytes = 0;
        try (var open = Files.newDirectoryStream(Path.of("/proc/" + server.pid() + "/fd"))) {
            for (Path descriptor : open) {
                bytes += nameless(descriptor);
            }
        }
        return bytes;
    }

    private static long nameless(Path descriptor) throws IOException {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.contains("/spool/") && target.endsWith(" (deleted)")
                    ? Files.size(descriptor)
                    : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private long peakKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
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
