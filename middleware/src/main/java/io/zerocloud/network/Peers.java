package io.zerocloud.network;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.stream.ReadBuffers;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to each agent that there are streams with. Of two agents the one whose name comes
 * first connects, with a signed request to the other's port that turns into a connection of frames.
 */
final class Peers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private static final Duration CONNECTING = Duration.ofSeconds(10);

    private final String self;
    private final Networks networks;
    private final Signer signer;
    private final HttpClientAgent http;
    private final Map<String, CompletableFuture<PeerConnection>> connections =
            new ConcurrentHashMap<>();
    private volatile boolean closed;

    Peers(
            Vertx vertx,
            String self,
            Networks networks,
            Signer signer,
            Optional<PemTrustOptions> ca) {
        this.self = self;
        this.networks = networks;
        this.signer = signer;
        HttpClientOptions options =
                new HttpClientOptions().setConnectTimeout(5_000).setTcpNoDelay(true);
        ca.ifPresent(trust -> options.setTrustOptions(trust).setVerifyHost(true));
        this.http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(64));
    }

    /** The connection to an agent, made now or awaited if it is not there. */
    CompletableFuture<PeerConnection> with(String peer, URI url) {
        CompletableFuture<PeerConnection> mine = new CompletableFuture<>();
        CompletableFuture<PeerConnection> there = connections.putIfAbsent(peer, mine);
        if (there != null) {
            return there;
        }
        var _ =
                mine.orTimeout(CONNECTING.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete(
                                (connection, failure) -> {
                                    if (failure != null) {
                                        connections.remove(peer, mine);
                                    }
                                });
        if (self.compareTo(peer) < 0) {
            connect(peer, url, mine);
        }
        return mine;
    }

    private void connect(String peer, URI url, CompletableFuture<PeerConnection> mine) {
        String target = "/v1/relay/" + self;
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost(url.getHost())
                        .setPort(url.getPort())
                        .setSsl("https".equals(url.getScheme()))
                        .setURI(target)
                        .putHeader("Connection", "Upgrade")
                        .putHeader("Upgrade", Networks.PROTOCOL)
                        .putHeader(Signer.HEADER, signer.sign(peer, "GET", target, Signer.NO_BODY));
        http.request(options)
                .compose(
                        request -> {
                            // The socket's own handlers hear of its end.
                            request.exceptionHandler(
                                    cause -> LOG.debug("relay to {}", peer, cause));
                            return request.connect();
                        })
                .onComplete(
                        answer -> {
                            if (answer.failed()) {
                                mine.completeExceptionally(
                                        new IOException(
                                                Objects.toString(
                                                        answer.cause().getMessage(), "refused")));
                            } else if (answer.result().statusCode() != 101) {
                                mine.completeExceptionally(
                                        new IOException(
                                                "it answered " + answer.result().statusCode()));
                            } else {
                                ReadBuffers.use(answer.result().request().connection());
                                NetSocket socket = answer.result().netSocket();
                                socket.pause();
                                use(peer, socket, mine);
                            }
                        });
    }

    /**
     * A peer has connected.
     *
     * @return false if it should not have: the connection is ours to make
     */
    boolean accepts(String peer) {
        return self.compareTo(peer) > 0 && !closed;
    }

    /** Takes over the paused socket of a peer that {@link #accepts}. */
    void accept(String peer, NetSocket socket) {
        CompletableFuture<PeerConnection> mine = new CompletableFuture<>();
        CompletableFuture<PeerConnection> awaited = connections.putIfAbsent(peer, mine);
        if (awaited != null && awaited.isDone()) {
            // It would not connect again if it did not know the old one to be dead.
            connections.put(peer, mine);
            close(awaited);
        }
        use(peer, socket, awaited != null && !awaited.isDone() ? awaited : mine);
    }

    private void use(String peer, NetSocket socket, CompletableFuture<PeerConnection> future) {
        PeerConnection connection =
                new PeerConnection(
                        peer, socket, networks::outgoing, () -> connections.remove(peer, future));
        if (closed || !future.complete(connection)) {
            connection.close();
        }
    }

    /** Shows all peers that we live; ends connections to those that do not. */
    void beat(long silenceNanos) {
        connections
                .values()
                .forEach(
                        future -> {
                            if (future.isDone() && !future.isCompletedExceptionally()) {
                                future.join().beat(silenceNanos);
                            }
                        });
    }

    private static void close(CompletableFuture<PeerConnection> future) {
        if (future.isDone() && !future.isCompletedExceptionally()) {
            future.join().close();
        }
    }

    @Override
    public void close() {
        closed = true;
        connections.values().forEach(Peers::close);
        var _ = http.close();
    }
}
