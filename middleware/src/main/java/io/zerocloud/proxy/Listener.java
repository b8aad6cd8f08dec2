package io.zerocloud.proxy;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.zerocloud.relay.HeaderBytes;
import io.zerocloud.relay.Upstream;
import java.time.Duration;

/**
 * Where and under which limits clients connect.
 *
 * @param port 0 takes a free one
 * @param loops event loops that accept and carry bytes
 * @param idle how long a connection may be silent; must exceed the longest job, whose client is
 *     silent while it waits
 */
public record Listener(String host, int port, int loops, Duration idle) {

    static {
        HeaderBytes.passUnchanged();
    }

    /** On one address with the usual limits. */
    public static Listener on(String host, int port) {
        int loops = Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
        return new Listener(host, port, loops, Duration.ofMinutes(15));
    }

    /** The address to bind; all event loops of one server share the free port that 0 takes. */
    SocketAddress address() {
        return port == 0
                ? SocketAddress.sharedRandomPort(1, host)
                : SocketAddress.inetSocketAddress(port, host);
    }

    HttpServerOptions options() {
        return new HttpServerOptions()
                .setTcpNoDelay(true)
                .setHandle100ContinueAutomatically(false)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setMaxChunkSize(Upstream.CHUNK)
                .setMaxInitialLineLength(Upstream.MAX_LINE)
                .setMaxHeaderSize(Upstream.MAX_HEADERS)
                .setIdleTimeout((int) idle.toSeconds());
    }
}
