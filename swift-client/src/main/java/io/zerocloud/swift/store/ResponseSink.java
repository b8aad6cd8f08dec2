package io.zerocloud.swift.store;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends a body and makes the sender wait while the client's connection is full. */
final class ResponseSink implements Response.Sink {
    private final HttpServerResponse response;
    private final Thread sender = Thread.currentThread();
    private final long timeoutNanos;
    private volatile boolean gone;

    /** On the sending thread. */
    ResponseSink(HttpServerResponse response, long timeoutMillis) {
        this.response = response;
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        response.drainHandler(drained -> LockSupport.unpark(sender));
        response.closeHandler(closed -> giveUp());
        response.exceptionHandler(e -> giveUp());
    }

    private void giveUp() {
        gone = true;
        LockSupport.unpark(sender);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws ClientGone {
        // Waiting before instead of after: what is read next is read while this is sent.
        awaitRoom();
        response.write(Buffer.buffer(length).setBytes(0, bytes, offset, length));
    }

    private void awaitRoom() throws ClientGone {
        long start = System.nanoTime();
        while (!gone && response.writeQueueFull()) {
            long left = timeoutNanos - (System.nanoTime() - start);
            if (left <= 0 || Thread.interrupted()) {
                throw new ClientGone("the client takes no bytes of the answer");
            }
            LockSupport.parkNanos(left);
        }
        if (gone || response.closed()) {
            throw new ClientGone("sending the answer");
        }
    }
}
