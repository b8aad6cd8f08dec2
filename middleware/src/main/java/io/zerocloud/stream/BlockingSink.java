package io.zerocloud.stream;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a Vert.x stream from one virtual thread. At most a window of bytes is on the way; a
 * receiver that does not take them holds the writer back, and after a while fails it. Does not end
 * the stream.
 */
public final class BlockingSink extends OutputStream {
    private static final int WINDOW = 1 << 20;

    private final WriteStream<Buffer> stream;
    private final Context context;
    private final long stallNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int underWay;
    private long written;
    private @Nullable IOException failure;

    /**
     * @param context the stream's event loop
     * @param stall how long the receiver may take nothing
     */
    public BlockingSink(WriteStream<Buffer> stream, Context context, Duration stall) {
        this.stream = stream;
        this.context = context;
        this.stallNanos = stall.toNanos();
    }

    /**
     * @throws SocketTimeoutException if the receiver took nothing for too long
     * @throws IOException if it went away
     */
    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length == 0) {
            return;
        }
        reserve(length);
        Buffer bytes = Buffer.buffer(length).appendBytes(from, offset, length);
        context.runOnContext(
                _ ->
                        stream.write(bytes)
                                .onComplete(
                                        done ->
                                                settle(
                                                        length,
                                                        done.failed()
                                                                ? new IOException(
                                                                        "receiver went away",
                                                                        done.cause())
                                                                : null)));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Waits until all bytes were handed to the kernel. */
    @Override
    public void flush() throws IOException {
        waitFor(0);
    }

    /** Bytes accepted so far. */
    public long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    /** Breaks a write that waits; further writes fail. */
    public void fail(IOException cause) {
        settle(0, cause);
    }

    private void reserve(int length) throws IOException {
        waitFor(WINDOW);
        lock.lock();
        try {
            underWay += length;
            written += length;
        } finally {
            lock.unlock();
        }
    }

    private void waitFor(int most) throws IOException {
        lock.lock();
        try {
            long left = stallNanos;
            int seen = underWay;
            while (underWay > most && failure == null) {
                if (left <= 0) {
                    throw new SocketTimeoutException(
                            "nothing was taken for "
                                    + TimeUnit.NANOSECONDS.toSeconds(stallNanos)
                                    + " s");
                }
                left = changed.awaitNanos(left);
                if (underWay != seen) {
                    seen = underWay;
                    left = stallNanos;
                }
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing");
        } finally {
            lock.unlock();
        }
    }

    private void settle(int length, @Nullable IOException cause) {
        lock.lock();
        try {
            underWay -= length;
            if (cause != null && failure == null) {
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
