package io.zerocloud.swift.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.zerocloud.swift.auth.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A pool of connections to Swift proxies, for any number of accounts and tokens. {@link #account}
 * gives the operations; {@link #send} is the single request below them.
 *
 * <p>Safe for use by all threads. Results come on the caller's Vert.x context if it has one; a
 * virtual thread or plain thread waits with {@code await()}.
 */
public final class SwiftClient implements AutoCloseable {
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final SwiftClientOptions options;
    private final HttpClient http;

    public SwiftClient(Vertx vertx, SwiftClientOptions options) {
        this.vertx = vertx;
        this.options = options;
        this.http =
                vertx.createHttpClient(
                        options.http(), new PoolOptions().setHttp1MaxSize(options.connections()));
    }

    /**
     * The operations on one account.
     *
     * @param storageUrl {@code http://host:port/v1/AUTH_x}
     */
    public SwiftAccount account(URI storageUrl, TokenSource tokens) {
        return new SwiftAccount(this, storageUrl, tokens);
    }

    /** The transport, for log-ins that should share its settings. */
    public HttpClient http() {
        return http;
    }

    SwiftClientOptions options() {
        return options;
    }

    Vertx vertx() {
        return vertx;
    }

    /**
     * Sends one request, once, and gives the answer whatever its status.
     *
     * @return fails with {@link SwiftException} without status if no answer came in time
     */
    public Future<SwiftResponse> send(SwiftRequest request) {
        return http.request(address(request))
                .compose(
                        wire -> {
                            // What breaks fails the answer's future; unheard it would be logged
                            // too.
                            wire.exceptionHandler(e -> {});
                            return switch (request.body()) {
                                case RequestBody.Bytes(var buffer) -> {
                                    wire.send(buffer);
                                    yield awaitHead(wire, Future.succeededFuture());
                                }
                                case RequestBody.Stream stream -> upload(wire, stream);
                            };
                        })
                .map(
                        response ->
                                new SwiftResponse(
                                        vertx,
                                        request.action(),
                                        response,
                                        options.responseTimeout()))
                .recover(e -> Future.failedFuture(noAnswer(request, e)));
    }

    /**
     * Repeats a call that is harmless to repeat while it fails for a passing reason.
     *
     * @param again whether a further attempt is possible at all, asked before each
     */
    <T> Future<T> retrying(Supplier<Future<T>> call, Supplier<Boolean> again) {
        return attempt(call, again, 0);
    }

    private <T> Future<T> attempt(Supplier<Future<T>> call, Supplier<Boolean> again, int failed) {
        return call.get()
                .recover(
                        e -> {
                            if (failed >= options.retries()
                                    || !(e instanceof SwiftException swift)
                                    || !swift.isTransient()
                                    || !again.get()) {
                                return Future.failedFuture(e);
                            }
                            return vertx.timer(delay(failed).toMillis() + 1)
                                    .compose(v -> attempt(call, again, failed + 1));
                        });
    }

    private Duration delay(int failed) {
        long doubled = options.retryDelay().toMillis() << Math.min(failed, 20);
        long longest = Math.min(doubled, LONGEST_DELAY.toMillis());
        // Clients that failed together should not come back together.
        return Duration.ofMillis(
                longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }

    private RequestOptions address(SwiftRequest request) {
        boolean tls = "https".equalsIgnoreCase(request.server().getScheme());
        int port = request.server().getPort();
        return new RequestOptions()
                .setMethod(request.method())
                .setSsl(tls)
                .setHost(request.server().getHost())
                .setPort(port >= 0 ? port : tls ? 443 : 80)
                .setURI(request.target())
                .setHeaders(request.headers())
                .setConnectTimeout(options.connectTimeout().toMillis());
    }

    private Future<HttpClientResponse> upload(HttpClientRequest wire, RequestBody.Stream body) {
        if (body.length().isPresent()) {
            wire.putHeader("Content-Length", Long.toString(body.length().getAsLong()));
        } else {
            wire.setChunked(true);
        }
        wire.putHeader("Expect", "100-continue");
        Pump pump = new Pump(vertx, body.stream(), wire, options.stallTimeout().toMillis());
        Promise<Void> uploaded = Promise.promise();
        AtomicBoolean started = new AtomicBoolean();
        Runnable start =
                () -> {
                    if (started.compareAndSet(false, true)) {
                        pump.start()
                                .onFailure(
                                        e -> {
                                            if (!wire.response().isComplete()) {
                                                wire.reset(0, e);
                                            }
                                        })
                                .onComplete(uploaded);
                    }
                };
        wire.continueHandler(v -> start.run());
        long silence =
                vertx.setTimer(
                        Math.max(1, options.continueTimeout().toMillis()), id -> start.run());
        wire.writeHead();
        return awaitHead(wire, uploaded.future())
                .onComplete(
                        head -> {
                            vertx.cancelTimer(silence);
                            boolean untouched = started.compareAndSet(false, true);
                            if (head.succeeded() && !uploaded.future().succeeded()) {
                                // The rest of the body is owed to this connection for ever.
                                head.result().end().onComplete(v -> wire.connection().close());
                            }
                            if (!untouched) {
                                pump.stop();
                            }
                        });
    }

    /** The answer's head, paused, within the time limit that begins with {@code sent}. */
    private Future<HttpClientResponse> awaitHead(HttpClientRequest wire, Future<Void> sent) {
        sent.onSuccess(
                v -> {
                    long limit = options.responseTimeout().toMillis();
                    long timer =
                            vertx.setTimer(
                                    limit,
                                    id ->
                                            wire.reset(
                                                    0,
                                                    new TimeoutException(
                                                            "no answer within " + limit + " ms")));
                    wire.response().onComplete(r -> vertx.cancelTimer(timer));
                });
        // Paused on the connection's own event, or its first bytes would be lost.
        return wire.response().onSuccess(HttpClientResponse::pause);
    }

    private static Throwable noAnswer(SwiftRequest request, Throwable e) {
        return e instanceof SwiftException
                ? e
                : new SwiftException(request.action(), String.valueOf(e.getMessage()), e);
    }

    @Override
    public void close() {
        var ignored = http.close();
    }
}
