package io.zerocloud.swift.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.zerocloud.swift.auth.TokenSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Broken servers and networks; what a sound Swift does is in {@code SwiftClientIT}. */
class SwiftClientTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String OK = "HTTP/1.1 200 OK\nX-Trans-Id: tx1\nConnection: close\n";

    private final Vertx vertx = Vertx.vertx();
    private final SwiftClient client =
            new SwiftClient(
                    vertx,
                    SwiftClientOptions.defaults()
                            .withTimeouts(LONG, LONG, LONG, LONG)
                            .withRetries(3, Duration.ofMillis(5)));
    private final SwiftClient impatient =
            new SwiftClient(
                    vertx,
                    SwiftClientOptions.defaults()
                            .withTimeouts(
                                    LONG, LONG, Duration.ofMillis(300), Duration.ofMillis(300))
                            .withRetries(3, Duration.ofMillis(5)));

    @AfterEach
    void close() {
        client.close();
        impatient.close();
        vertx.close().await();
    }

    @Test
    void aPassingFailureIsTriedAgain() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(out, "HTTP/1.1 503 Busy\nContent-Length: 0\n\n"),
                        (head, socket, in, out) -> {},
                        (head, socket, in, out) ->
                                RudeServer.write(out, OK + "X-Account-Object-Count: 7\n\n"))) {
            assertThat(account(server).head().await().objects()).isEqualTo(7);
            assertThat(server.heads()).hasSize(3);
        }
    }

    @Test
    void aLastingFailureIsToldAfterTheLastTry() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(
                                        out,
                                        "HTTP/1.1 503 Busy\nContent-Length: 4\nX-Trans-Id: tx9\n"
                                                + "Connection: close\n\nbusy"))) {
            SwiftException e = failure(() -> account(server).head().await());
            assertThat(e.status()).hasValue(503);
            assertThat(e.transactionId()).contains("tx9");
            assertThat(e).hasMessageContaining("HEAD /v1/AUTH_test: 503 Busy");
            assertThat(server.heads()).hasSize(4);
        }
    }

    @Test
    void aDeleteIsNotRepeated() throws IOException {
        try (RudeServer server = new RudeServer((head, socket, in, out) -> {})) {
            SwiftException e = failure(() -> account(server).deleteObject("c", "o").await());
            assertThat(e.status()).isEmpty();
            assertThat(e.isTransient()).isTrue();
            assertThat(server.heads()).hasSize(1);
        }
    }

    @Test
    void nobodyListening() throws IOException {
        URI nobody;
        try (ServerSocket taken = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/v1/AUTH_test");
        }
        SwiftException e =
                failure(() -> client.account(nobody, TokenSource.of("t")).head().await());
        assertThat(e.status()).isEmpty();
        assertThat(e).hasMessageStartingWith("HEAD /v1/AUTH_test: ");
    }

    @Test
    void silenceEndsInTime() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (RudeServer server = new RudeServer((head, socket, in, out) -> end.await())) {
            SwiftException e =
                    failure(() -> account(impatient, server).deleteObject("c", "o").await());
            assertThat(e).hasMessageContaining("no answer within 300 ms");
        } finally {
            end.countDown();
        }
    }

    @Test
    void aBrokenDownloadGoesOnWhereItBroke() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(out, OK + "Etag: abc\nContent-Length: 10\n\n0123"),
                        SwiftClientTest::serveTwoBytes)) {
            Download download = account(server).getObject("c", "o").await();
            assertThat(download.bytes(100).await().toString()).isEqualTo("0123456789");
            assertThat(server.heads().get(1)).contains("Range: bytes=", "-9", "If-Match: abc");
        }
    }

    /** Two bytes of ten from where the range begins, and the connection breaks. */
    private static void serveTwoBytes(
            String head, Socket socket, BufferedReader in, OutputStream out) throws IOException {
        Matcher range = Pattern.compile("bytes=([0-9]+)-9").matcher(head);
        assertThat(range.find()).isTrue();
        int first = Integer.parseInt(range.group(1));
        RudeServer.write(
                out,
                "HTTP/1.1 206 Partial\nEtag: abc\nContent-Length: %d\n".formatted(10 - first)
                        + "Content-Range: bytes %d-9/10\n\n".formatted(first)
                        + "0123456789".substring(first, Math.min(10, first + 2)));
        // Until the client has given up, so that the two bytes are not lost with the connection.
        socket.shutdownOutput();
        while (in.read() >= 0) {}
    }

    @Test
    void aReaderMaySleepWhileConnectionsBreak() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) -> {
                            RudeServer.write(out, OK + "Etag: abc\nContent-Length: 10\n\n0123");
                            socket.shutdownOutput();
                            while (in.read() >= 0) {}
                            closed.countDown();
                        },
                        SwiftClientTest::serveTwoBytes)) {
            Download download = account(server).getObject("c", "o").await();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(server.heads()).hasSize(1);
            assertThat(download.bytes(100).await().toString()).isEqualTo("0123456789");
        }
    }

    @Test
    void aDownloadWhoseObjectChangedFails() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(out, OK + "Etag: abc\nContent-Length: 10\n\n0123"),
                        (head, socket, in, out) ->
                                RudeServer.write(
                                        out,
                                        "HTTP/1.1 412 Precondition Failed\nContent-Length: 0\n\n"))) {
            Download download = account(server).getObject("c", "o").await();
            SwiftException e = failure(() -> download.bytes(100).await());
            assertThat(e.status()).hasValue(412);
        }
    }

    @Test
    void aDownloadThatStallsGoesOnElsewhere() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) -> {
                            RudeServer.write(out, OK + "Etag: abc\nContent-Length: 4\n\n01");
                            end.await();
                        },
                        (head, socket, in, out) ->
                                RudeServer.write(
                                        out,
                                        "HTTP/1.1 206 Partial\nEtag: abc\nContent-Length: 2\n"
                                                + "Content-Range: bytes 2-3/4\n\n23"))) {
            Download download = account(impatient, server).getObject("c", "o").await();
            assertThat(download.bytes(100).await().toString()).isEqualTo("0123");
        } finally {
            end.countDown();
        }
    }

    @Test
    void aDownloadWithoutEtagIsNotPatchedTogether() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(out, OK + "Content-Length: 10\n\n0123"))) {
            Download download = account(server).getObject("c", "o").await();
            assertThat(failure(() -> download.bytes(100).await()))
                    .hasMessageContaining("broke off at byte");
            assertThat(server.heads()).hasSize(1);
        }
    }

    @Test
    void aFailureBeforeAnybodyListensIsToldAfterwards() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) -> {
                            RudeServer.write(out, OK + "Content-Length: 10\n\n0123");
                            socket.shutdownOutput();
                            // The client closes its side when it has seen ours.
                            while (in.read() >= 0) {}
                            closed.countDown();
                        })) {
            SwiftAccount account = account(server);
            Download download = account.getObject("c", "o").await();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(failure(() -> download.bytes(100).await()))
                    .hasMessageContaining("broke off");

            SwiftResponse response =
                    account.request(
                                    io.vertx.core.http.HttpMethod.GET,
                                    "/c/o",
                                    RequestBody.EMPTY,
                                    io.vertx.core.MultiMap.caseInsensitiveMultiMap())
                            .await();
            assertThat(failure(() -> response.body(100).await())).hasMessageContaining("broke off");
        }
    }

    @Test
    void aRefusedUploadIsWholeAndSentAgain() throws IOException {
        byte[] bytes = new byte[1 << 20];
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(
                                        out,
                                        "HTTP/1.1 503 Busy\nContent-Length: 0\nConnection: close\n\n"),
                        (head, socket, in, out) -> {
                            RudeServer.write(out, "HTTP/1.1 100 Continue\n\n");
                            for (int i = 0; i < bytes.length; i++) {
                                if (in.read() < 0) {
                                    return;
                                }
                            }
                            RudeServer.write(
                                    out, "HTTP/1.1 201 Created\nEtag: e\nContent-Length: 0\n\n");
                        })) {
            RequestBody body = RequestBody.of(new BytesStream(bytes, 16384), bytes.length);
            assertThat(account(server).putObject("c", "o", body).await().etag()).contains("e");
            assertThat(server.heads()).hasSize(2);
        }
    }

    @Test
    void anUploadThatWasBegunIsNotRepeated() throws IOException {
        byte[] bytes = new byte[8 << 20];
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) -> {
                            RudeServer.write(out, "HTTP/1.1 100 Continue\n\n");
                            for (int i = 0; i < 1000; i++) {
                                int ignored = in.read();
                            }
                            RudeServer.write(
                                    out,
                                    "HTTP/1.1 503 Busy\nContent-Length: 0\nConnection: close\n\n");
                        })) {
            BytesStream stream = new BytesStream(bytes, 16384);
            SwiftException e =
                    failure(
                            () ->
                                    account(server)
                                            .putObject(
                                                    "c", "o", RequestBody.of(stream, bytes.length))
                                            .await());
            assertThat(e.isTransient()).isTrue();
            assertThat(server.heads()).hasSize(1);
            assertThat(stream.taken()).isLessThan(bytes.length);
        }
    }

    @Test
    void aSourceThatFailsLeavesNoWholeObjectBehind() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) -> {
                            RudeServer.write(out, "HTTP/1.1 100 Continue\n\n");
                            while (in.read() >= 0) {}
                            broken.countDown();
                        })) {
            FailingStream stream = new FailingStream(Buffer.buffer("beginning"));
            SwiftException e =
                    failure(
                            () ->
                                    account(server)
                                            .putObject("c", "o", RequestBody.of(stream))
                                            .await());
            assertThat(e).hasMessageContaining("the source broke");
            assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anAnswerThatIsTooLongIsCutOff() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) -> {
                            RudeServer.write(out, OK + "\n");
                            while (true) {
                                out.write(new byte[65536]);
                            }
                        })) {
            Download download = account(server).getObject("c", "o").await();
            assertThat(failure(() -> download.bytes(100_000).await()))
                    .hasMessageContaining("longer than 100000");
        }
    }

    @Test
    void aListingThatIsNoJsonIsAFailure() throws IOException {
        try (RudeServer server =
                new RudeServer(
                        (head, socket, in, out) ->
                                RudeServer.write(out, OK + "Content-Length: 5\n\n<html"))) {
            assertThat(
                            failure(
                                    () ->
                                            account(server)
                                                    .objects("c", ListingQuery.all())
                                                    .nextPage()
                                                    .await()))
                    .hasMessageContaining("no JSON listing");
        }
    }

    @Test
    void aHeaderCannotCarryAnother() {
        try (RudeServer server = new RudeServer((head, socket, in, out) -> {})) {
            var headers =
                    io.vertx.core.MultiMap.caseInsensitiveMultiMap()
                            .set("X-Object-Meta-A", "b\r\nX-Evil: 1");
            assertThat(failure(() -> account(server).postObject("c", "o", headers).await()))
                    .isNotNull();
            assertThat(server.heads()).isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private SwiftAccount account(RudeServer server) {
        return account(client, server);
    }

    private static SwiftAccount account(SwiftClient client, RudeServer server) {
        return client.account(server.storageUrl(), TokenSource.of("secret token"));
    }

    private static SwiftException failure(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(SwiftException.class, call);
    }
}
