package io.zerocloud.swift.client;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The head of an answer, whatever its status, and its body still on the wire. Whoever gets it reads
 * the body to its end, {@link #discard}s it or {@link #abort}s: until then it holds a connection.
 */
public final class SwiftResponse {
    /** A body that nobody wants is read for the connection's sake up to here. */
    private static final int DISCARD_LIMIT = 1 << 20;

    private final String action;
    private final HttpClientResponse response;
    private final Duration bodyLimit;
    private final HeldBody body;

    /**
     * @param response paused, on its own context and before any of its events
     * @param bodyLimit for the whole of a small body
     */
    SwiftResponse(Vertx vertx, String action, HttpClientResponse response, Duration bodyLimit) {
        this.action = action;
        this.response = response;
        this.bodyLimit = bodyLimit;
        this.body = new HeldBody(vertx, response);
    }

    public int status() {
        return response.statusCode();
    }

    public String reason() {
        return response.statusMessage();
    }

    public MultiMap headers() {
        return response.headers();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(response.getHeader(name));
    }

    /** X-Trans-Id, or empty text. */
    public String transactionId() {
        return header("X-Trans-Id").orElse("");
    }

    /** The body, paused; fails on the way if the connection breaks or stalls. */
    public ReadStream<Buffer> body() {
        return body;
    }

    /**
     * The whole of a small body.
     *
     * @param limit bytes; more fails with {@link SwiftException} and closes the connection
     */
    public Future<Buffer> body(int limit) {
        Promise<Buffer> promise = Promise.promise();
        Buffer all = Buffer.buffer();
        body.exceptionHandler(
                e -> promise.tryFail(new SwiftException(action, "answer broke off", e)));
        body.endHandler(v -> promise.tryComplete(all));
        body.handler(
                chunk -> {
                    if (all.length() + chunk.length() > limit) {
                        promise.tryFail(
                                new SwiftException(
                                        action, "answer is longer than " + limit + " bytes", null));
                        abort();
                    } else if (!promise.future().isComplete()) {
                        all.appendBuffer(chunk);
                    }
                });
        body.resume();
        return promise.future()
                .timeout(bodyLimit.toMillis(), TimeUnit.MILLISECONDS)
                .recover(
                        e -> {
                            if (e instanceof TimeoutException) {
                                abort();
                                return Future.failedFuture(
                                        new SwiftException(
                                                action, "answer takes over " + bodyLimit, e));
                            }
                            return Future.failedFuture(e);
                        });
    }

    /** Reads the rest for the connection's sake, or gives the connection up if that is long. */
    public Future<Void> discard() {
        return body(DISCARD_LIMIT).<Void>mapEmpty().otherwiseEmpty();
    }

    /** Closes the connection. */
    public void abort() {
        var ignored = response.request().connection().close();
    }

    /** Discards the body and fails with the status and the beginning of the body. */
    <T> Future<T> fail() {
        return body(64 << 10)
                .otherwise(Buffer.buffer())
                .compose(
                        text ->
                                Future.failedFuture(
                                        new SwiftException(
                                                action,
                                                status(),
                                                String.valueOf(reason()),
                                                transactionId(),
                                                excerpt(text))));
    }

    String action() {
        return action;
    }

    /** HTML pages of Swift say nothing that the status does not. */
    private static String excerpt(Buffer body) {
        String text = body.getString(0, Math.min(body.length(), 300));
        return text.startsWith("<") ? "" : text;
    }
}
