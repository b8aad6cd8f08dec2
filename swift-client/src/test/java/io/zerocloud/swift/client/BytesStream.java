package io.zerocloud.swift.client;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A stream of bytes in memory that minds its demand and counts what was taken. */
final class BytesStream implements ReadStream<Buffer> {
    private final byte[] bytes;
    private final int chunk;
    private int position;
    private long demand;
    private boolean emitting;
    private boolean ended;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;

    BytesStream(byte[] bytes, int chunk) {
        this.bytes = bytes;
        this.chunk = chunk;
    }

    int taken() {
        return position;
    }

    @Override
    public BytesStream handler(@Nullable Handler<Buffer> receiver) {
        handler = receiver;
        return this;
    }

    @Override
    public BytesStream endHandler(@Nullable Handler<Void> receiver) {
        endHandler = receiver;
        return this;
    }

    @Override
    public BytesStream exceptionHandler(@Nullable Handler<Throwable> receiver) {
        return this;
    }

    @Override
    public BytesStream pause() {
        demand = 0;
        return this;
    }

    @Override
    public BytesStream resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public BytesStream fetch(long amount) {
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        if (!emitting) {
            emitting = true;
            while (demand > 0 && position < bytes.length && handler != null) {
                demand--;
                int end = Math.min(bytes.length, position + chunk);
                byte[] next = Arrays.copyOfRange(bytes, position, end);
                position = end;
                handler.handle(Buffer.buffer(next));
            }
            emitting = false;
            if (position == bytes.length && demand > 0 && !ended && endHandler != null) {
                ended = true;
                endHandler.handle(null);
            }
        }
        return this;
    }
}
