package io.zerocloud.relay;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * Sends requests on to Swift. One instance for each event loop; used only on that loop.
 *
 * <p>Kept: method, raw target, {@code Host}, header bytes and their order, bodies of any size in
 * either framing, {@code 100-continue}, trailers of answers, informational and error answers.
 * Added: the client's address in {@code X-Forwarded-For}. Bodies flow under back-pressure; at most
 * a few chunks are in memory. When one side goes away the other side's connection is reset, so
 * neither takes a cut body for a whole one.
 */
public final class PassThrough implements Handler<HttpServerRequest>, AutoCloseable {
    private final Vertx vertx;
    private final HttpClientAgent client;
    private final Upstream upstream;

    /**
     * @param vertx must be called from the event loop that will use it
     */
    public PassThrough(Vertx vertx, Upstream upstream) {
        this.vertx = vertx;
        this.client = upstream.client(vertx);
        this.upstream = upstream;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.CONNECT)) {
            request.response().setStatusCode(405).end();
            return;
        }
        relay(request, request.uri());
    }

    /**
     * Relays a request to another target than its own.
     *
     * @param uri raw: percent-encoded path and query
     */
    public void relay(HttpServerRequest request, String uri) {
        new Exchange(vertx, client, upstream, request, uri).start();
    }

    /** Closes the connections to Swift; exchanges under way are cut. */
    @Override
    public void close() {
        var _ = client.close();
    }
}
