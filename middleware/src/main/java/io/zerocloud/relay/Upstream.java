package io.zerocloud.relay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.zerocloud.stream.ClientConnections;
import io.zerocloud.stream.ReadBuffers;
import java.net.URI;
import java.time.Duration;

/**
 * The Swift proxy behind us.
 *
 * @param connect how long a connection may take
 * @param idle how long neither side may send anything during an exchange; Swift's own time-outs (60
 *     s by default) strike first
 * @param connections most connections of one event loop
 * @param waiting most requests of one event loop that wait for a connection; one more is answered
 *     503
 */
public record Upstream(
        String host,
        int port,
        boolean tls,
        Duration connect,
        Duration idle,
        int connections,
        int waiting) {

    static {
        HeaderBytes.passUnchanged();
    }

    /** Most bytes of one piece of a body: what one read can bring. */
    public static final int CHUNK = ReadBuffers.SIZE;

    /**
     * Limits of one head; Swift's own are smaller (8 KiB a line by default) and answered by Swift.
     */
    public static final int MAX_LINE = 32 * 1024;

    public static final int MAX_HEADERS = 128 * 1024;

    /** The usual settings for a base URL such as {@code http://127.0.0.1:8080}. */
    public static Upstream at(URI url) {
        boolean tls = "https".equals(url.getScheme());
        if ((!tls && !"http".equals(url.getScheme())) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "swift.url: '" + url + "' is not http://HOST[:PORT] or https://…");
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        return new Upstream(
                url.getHost(),
                port,
                tls,
                Duration.ofSeconds(5),
                Duration.ofSeconds(150),
                512,
                4096);
    }

    /**
     * A client for one event loop: its connections stay on that loop, so bytes never change
     * threads.
     */
    public HttpClientAgent client(Vertx vertx) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setSsl(tls)
                        .setConnectTimeout((int) connect.toMillis())
                        .setIdleTimeout((int) idle.toSeconds())
                        .setTcpNoDelay(true)
                        .setMaxChunkSize(CHUNK)
                        .setMaxInitialLineLength(MAX_LINE)
                        .setMaxHeaderSize(MAX_HEADERS)
                        // Swift closes an idle connection after 60 s; ours go first, so that none
                        // is
                        // reused while its end is on the way.
                        .setKeepAliveTimeout(30)
                        .setDecompressionSupported(false);
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(waiting);
        return vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                .withConnectHandler(ClientConnections::prepare)
                .build();
    }
}
