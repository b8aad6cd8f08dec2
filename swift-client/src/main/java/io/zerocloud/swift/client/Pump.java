package io.zerocloud.swift.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Moves a stream into a request, no faster than the request drains. Unlike Vert.x's own pipe it
 * leaves the stream paused and whole when it is stopped, and notices a peer that takes nothing.
 */
final class Pump {
    private final Vertx vertx;
    private final ReadStream<Buffer> from;
    private final HttpClientRequest to;
    private final long stallMs;
    private final Promise<Void> result = Promise.promise();
    private @Nullable Long stallTimer;

    Pump(Vertx vertx, ReadStream<Buffer> from, HttpClientRequest to, long stallMs) {
        this.vertx = vertx;
        this.from = from;
        this.to = to;
        this.stallMs = stallMs;
    }

    /** Completes when the request has been ended, fails with what broke first. */
    Future<Void> start() {
        to.exceptionHandler(this::fail);
        from.exceptionHandler(this::fail);
        from.endHandler(v -> to.end().onComplete(result));
        from.handler(this::move);
        from.resume();
        return result.future().onComplete(r -> disarm());
    }

    void stop() {
        fail(new IllegalStateException("stopped: the answer came before the whole body was sent"));
    }

    private void move(Buffer chunk) {
        to.write(chunk).onFailure(this::fail);
        if (to.writeQueueFull()) {
            from.pause();
            arm();
            to.drainHandler(
                    v -> {
                        disarm();
                        if (!result.future().isComplete()) {
                            from.resume();
                        }
                    });
        }
    }

    private void fail(Throwable cause) {
        if (result.tryFail(cause)) {
            from.pause();
            from.handler(null);
            from.endHandler(null);
            from.exceptionHandler(null);
        }
    }

    private synchronized void arm() {
        if (stallTimer == null) {
            stallTimer =
                    vertx.setTimer(
                            stallMs,
                            id ->
                                    fail(
                                            new TimeoutException(
                                                    "nothing taken for " + stallMs + " ms")));
        }
    }

    private synchronized void disarm() {
        if (stallTimer != null) {
            vertx.cancelTimer(stallTimer);
            stallTimer = null;
        }
    }
}
