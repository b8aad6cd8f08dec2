package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that break the protocol, go away, or never get on. */
class HostileClientsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final int LARGE = 64 << 20;

    @TempDir private Path directory;
    private StoreFixture store;
    private String auth;

    @BeforeEach
    void start() throws Exception {
        store = new StoreFixture(directory, TIMEOUT);
        store.owner("PUT", "/c");
        auth = "X-Auth-Token: " + store.ownerToken() + "\r\n";
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(store.store().port());
    }

    private static String put(String name) {
        return "PUT /v1/AUTH_test/c/" + name + " HTTP/1.1\r\nHost: x\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nA\u0001: b\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            })
    void whatIsNoHttpIsRefusedAndTheConnectionClosed(String request) throws IOException {
        try (RawClient client = client()) {
            client.send(request);
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aRequestLineThatIsTooLongIs414() throws IOException {
        try (RawClient client = client()) {
            client.send(
                    "GET /" + "x".repeat(Limits.MAX_REQUEST_LINE) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(414);
        }
    }

    @Test
    void headersThatAreTooManyOrTooLongAre400() throws IOException {
        try (RawClient client = client()) {
            client.send(
                    "GET /info HTTP/1.1\r\nHost: x\r\n"
                            + "A: b\r\n".repeat(Limits.MAX_HEADER_COUNT)
                            + "\r\n");
            assertThat(client.answer().status()).isEqualTo(400);
        }
        try (RawClient client = client()) {
            String line = "A: " + "b".repeat(8000) + "\r\n";
            client.send("GET /info HTTP/1.1\r\nHost: x\r\n" + line.repeat(20) + "\r\n");
            assertThat(client.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws IOException {
        try (RawClient client = client()) {
            client.send(
                    put("o") + auth + "Content-Length: 5368709123\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(413);
        }
        assertNothingIsLeft();
    }

    @Test
    void aPutWithoutLengthIs411() throws IOException {
        try (RawClient client = client()) {
            client.send(put("o") + auth + "\r\n");
            assertThat(client.answer().status()).isEqualTo(411);
        }
    }

    @Test
    void aClientThatWaitsToBeAskedIsAsked() throws Exception {
        try (RawClient client = client()) {
            client.send(put("asked") + auth + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            client.send("ok");
            assertThat(client.answer().status()).isEqualTo(201);
        }
        assertThat(StoreFixture.text(store.owner("GET", "/c/asked"))).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\nab\r\n", "-1\r\n", "5\r\nabc", "3\r\nabcdef\r\n0\r\n\r\n"})
    void aBrokenChunkMakesNoObject(String chunks) throws Exception {
        try (RawClient client = client()) {
            client.send(
                    put("o") + auth + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n" + chunks);
            assertThat(client.closedByServer()).isTrue();
        }
        assertNothingIsLeft();
    }

    @Test
    void chunksOfAnySizeMakeTheObject() throws Exception {
        try (RawClient client = client()) {
            client.send(put("chunked") + auth + "Transfer-Encoding: chunked\r\n\r\n");
            client.send("3\r\nabc\r\n1;x=y\r\nd\r\n");
            client.send("A\r\n0123456789\r\n0\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(201);
        }
        assertThat(StoreFixture.text(store.owner("GET", "/c/chunked"))).isEqualTo("abcd0123456789");
    }

    @Test
    void aClientThatGoesAwayInTheMiddleOfItsBodyLeavesNothing() throws Exception {
        try (RawClient client = client()) {
            client.send(put("o") + auth + "Content-Length: 1000\r\n\r\nonly this");
        }
        assertNothingIsLeft();
    }

    @Test
    void aClientThatSendsNoMoreIs408() throws Exception {
        try (RawClient client = client()) {
            client.send(put("o") + auth + "Content-Length: 1000\r\n\r\nonly this");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.closedByServer()).isTrue();
        }
        assertNothingIsLeft();
    }

    @Test
    void aClientThatOnlyHoldsAConnectionLosesIt() throws Exception {
        try (RawClient client = client()) {
            client.send("GET /v1/AUTH");
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aClientThatTakesNothingOfAnAnswerIsLeftAndOthersAreServed() throws Exception {
        assertThat(store.owner("PUT", "/c/large", new byte[LARGE]).statusCode()).isEqualTo(201);
        try (RawClient client = client()) {
            client.send("GET /v1/AUTH_test/c/large HTTP/1.1\r\nHost: x\r\n" + auth + "\r\n");
            assertThat(store.owner("HEAD", "/c/large").statusCode()).isEqualTo(200);
            // What the kernel holds can be read; the rest never comes.
            assertThat(client.answerIsCutShort(LARGE, TIMEOUT.multipliedBy(3))).isTrue();
        }
    }

    @Test
    void anAnswerBeforeTheEndOfALargeBodyArrives() throws Exception {
        try (RawClient client = client()) {
            client.send(
                    "PUT /v1/AUTH_test/none/o HTTP/1.1\r\nHost: x\r\n"
                            + auth
                            + "Content-Length: 5000000\r\n\r\n");
            client.send("x".repeat(1_000_000));
            assertThat(client.answer().status()).isEqualTo(404);
        }
    }

    @Test
    void oneConnectionCarriesManyRequestsWhateverTheirAnswers() throws Exception {
        try (RawClient client = client()) {
            for (int i = 0; i < 20; i++) {
                client.send(
                        "PUT /v1/AUTH_test/none/o HTTP/1.1\r\nHost: x\r\n"
                                + auth
                                + "Content-Length: 3\r\n\r\nabc");
                assertThat(client.answer().status()).isEqualTo(404);
                assertThat(client.request("GET", "/healthcheck", List.of()).status())
                        .isEqualTo(200);
            }
        }
    }

    /** Neither an object nor a temporary file, once the store is done with what it was doing. */
    private void assertNothingIsLeft() throws IOException {
        // Closing waits for requests at work.
        store.close();
        try (Stream<Path> files = Files.walk(directory.resolve("nodes"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
