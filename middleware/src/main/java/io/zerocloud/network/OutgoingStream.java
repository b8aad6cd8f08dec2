package io.zerocloud.network;

import io.netty.buffer.ByteBuf;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.HeldEnd;
import io.zerocloud.sandbox.session.Link;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a guest here writes to a guest at another agent. Nothing is taken out of the guest's pipe
 * before the reader has made room for it, so a slow reader makes the guest wait as in a pipe. If
 * the reader goes away, the pipe is closed and the guest gets EPIPE.
 */
final class OutgoingStream {
    private final Engine engine;
    private final Link.End end;
    private final String name;
    private final String peer;
    private final Runnable finished;
    private final Consumer<String> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Thread thread;
    private long credit;
    private boolean over;
    private @Nullable String broken;

    /**
     * @param end of the pipe into which the guest writes
     * @param peer the only agent that may read it
     * @param finished told once when nothing more will be sent
     * @param failed told if what was sent does not arrive
     */
    OutgoingStream(
            Engine engine,
            Link.End end,
            String name,
            String peer,
            Runnable finished,
            Consumer<String> failed) {
        this.engine = engine;
        this.end = end;
        this.name = name;
        this.peer = peer;
        this.finished = finished;
        this.failed = failed;
    }

    String peer() {
        return peer;
    }

    /**
     * The reader is there.
     *
     * @return false if it is not the first, or the stream is over
     */
    boolean open(PeerConnection connection, int stream, int window) {
        lock.lock();
        try {
            if (thread != null || over) {
                return false;
            }
            credit = window;
            thread = Thread.ofVirtual().name(name).start(() -> run(connection, stream));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The reader has taken bytes.
     *
     * @throws Frame.Broken if it allows more than it can hold
     */
    void window(int more) throws Frame.Broken {
        lock.lock();
        try {
            credit += more;
            if (more <= 0 || credit > Networks.WINDOW) {
                throw new Frame.Broken("a window of " + credit + " bytes");
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone, and with it what was on the way. */
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

    /** Nobody reads any more. */
    void stop() {
        end(null);
    }

    /** The network has failed. */
    void abort(String reason) {
        end(reason);
    }

    private void end(@Nullable String reason) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            broken = reason;
            if (thread == null) {
                finished.run();
            } else {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(PeerConnection connection, int stream) {
        String reason = "";
        try (HeldEnd pipe = engine.hold(end)) {
            while (send(pipe, connection, stream)) {
                // until the guest has exited and all is sent
            }
        } catch (InterruptedException e) {
            reason = reason();
        } catch (IOException | IllegalStateException e) {
            reason = "the pipe of " + name + " failed: " + e.getMessage();
        }
        connection.ended(stream, reason);
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
        finished.run();
    }

    /** One step; false at the end. */
    private boolean send(HeldEnd pipe, PeerConnection connection, int stream)
            throws IOException, InterruptedException {
        ByteBuf room = Frame.room();
        try {
            int n = pipe.read(room.nioBuffer(Frame.HEADER, awaitCredit()));
            if (n < 0) {
                return false;
            }
            spend(n);
            Frame.data(room, stream, n);
            connection.send(room.retain(), n);
            return true;
        } finally {
            room.release();
        }
    }

    private String reason() {
        lock.lock();
        try {
            return broken == null ? "" : broken;
        } finally {
            lock.unlock();
        }
    }

    private int awaitCredit() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (credit == 0) {
                changed.await();
            }
            return (int) Math.min(credit, HeldEnd.STEP);
        } finally {
            lock.unlock();
        }
    }

    private void spend(int bytes) {
        lock.lock();
        try {
            credit -= bytes;
        } finally {
            lock.unlock();
        }
    }
}
