package io.zerocloud.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.zerocloud.stream.BlockingHttp.Call;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingHttpTest {
    /** Bytes of the answers: about as many pieces of {@link ReadBuffers#SIZE} as may wait. */
    private static final int LENGTH = 3 * ReadBuffers.SIZE + 1;

    private static final byte[] ANSWER =
            ("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n" + "x".repeat(LENGTH))
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] REFUSED =
            "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private interface Calls {
        void make(BlockingHttp http) throws Exception;
    }

    private static void atAServer(Calls calls) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                BlockingHttp http =
                        new BlockingHttp(
                                vertx,
                                URI.create("http://127.0.0.1:" + server.getLocalPort()),
                                new HttpClientOptions(),
                                1,
                                Duration.ofSeconds(10))) {
            Thread.ofVirtual().start(() -> accept(server));
            for (int i = 0; i < 50; i++) {
                calls.make(http);
            }
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void anAnswerThatCameWholeLeavesItsConnectionToTheNextCall() throws Exception {
        atAServer(
                http -> {
                    try (Reply reply = http.send(Call.to("GET", "/"))) {
                        // The piece with which the connection is held may be the last: then nothing
                        // that is read afterwards lets it go on. Nothing is read until that is so,
                        // or plainly is not.
                        BlockingSource body = (BlockingSource) reply.body();
                        for (int wait = 0; wait < 50 && !body.isOver(); wait++) {
                            Thread.sleep(1);
                        }
                        assertThat(reply.bytes(LENGTH)).hasSize(LENGTH);
                    }
                });
    }

    /** Swift's server ends the body that a refused HEAD does not have. */
    @Test
    void theEndOfABodyBehindAHeadIsNotTakenForTheNextAnswer() throws Exception {
        atAServer(
                http -> {
                    try (Reply reply = http.send(Call.to("HEAD", "/"))) {
                        assertThat(reply.status()).isEqualTo(403);
                    }
                    try (Reply reply = http.send(Call.to("GET", "/"))) {
                        assertThat(reply.bytes(LENGTH)).hasSize(LENGTH);
                    }
                });
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            int end = 0;
            int first = -1;
            for (int b = in.read(); b >= 0; b = in.read()) {
                first = first < 0 ? b : first;
                end = b == '\r' || b == '\n' ? end + 1 : 0;
                if (end == 4) {
                    socket.getOutputStream().write(first == 'H' ? REFUSED : ANSWER);
                    end = 0;
                    first = -1;
                }
            }
        } catch (IOException e) {
            // The client is closed: the test is over.
            return;
        }
    }
}
