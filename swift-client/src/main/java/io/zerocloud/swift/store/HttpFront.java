package io.zerocloud.swift.store;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server. Everything that a client sends is hostile until here it has become a {@link
 * Request}: lengths of lines, headers and their number are limited, time and connections too.
 */
final class HttpFront implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final int CHUNK = 64 * 1024;
    private static final long LINGER_MILLIS = 2_000;
    private static final long CLOSE_SECONDS = 10;

    /** Answers a request; what it throws becomes an error answer. */
    interface Handler {
        Response handle(Request request) throws IOException;
    }

    private final Vertx vertx;
    private final HttpServer server;
    private final Handler handler;
    private final long timeoutMillis;
    private final AtomicInteger active = new AtomicInteger();
    private final ExecutorService requests =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("store-request").factory());

    private HttpFront(Vertx vertx, HttpServer server, Handler handler, long timeoutMillis) {
        this.vertx = vertx;
        this.server = server;
        this.handler = handler;
        this.timeoutMillis = timeoutMillis;
    }

    /** Listens; {@code port} 0 takes any free one. */
    static HttpFront listen(String host, int port, long timeoutMillis, Handler handler)
            throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1));
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(host)
                        .setPort(port)
                        .setHttp2ClearTextEnabled(false)
                        .setMaxChunkSize(CHUNK)
                        .setMaxInitialLineLength(Limits.MAX_REQUEST_LINE)
                        .setMaxHeaderSize(Limits.MAX_HEADERS_BYTES)
                        .setReceiveBufferSize(256 * 1024)
                        .setAcceptBacklog(1024)
                        // A little longer than the answer to a slow body takes, so that it gets
                        // out.
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, timeoutMillis * 5 / 4));
        HttpServer server = vertx.createHttpServer(options);
        HttpFront front = new HttpFront(vertx, server, handler, timeoutMillis);
        try {
            server.requestHandler(front::accept)
                    .invalidRequestHandler(front::refuseMalformed)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (java.util.concurrent.ExecutionException e) {
            vertx.close();
            throw new IOException("listening on " + host + ":" + port + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            vertx.close();
            throw new IOException("listening on " + host + ":" + port + ": interrupted", e);
        }
        return front;
    }

    int port() {
        return server.actualPort();
    }

    private void refuseMalformed(HttpServerRequest request) {
        // The decoder names the limit that was broken in its exception's class only.
        String cause = String.valueOf(request.decoderResult().cause());
        HttpStatus status =
                cause.contains("TooLongHttpLine")
                        ? HttpStatus.REQUEST_URI_TOO_LONG
                        : HttpStatus.BAD_REQUEST;
        Response response = Response.of(status);
        byte[] page = ((Response.Body.Bytes) response.body()).bytes();
        HttpServerResponse out = request.response();
        start(out, response, newTransactionId());
        out.putHeader("Connection", "close");
        out.putHeader("Content-Length", Integer.toString(page.length));
        out.end(io.vertx.core.buffer.Buffer.buffer(page))
                .onComplete(done -> request.connection().close());
    }

    private void accept(HttpServerRequest incoming) {
        if (requests.isShutdown()) {
            incoming.connection().close();
            return;
        }
        Context context = vertx.getOrCreateContext();
        RequestBody body = new RequestBody(incoming, context, timeoutMillis);
        if (active.incrementAndGet() > Limits.MAX_CONCURRENT_REQUESTS) {
            active.decrementAndGet();
            Response busy = Response.of(HttpStatus.SERVICE_UNAVAILABLE).with("Retry-After", "1");
            requests.execute(() -> send(incoming, body, context, busy, newTransactionId()));
            return;
        }
        requests.execute(
                () -> {
                    try {
                        serve(incoming, body, context);
                    } finally {
                        active.decrementAndGet();
                    }
                });
    }

    private void serve(HttpServerRequest incoming, RequestBody body, Context context) {
        String transactionId = newTransactionId();
        Response response;
        try {
            response = handler.handle(parse(incoming, body));
        } catch (RequestFailure e) {
            response = e.response();
        } catch (ClientGone e) {
            LOG.debug("{} {}: client gone", transactionId, e.getMessage());
            response = Response.of(HttpStatus.CLIENT_CLOSED_REQUEST);
        } catch (Exception e) {
            LOG.error("{} {} {}", transactionId, incoming.method(), incoming.path(), e);
            response = Response.of(HttpStatus.INTERNAL_SERVER_ERROR);
        }
        send(incoming, body, context, response, transactionId);
    }

    private static Request parse(HttpServerRequest incoming, RequestBody body) {
        if (incoming.headers().entries().size() > Limits.MAX_HEADER_COUNT) {
            throw RequestFailure.badRequest(
                    "Too many headers: "
                            + incoming.headers().entries().size()
                            + ", at most "
                            + Limits.MAX_HEADER_COUNT);
        }
        HeaderMap headers = new HeaderMap();
        incoming.headers()
                .forEach(
                        (name, value) -> {
                            if (value.length() > Limits.MAX_HEADER_SIZE) {
                                throw RequestFailure.badRequest("Header value too long: " + name);
                            }
                            headers.add(name, value);
                        });
        String host = headers.get("Host").orElse("127.0.0.1:" + incoming.localAddress().port());
        return new Request(
                incoming.method().name(),
                Target.parse(incoming.uri()),
                headers,
                body,
                "http://" + host);
    }

    private void send(
            HttpServerRequest incoming,
            RequestBody body,
            Context context,
            Response response,
            String transactionId) {
        HttpServerResponse out = incoming.response();
        if (out.closed()) {
            response.discard();
            return;
        }
        start(out, response, transactionId);
        boolean reusable = body.exhausted() || drain(body);
        if (!reusable) {
            out.putHeader("Connection", "close");
        }
        boolean head = incoming.method().name().equals("HEAD");
        try {
            switch (response.body()) {
                case Response.Body.Bytes(byte[] bytes) -> {
                    if (response.status() != HttpStatus.NOT_MODIFIED
                            && !(head && response.headers().has("Content-Length"))) {
                        out.putHeader("Content-Length", Integer.toString(bytes.length));
                    }
                    if (head || bytes.length == 0) {
                        out.end();
                    } else {
                        out.end(io.vertx.core.buffer.Buffer.buffer(bytes));
                    }
                }
                case Response.Body.Stream stream -> stream(out, stream, head);
            }
        } catch (IOException | RuntimeException e) {
            // Headers are out: an answer cut short is all that can still be told.
            LOG.debug("{}: answer cut short", transactionId, e);
            incoming.connection().close();
            return;
        }
        if (!reusable) {
            lingerAndClose(incoming, context);
        }
    }

    private void stream(HttpServerResponse out, Response.Body.Stream stream, boolean head)
            throws IOException {
        try (Response.Producer producer = stream.producer()) {
            if (stream.length() >= 0) {
                out.putHeader("Content-Length", Long.toString(stream.length()));
            } else {
                out.setChunked(true);
            }
            if (!head) {
                ResponseSink sink = new ResponseSink(out, timeoutMillis);
                producer.writeTo(sink);
            }
            out.end();
        }
    }

    private static void start(HttpServerResponse out, Response response, String transactionId) {
        out.setStatusCode(response.status().code());
        out.setStatusMessage(response.status().reason());
        response.headers().forEach(out::putHeader);
        out.putHeader("X-Trans-Id", transactionId);
        out.putHeader("X-Openstack-Request-Id", transactionId);
        out.putHeader("Date", Timestamps.httpDate(Timestamps.nowSeconds()));
    }

    /**
     * Reads what little is left of a body; false where it is more, or the client is waiting or
     * gone.
     */
    private static boolean drain(RequestBody body) {
        if (body.unasked()) {
            return false;
        }
        try {
            int read = 0;
            for (byte[] piece = body.nextAtHand();
                    read <= Limits.MAX_DISCARDED_BODY;
                    piece = body.nextAtHand()) {
                if (piece.length == 0) {
                    return body.exhausted();
                }
                read += piece.length;
            }
            return false;
        } catch (IOException | RequestFailure e) {
            return false;
        }
    }

    /**
     * Goes on reading for a moment after an answer that came before the end of the body: closing at
     * once would reset the connection, and the answer with it.
     */
    private void lingerAndClose(HttpServerRequest incoming, Context context) {
        context.runOnContext(
                go -> {
                    try {
                        incoming.handler(ignored -> {});
                        incoming.endHandler(end -> incoming.connection().close());
                        incoming.resume();
                    } catch (IllegalStateException alreadyEnded) {
                        incoming.connection().close();
                    }
                    vertx.setTimer(LINGER_MILLIS, late -> incoming.connection().close());
                });
    }

    /** {@code tx} + 21 random hexadecimal digits + {@code -} + the time, as Swift makes them. */
    private static String newTransactionId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return String.format(
                Locale.ROOT,
                "tx%016x%05x-%010x",
                random.nextLong(),
                random.nextInt(1 << 20),
                Timestamps.nowSeconds());
    }

    /** Stops listening, ends all connections, and waits until requests at work have noticed. */
    @Override
    public void close() {
        requests.shutdown();
        try {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (!requests.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("requests are still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            LOG.warn("closing the HTTP server: {}", e.toString());
        }
    }
}
