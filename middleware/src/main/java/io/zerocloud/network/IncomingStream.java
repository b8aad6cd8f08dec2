package io.zerocloud.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.HeldEnd;
import io.zerocloud.sandbox.session.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a guest here reads from a guest at another agent. Holds at most the window that it has
 * granted; grants more as the guest takes bytes.
 */
final class IncomingStream {
    private final Engine engine;
    private final Link.End end;
    private final String name;
    private final int window;
    private final Runnable finished;
    private final Consumer<String> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteRing waiting;
    private @Nullable Thread thread;
    private @Nullable PeerConnection connection;
    private int stream;

    /** Bytes that the writer may still send. */
    private long allowed;

    /** The writer has sent its last byte. */
    private boolean ended;

    private boolean over;

    /**
     * @param end of the pipe from which the guest reads
     * @param finished told once when nothing more will be read
     * @param failed told if the stream breaks off
     */
    IncomingStream(
            Engine engine,
            Link.End end,
            String name,
            int window,
            Runnable finished,
            Consumer<String> failed) {
        this.engine = engine;
        this.end = end;
        this.name = name;
        this.window = window;
        this.waiting = new ByteRing(window);
        this.finished = finished;
        this.failed = failed;
    }

    /** Asks the writer's agent for the bytes. */
    void start(PeerConnection from, String network, int channel) {
        lock.lock();
        try {
            if (thread != null) {
                return;
            }
            connection = from;
            allowed = window;
            stream = from.reads(this);
            from.sendNow(Frame.open(stream, network, channel, window));
            if (over) {
                // The guest ended before there was a connection: its writer must hear of it.
                from.sendNow(Frame.STOP.bare(stream));
            } else {
                thread = Thread.ofVirtual().name(name).start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Bytes have come; the event loop.
     *
     * @throws Frame.Broken if there are more than were allowed
     */
    void data(Buffer bytes) throws Frame.Broken {
        lock.lock();
        try {
            allowed -= bytes.length();
            if (allowed < 0) {
                throw new Frame.Broken("more bytes than the window of " + name + " allows");
            }
            if (!over) {
                waiting.add(bytes);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The writer has sent everything. */
    void ended() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The stream breaks off; what is there is no whole, so the guest gets no end of file. */
    void broken(String reason) {
        boolean was;
        lock.lock();
        try {
            was = over;
        } finally {
            lock.unlock();
        }
        if (!was) {
            failed.accept(reason);
        }
    }

    /** Nobody reads any more: the guest has exited. Its writer gets EPIPE. */
    void stop() {
        end(true);
    }

    /** The network has failed, and its writer, who must not take that for EPIPE, with it. */
    void abandon() {
        end(false);
    }

    private void end(boolean tell) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            finish(tell);
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void finish(boolean tell) {
        over = true;
        waiting.clear();
        PeerConnection from = connection;
        if (from != null && !ended && tell) {
            from.sendNow(Frame.STOP.bare(stream));
        }
        // The writer's END or ABORT takes the stream out of the connection's books.
        finished.run();
    }

    private void run() {
        ByteBuf room = ByteBufAllocator.DEFAULT.directBuffer(Math.min(window, HeldEnd.STEP));
        try (HeldEnd pipe = engine.hold(end)) {
            ByteBuffer bytes = room.nioBuffer(0, room.capacity());
            int taken = 0;
            for (int n = take(bytes.clear()); n > 0; n = take(bytes.clear())) {
                if (!pipe.write(bytes.flip())) {
                    break;
                }
                taken += n;
                if (taken >= window / 2) {
                    grant(taken);
                    taken = 0;
                }
            }
        } catch (InterruptedException e) {
            return; // stopped: all is settled
        } catch (IOException | IllegalStateException e) {
            broken("the pipe of " + name + " failed: " + e.getMessage());
        } finally {
            room.release();
        }
        lock.lock();
        try {
            if (!over) {
                finish(true);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next bytes: how many, 0 at the end. */
    private int take(ByteBuffer into) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.await();
            }
            return waiting.take(into);
        } finally {
            lock.unlock();
        }
    }

    private void grant(int bytes) {
        lock.lock();
        try {
            PeerConnection from = connection;
            if (!ended && !over && from != null) {
                allowed += bytes;
                from.sendNow(Frame.window(stream, bytes));
            }
        } finally {
            lock.unlock();
        }
    }
}
