package io.zerocloud.swift.client;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A stream that notes when its first byte, or its end, has been given out. */
final class NotedStream implements ReadStream<Buffer> {
    private final ReadStream<Buffer> stream;
    private final AtomicBoolean begun;

    NotedStream(ReadStream<Buffer> stream, AtomicBoolean begun) {
        this.stream = stream;
        this.begun = begun;
    }

    boolean isBegun() {
        return begun.get();
    }

    @Override
    public NotedStream handler(@Nullable Handler<Buffer> handler) {
        stream.handler(
                handler == null
                        ? null
                        : chunk -> {
                            begun.set(true);
                            handler.handle(chunk);
                        });
        return this;
    }

    @Override
    public NotedStream endHandler(@Nullable Handler<Void> handler) {
        stream.endHandler(
                handler == null
                        ? null
                        : v -> {
                            begun.set(true);
                            handler.handle(null);
                        });
        return this;
    }

    @Override
    public NotedStream exceptionHandler(@Nullable Handler<Throwable> handler) {
        stream.exceptionHandler(
                handler == null
                        ? null
                        : e -> {
                            begun.set(true);
                            handler.handle(e);
                        });
        return this;
    }

    @Override
    public NotedStream pause() {
        stream.pause();
        return this;
    }

    @Override
    public NotedStream resume() {
        stream.resume();
        return this;
    }

    @Override
    public NotedStream fetch(long amount) {
        stream.fetch(amount);
        return this;
    }
}
