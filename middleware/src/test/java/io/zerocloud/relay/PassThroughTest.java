package io.zerocloud.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.zerocloud.proxy.Listener;
import io.zerocloud.proxy.ProxyServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Swift and its clients see of each other through the proxy, byte by byte. */
@Timeout(60)
class PassThroughTest {
    static {
        HeaderBytes.passUnchanged();
    }

    private final Vertx vertx = Vertx.vertx();

    private AutoCloseable toClose = () -> {};

    @BeforeEach
    void nothingYet() {
        toClose = () -> {};
    }

    @AfterEach
    void stop() throws Exception {
        toClose.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private int proxy(Origin origin) throws IOException {
        ProxyServer proxy =
                ProxyServer.start(
                        vertx,
                        Listener.on("127.0.0.1", 0),
                        Upstream.at(URI.create("http://127.0.0.1:" + origin.port())),
                        new NoJobs());
        toClose =
                () -> {
                    proxy.close();
                    origin.close();
                };
        return proxy.port();
    }

    @Test
    void targetHostAndHeaderBytesArriveAsSentAndOnlyTheClientsAddressIsAdded() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        Origin origin =
                new Origin(
                        line -> {
                            seen.set(line.head());
                            line.send(
                                    "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\nX-Odd-CASE: \u00e9\r\n\r\nok");
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send(
                    message(
                            "GET /v1/AUTH_a/c/o%2F%zz//x?a=b&&c=%41 HTTP/1.1",
                            "hOsT: swift.example",
                            "X-Object-Meta-\u00c3\u00bc: \u00c3\u00bc",
                            "X-a: 1",
                            "x-A: 2"));
            String answer = client.head() + client.bytes(2);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 Fine\r\n")
                    .contains("X-Odd-CASE: \u00e9\r\n")
                    .endsWith("ok");
        }
        assertThat(seen.get())
                .startsWith("GET /v1/AUTH_a/c/o%2F%zz//x?a=b&&c=%41 HTTP/1.1\r\n")
                .contains("hOsT: swift.example\r\n")
                .contains("X-Object-Meta-\u00c3\u00bc: \u00c3\u00bc\r\n")
                .contains("X-a: 1\r\nx-A: 2\r\n")
                .contains("X-Forwarded-For: 127.0.0.1\r\n");
    }

    @Test
    void aHeaderThatTheNextHopCouldReadDifferentlyIsRefused() throws Exception {
        Origin origin =
                new Origin(line -> line.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        int port = proxy(origin);
        for (String header : new String[] {"Content-Length : 3", "X-\u0001: 1", "X-A: a\u0000b"}) {
            try (Raw client = new Raw(port)) {
                client.send(message("GET /v1/a HTTP/1.1", "Host: h", header));
                assertThat(client.head()).as(header).startsWith("HTTP/1.1 400 ");
            }
        }
        assertThat(origin.connections.get()).isZero();
    }

    @Test
    void rawBytesInATargetAreSentAsTheirPercentForm() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        Origin origin =
                new Origin(
                        line -> {
                            seen.set(line.head());
                            line.send("HTTP/1.1 204 No Content\r\n\r\n");
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send("GET /v1/a/c/\u00c3\u00bc HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
        assertThat(seen.get()).startsWith("GET /v1/a/c/%C3%BC HTTP/1.1\r\n");
    }

    @Test
    void hopByHopHeadersEndHereOnBothSides() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        Origin origin =
                new Origin(
                        line -> {
                            seen.set(line.head());
                            line.send(
                                    message(
                                            "HTTP/1.1 200 OK",
                                            "Content-Length: 0",
                                            "Connection: X-Mine",
                                            "X-Mine: 1",
                                            "Keep-Alive: 5"));
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send(
                    message(
                            "GET /v1/a HTTP/1.1",
                            "Host: h",
                            "Connection: X-Private, Content-Length",
                            "X-Private: 1",
                            "TE: trailers"));
            assertThat(client.head()).doesNotContain("X-Mine").doesNotContain("Keep-Alive");
        }
        assertThat(seen.get()).doesNotContain("X-Private").doesNotContain("TE:");
    }

    @Test
    void swiftDecidesWhetherABodyThatWaitsFor100MayCome() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            assertThat(line.head()).contains("Expect: 100-continue\r\n");
                            line.send("HTTP/1.1 100 Continue\r\n\r\n");
                            assertThat(line.bytes(5)).isEqualTo("hello");
                            line.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
                            assertThat(line.head()).contains("Expect: 100-continue\r\n");
                            line.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                        });
        try (Raw client = new Raw(proxy(origin))) {
            String put =
                    "PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
            client.send(put);
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            client.send("hello");
            assertThat(client.head()).startsWith("HTTP/1.1 201 ");
            client.send(put);
            assertThat(client.head()).startsWith("HTTP/1.1 401 ");
            assertThat(client.bytes(2)).isEqualTo("no");
        }
        assertThat(origin.failures).isEmpty();
    }

    @Test
    void chunkedBodiesPassInBothDirectionsWithTheAnswersTrailers() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            String head = line.head();
                            assertThat(head).containsIgnoringCase("transfer-encoding: chunked");
                            assertThat(line.bytes("3\r\nabc\r\n0\r\n\r\n".length()))
                                    .isEqualTo("3\r\nabc\r\n0\r\n\r\n");
                            line.send(
                                    message(
                                                    "HTTP/1.1 200 OK",
                                                    "Transfer-Encoding: chunked",
                                                    "Trailer: X-T")
                                            + message("2", "xy", "0", "X-T: end"));
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send(
                    "PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.head()).containsIgnoringCase("transfer-encoding: chunked");
            assertThat(client.until("\r\n\r\n")).contains("2\r\nxy\r\n").contains("X-T: end");
        }
        assertThat(origin.failures).isEmpty();
    }

