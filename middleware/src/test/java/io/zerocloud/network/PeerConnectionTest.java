package io.zerocloud.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.zerocloud.stream.Await;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerConnectionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<PeerConnection> accepted = new CompletableFuture<>();
    private final AtomicBoolean gone = new AtomicBoolean();
    private Socket peer = new Socket();

    @BeforeEach
    void connect() throws Exception {
        NetServer server =
                vertx.createNetServer(new NetServerOptions().setHost("127.0.0.1").setPort(0))
                        .connectHandler(
                                socket -> {
                                    socket.pause();
                                    accepted.complete(
                                            new PeerConnection(
                                                    "peer",
                                                    socket,
                                                    (network, channel) -> null,
                                                    () -> gone.set(true)));
                                });
        Await.on(server.listen(), LONG);
        peer = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
        peer.setSoTimeout((int) LONG.toMillis());
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aSilentPeerIsHungUpOnAndOneThatIsNotGetsSignsOfLife() throws Exception {
        PeerConnection connection = accepted.get();
        connection.beat(LONG.toNanos());
        DataInputStream in = new DataInputStream(peer.getInputStream());
        assertThat(in.readNBytes(Frame.HEADER)).startsWith(7);
        assertThat(connection.isOpen()).isTrue();
        connection.beat(0);
        assertThat(in.read()).isEqualTo(-1);
        assertThat(connection.isOpen()).isFalse();
        await().atMost(LONG).untilTrue(gone);
    }

    @Test
    void aPeerThatTakesNothingHoldsBackAtMostAMegabyte() throws Exception {
        PeerConnection connection = accepted.get();
        AtomicBoolean through = new AtomicBoolean();
        // More than the sockets' buffers and ours take together.
        int frames = 2_000;
        Thread sender =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        for (int i = 0; i < frames; i++) {
                                            ByteBuf frame = Frame.room();
                                            Frame.data(frame, 1, 64 << 10);
                                            connection.send(frame, 64 << 10);
                                        }
                                        through.set(true);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        DataInputStream in = new DataInputStream(peer.getInputStream());
        await().atMost(LONG).until(() -> sender.getState() == Thread.State.WAITING);
        assertThat(through).isFalse();
        in.skipNBytes((long) frames * (Frame.HEADER + (64 << 10)));
        sender.join();
        assertThat(through).isTrue();
    }

    @Test
    void theEndOfTheConnectionIsTold() throws Exception {
        PeerConnection connection = accepted.get();
        peer.close();
        await().atMost(LONG).untilTrue(gone);
        assertThat(connection.isOpen()).isFalse();
    }
}
