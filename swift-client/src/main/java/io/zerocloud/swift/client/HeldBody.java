package io.zerocloud.swift.client;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * A response's body that waits for whoever wants it. Vert.x tells the end of a body, and its
 * breaking, once, to whoever listens at that moment; here it is told to the first who listens
 * later, on another thread too.
 */
final class HeldBody implements ReadStream<Buffer> {
    private final Vertx vertx;
    private final HttpClientResponse response;

    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private boolean over;
    private boolean untoldEnd;
    private @Nullable Throwable untoldFailure;

    /**
     * @param response paused, and given on its own context, before any of its events
     */
    HeldBody(Vertx vertx, HttpClientResponse response) {
        this.vertx = vertx;
        this.response = response;
        response.exceptionHandler(this::broken);
        response.endHandler(v -> ended());
        response.handler(this::arrived);
    }

    private void arrived(Buffer chunk) {
        Handler<Buffer> receiver;
        synchronized (this) {
            receiver = handler;
        }
        if (receiver != null) {
            receiver.handle(chunk);
        }
    }

    private void ended() {
        Handler<Void> receiver;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            receiver = endHandler;
            untoldEnd = receiver == null;
        }
        if (receiver != null) {
            receiver.handle(null);
        }
    }

    private void broken(Throwable cause) {
        Handler<Throwable> receiver;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            receiver = exceptionHandler;
            untoldFailure = receiver == null ? cause : null;
        }
        if (receiver != null) {
            receiver.handle(cause);
        }
    }

    @Override
    public synchronized HeldBody handler(@Nullable Handler<Buffer> receiver) {
        handler = receiver;
        return this;
    }

    @Override
    public synchronized HeldBody endHandler(@Nullable Handler<Void> receiver) {
        endHandler = receiver;
        if (receiver != null && untoldEnd) {
            untoldEnd = false;
            vertx.runOnContext(v -> receiver.handle(null));
        }
        return this;
    }

    @Override
    public synchronized HeldBody exceptionHandler(@Nullable Handler<Throwable> receiver) {
        exceptionHandler = receiver;
        Throwable cause = untoldFailure;
        if (receiver != null && cause != null) {
            untoldFailure = null;
            vertx.runOnContext(v -> receiver.handle(cause));
        }
        return this;
    }

    @Override
    public HeldBody pause() {
        response.pause();
        return this;
    }

    @Override
    public HeldBody resume() {
        response.resume();
        return this;
    }

    @Override
    public HeldBody fetch(long amount) {
        response.fetch(amount);
        return this;
    }
}