    @Test
    void headAndRangeAndNotModifiedKeepTheirLengthsAndTheConnectionStaysUsable() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            assertThat(line.head()).startsWith("HEAD ");
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
                            assertThat(line.head()).contains("Range: bytes=1-2\r\n");
                            line.send(
                                    message(
                                                    "HTTP/1.1 206 Partial Content",
                                                    "Content-Length: 2",
                                                    "Content-Range: bytes 1-2/9")
                                            + "bc");
                            line.head();
                            line.send("HTTP/1.1 304 Not Modified\r\nEtag: e\r\n\r\n");
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send("HEAD /v1/a/c/o HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.head()).contains("Content-Length: 1234\r\n");
            client.send("GET /v1/a/c/o HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\n\r\n");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 206 ")
                    .contains("Content-Range: bytes 1-2/9");
            assertThat(client.bytes(2)).isEqualTo("bc");
            client.send("GET /v1/a/c/o HTTP/1.1\r\nHost: h\r\nIf-None-Match: e\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 304 ").contains("Etag: e");
        }
        assertThat(origin.connections.get()).isEqualTo(1);
        assertThat(origin.failures).isEmpty();
    }

    /** Swift's server ends the body that a refused HEAD does not have. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfABodyBehindAHeadIsNotTakenForTheNextAnswer(boolean atOnce) throws Exception {
        String end = "0\r\n\r\n";
        Origin origin =
                new Origin(
                        line -> {
                            if (line.head().startsWith("HEAD ")) {
                                line.send(
                                        message("HTTP/1.1 403 No", "Transfer-Encoding: chunked")
                                                + (atOnce ? end : ""));
                                if (line.head().isEmpty()) {
                                    return;
                                }
                                line.send(end);
                            }
                            line.send(message("HTTP/1.1 204 No Content"));
                        });
        try (Raw client = new Raw(proxy(origin))) {
            for (int i = 0; i < 10; i++) {
                client.send("HEAD /v1/a/c/o HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 403 ");
                client.send("POST /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 204 ");
            }
        }
        assertThat(origin.failures).isEmpty();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            while (true) {
                                String head = line.head();
                                if (head.isEmpty()) {
                                    return;
                                }
                                String path = head.substring(4, head.indexOf(" HTTP"));
                                line.send(
                                        "HTTP/1.1 200 OK\r\nContent-Length: "
                                                + path.length()
                                                + "\r\n\r\n"
                                                + path);
                            }
                        });
        try (Raw client = new Raw(proxy(origin))) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append("GET /v1/a/c/").append(i).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 20; i++) {
                client.head();
                String path = "/v1/a/c/" + i;
                assertThat(client.bytes(path.length())).isEqualTo(path);
            }
        }
    }

    @Test
    void aCutAnswerIsNeverTakenForAWholeOne() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            String head = line.head();
                            line.send(
                                    head.contains("sized")
                                            ? "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
                                            : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                        });
        int port = proxy(origin);
        try (Raw client = new Raw(port)) {
            client.send("GET /v1/a/c/sized HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
            assertThat(client.rest()).isEqualTo("abc");
        }
        try (Raw client = new Raw(port)) {
            client.send("GET /v1/a/c/chunked HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
            assertThat(client.rest()).contains("abc").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void aClientThatLeavesEndsTheExchangeWithSwift() throws Exception {
        CountDownLatch uploadEnded = new CountDownLatch(1);
        CountDownLatch downloadEnded = new CountDownLatch(1);
        Origin origin =
                new Origin(
                        line -> {
                            String head = line.head();
                            if (head.startsWith("PUT")) {
                                try {
                                    line.in().readAllBytes();
                                } finally {
                                    uploadEnded.countDown();
                                }
                            } else {
                                line.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                                byte[] block = new byte[1 << 16];
                                try {
                                    while (true) {
                                        line.out().write(block);
                                    }
                                } finally {
                                    downloadEnded.countDown();
                                }
                            }
                        });
        int port = proxy(origin);
        try (Raw client = new Raw(port)) {
            client.send("PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
            await().until(() -> origin.connections.get() == 1);
        }
        assertThat(uploadEnded.await(10, TimeUnit.SECONDS)).isTrue();
        try (Raw client = new Raw(port)) {
            client.send("GET /v1/a/c/o HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
        }
        assertThat(downloadEnded.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClientThatEndsItsSideWithinABodyIsToldSo() throws Exception {
        CountDownLatch uploadBegan = new CountDownLatch(1);
        CountDownLatch uploadEnded = new CountDownLatch(1);
        Origin origin =
                new Origin(
                        line -> {
                            line.head();
                            uploadBegan.countDown();
                            try {
                                line.in().readAllBytes();
                            } finally {
                                uploadEnded.countDown();
                            }
                        });
        int port = proxy(origin);
        try (Raw client = new Raw(port)) {
            client.send("PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
            assertThat(uploadBegan.await(10, TimeUnit.SECONDS)).isTrue();
            client.end();
            assertThat(client.head()).startsWith("HTTP/1.1 499 Client Disconnect\r\n");
            assertThat(client.rest()).startsWith("Client Disconnect");
        }
        assertThat(uploadEnded.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSlowReaderHoldsSwiftBackInsteadOfFillingMemory() throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicBoolean cut = new AtomicBoolean();
        Origin origin =
                new Origin(
                        line -> {
                            line.head();
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                            byte[] block = new byte[1 << 16];
                            try {
                                while (written.get() < 1_000_000_000L) {
                                    line.out().write(block);
                                    written.addAndGet(block.length);
                                }
                            } finally {
                                cut.set(true);
                            }
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send("GET /v1/a/c/o HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(java.time.Duration.ofMillis(300))
                    .until(() -> before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).isLessThan(64L << 20);
        }
        await().untilTrue(cut);
    }

    @Test
    @Timeout(60)
    void anAnswerThatEndsWhileItIsHeldBackLeavesItsConnectionToTheNextOne() throws Exception {
        int step = 256 * 1024;
        AtomicInteger rounds = new AtomicInteger();
        Semaphore sent = new Semaphore(0);
        Origin origin =
                new Origin(
                        line -> {
                            while (!line.head().isEmpty()) {
                                int length = rounds.incrementAndGet() * step;
                                line.send(
                                        "HTTP/1.1 200 OK\r\nContent-Length: "
                                                + length
                                                + "\r\n\r\n");
                                line.out().write(new byte[length]);
                                sent.release();
                            }
                        });
        try (Raw client = new Raw(proxy(origin))) {
            for (int i = 1; i <= 64; i++) {
                sent.drainPermits();
                client.send("GET /v1/a/c/o HTTP/1.1\r\nHost: h\r\n\r\n");
                client.head();
                // What Swift has sent lies in the proxy and the kernel then, or more than fits.
                boolean _ = sent.tryAcquire(30, TimeUnit.MILLISECONDS);
                skip(client.in(), (long) i * step);
            }
        }
        assertThat(origin.connections.get()).isEqualTo(1);
    }

    @Test
    void largeBodiesPassWhole() throws Exception {
        long size = 200L << 20;
        AtomicLong received = new AtomicLong();
        Origin origin =
                new Origin(
                        line -> {
                            line.head();
                            skip(line.in(), size);
                            received.set(size);
                            line.send(
                                    "HTTP/1.1 201 Created\r\nContent-Length: " + size + "\r\n\r\n");
                            byte[] block = new byte[1 << 20];
                            for (long sent = 0; sent < size; sent += block.length) {
                                line.out().write(block);
                            }
                            line.out().flush();
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send(
                    "PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] block = new byte[1 << 20];
            for (long sent = 0; sent < size; sent += block.length) {
                client.sendBytes(block);
            }
            assertThat(client.head()).contains("Content-Length: " + size);
            skip(client.in(), size);
        }
        assertThat(received.get()).isEqualTo(size);
    }

    @Test
    void anEarlyAnswerReachesAClientThatIsStillSending() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            line.head();
                            line.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
                            // Lets the answer out before the close, as a server that lingers would.
                            line.socket().shutdownOutput();
                            skip(line.in(), 1 << 20);
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send("PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
            client.sendBytes(new byte[1 << 20]);
            assertThat(client.head()).startsWith("HTTP/1.1 413 ");
            assertThat(client.rest()).isEqualTo("big");
        }
    }

    @Test
    void aConnectionThatSwiftClosedWhileIdleIsReplacedForAGet() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            line.head();
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                            // A second request on this connection meets a closed one.
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            for (int i = 0; i < 4; i++) {
                client.send("GET /v1/a HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void anUnreachableSwiftIsABadGatewayInPlainText() throws Exception {
        Origin origin = new Origin(line -> {});
        int port = proxy(origin);
        origin.close();
        try (Raw client = new Raw(port)) {
            client.send("PUT /v1/a/c/o HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.head()).startsWith("HTTP/1.1 502 ").contains("Retry-After: 5");
        }
    }

    @Test
    void answersWithoutALengthEndWithTheConnectionForHttp10Clients() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n");
                            line.head();
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send("GET /v1/a HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).endsWith("\r\n\r\nxy").doesNotContain("chunked");
        }
    }

    @Test
    void infoGainsASectionOfOurs() throws Exception {
        Origin origin =
                new Origin(
                        line -> {
                            while (!line.head().isEmpty()) {
                                line.send(
                                        message(
                                                        "HTTP/1.1 200 OK",
                                                        "Content-Type: application/json",
                                                        "Content-Length: 12")
                                                + "{\"swift\":{}}");
                            }
                        });
        try (Raw client = new Raw(proxy(origin))) {
            client.send("GET /info HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.head()).contains("Content-Type: application/json");
            assertThat(client.bytes("{\"swift\":{},\"zerocloud\":{\"jobs\":true}}".length()))
                    .isEqualTo("{\"swift\":{},\"zerocloud\":{\"jobs\":true}}");
        }
    }

    /** A head: the lines and an empty one. */
    private static String message(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static void skip(InputStream in, long bytes) throws IOException {
        in.skipNBytes(bytes);
    }
}
