package io.zerocloud.swift.client;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A stream that gives one buffer and then breaks. */
final class FailingStream implements ReadStream<Buffer> {
    private final Buffer first;
    private boolean done;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Throwable> exceptionHandler;

    FailingStream(Buffer first) {
        this.first = first;
    }

    @Override
    public FailingStream handler(@Nullable Handler<Buffer> receiver) {
        handler = receiver;
        return this;
    }

    @Override
    public FailingStream endHandler(@Nullable Handler<Void> receiver) {
        return this;
    }

    @Override
    public FailingStream exceptionHandler(@Nullable Handler<Throwable> receiver) {
        exceptionHandler = receiver;
        return this;
    }

    @Override
    public FailingStream pause() {
        return this;
    }

    @Override
    public FailingStream resume() {
        return fetch(1);
    }

    @Override
    public FailingStream fetch(long amount) {
        if (!done && handler != null && exceptionHandler != null) {
            done = true;
            handler.handle(first);
            exceptionHandler.handle(new IOException("the source broke"));
        }
        return this;
    }
}
