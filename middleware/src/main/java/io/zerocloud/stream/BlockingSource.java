package io.zerocloud.stream;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Vert.x stream from one virtual thread. A few chunks are taken ahead and no more, so a
 * reader that pauses holds the sender back. Must be attached while the stream is paused, on its
 * context.
 */
public final class BlockingSource extends InputStream {
    private static final int AHEAD = 4;

    private final Brake brake;
    private final Context context;
    private final long silenceNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Buffer> queue = new ArrayDeque<>();
    private boolean ended;
    private boolean dropping;
    private @Nullable IOException failure;
    private byte[] current = new byte[0];
    private int position;

    /**
     * @param context the stream's event loop
     * @param silence how long the sender may send nothing while a read waits
     */
    public BlockingSource(ReadStream<Buffer> stream, Context context, Duration silence) {
        this.brake = Brake.of(stream);
        this.context = context;
        this.silenceNanos = silence.toNanos();
        stream.handler(this::arrived);
        stream.endHandler(
                _ -> {
                    brake.end();
                    end(null);
                });
        stream.exceptionHandler(
                cause -> {
                    brake.end();
                    end(new IOException(Objects.toString(cause.getMessage(), "cut"), cause));
                });
        stream.resume();
    }

    /**
     * @throws SocketTimeoutException if the sender was silent for too long
     * @throws IOException if the sender broke off
     */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (position == current.length && !next()) {
            return -1;
        }
        int n = Math.min(length, current.length - position);
        System.arraycopy(current, position, into, offset, n);
        position += n;
        return n;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Whether the sender has sent its last byte, read or not. */
    boolean isOver() {
        lock.lock();
        try {
            return ended && failure == null;
        } finally {
            lock.unlock();
        }
    }

    /** Breaks a read that waits; further reads fail. */
    public void fail(IOException cause) {
        end(cause);
    }

    private boolean next() throws IOException {
        boolean goOn;
        lock.lock();
        try {
            long left = silenceNanos;
            while (queue.isEmpty()) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                if (ended) {
                    return false;
                }
                if (left <= 0) {
                    throw new SocketTimeoutException(
                            "nothing came for "
                                    + TimeUnit.NANOSECONDS.toSeconds(silenceNanos)
                                    + " s");
                }
                left = changed.awaitNanos(left);
            }
            Buffer bytes = queue.remove();
            current = bytes.getBytes();
            ReadBuffers.release(bytes);
            position = 0;
            goOn = queue.size() == AHEAD - 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        } finally {
            lock.unlock();
        }
        if (goOn) {
            context.runOnContext(_ -> goOn());
        }
        return current.length > 0 || next();
    }

    /** Takes what still comes and forgets it. On the event loop. */
    void drop() {
        lock.lock();
        try {
            dropping = true;
            queue.forEach(ReadBuffers::release);
            queue.clear();
        } finally {
            lock.unlock();
        }
        goOn();
    }

    private void arrived(Buffer bytes) {
        lock.lock();
        try {
            if (dropping) {
                ReadBuffers.release(bytes);
                return;
            }
            queue.add(bytes);
            changed.signalAll();
            if (queue.size() >= AHEAD) {
                brake.hold();
            }
        } finally {
            lock.unlock();
        }
    }

    /** On the event loop. */
    private void goOn() {
        lock.lock();
        try {
            if (queue.size() < AHEAD) {
                brake.release();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable IOException cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
