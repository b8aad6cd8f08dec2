package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Moves bytes between a Java stream and the pipe to a worker on a virtual thread. The pipe's buffer
 * is the back-pressure: neither side runs more than 64 KiB and one buffer ahead.
 */
final class Pump {
    private static final int BUFFER = 64 << 10;

    private final String alias;
    private final Descriptor pipe;
    private final Transfer transfer;
    private final boolean feedsGuest;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<Thread> thread = Optional.empty();
    private volatile boolean interrupted;

    private Pump(String alias, Descriptor pipe, boolean feedsGuest, Transfer transfer) {
        this.alias = alias;
        this.pipe = pipe;
        this.feedsGuest = feedsGuest;
        this.transfer = transfer;
    }

    @FunctionalInterface
    private interface Transfer {
        void run(Poller poller, int pipe) throws IOException, InterruptedException;
    }

    static Pump into(String alias, InputStream source, Descriptor pipe) {
        return new Pump(alias, pipe, true, (poller, fd) -> feed(poller, source, fd));
    }

    static Pump outOf(String alias, Descriptor pipe, OutputStream sink) {
        return new Pump(alias, pipe, false, (poller, fd) -> drain(poller, fd, sink));
    }

    String alias() {
        return alias;
    }

    /** Whether it moves bytes to the guest: such a pump is of no use once the guest has ended. */
    boolean feedsGuest() {
        return feedsGuest;
    }

    /** Completes when all bytes have been moved, or exceptionally. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** Starts, unless the session was over before. */
    void start(Poller poller) {
        lock.lock();
        try {
            if (interrupted) {
                abandon();
            } else {
                thread =
                        Optional.of(
                                Thread.ofVirtual()
                                        .name("channel " + alias)
                                        .start(() -> run(poller)));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Wakes a pump that waits for its stream; what it had not moved is dropped. */
    void interrupt() {
        lock.lock();
        try {
            interrupted = true;
            thread.ifPresent(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private void run(Poller poller) {
        // Closed last: a guest must not take a source that failed for one that ended.
        try (pipe) {
            move(poller);
        }
    }

    private void move(Poller poller) {
        try {
            Posix.nonBlocking(pipe.number());
            transfer.run(poller, pipe.number());
            done.complete(null);
        } catch (InterruptedException e) {
            done.complete(null);
        } catch (IOException | RuntimeException e) {
            if (interrupted) {
                done.complete(null); // what an interrupted stream throws is its own affair
            } else {
                done.completeExceptionally(e);
            }
        }
    }

    /** It was never started. */
    void abandon() {
        pipe.close();
        done.complete(null);
    }

    private static void feed(Poller poller, InputStream source, int fd)
            throws IOException, InterruptedException {
        byte[] bytes = new byte[BUFFER];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            for (int count; (count = source.read(bytes)) >= 0; ) {
                MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, count);
                if (!write(poller, fd, buffer, count)) {
                    return;
                }
            }
        }
    }

    /** Writes all of it; false if the guest has ended. */
    static boolean write(Poller poller, int fd, MemorySegment buffer, int count)
            throws IOException, InterruptedException {
        long sent = 0;
        while (sent < count) {
            long n;
            try {
                n = Posix.write(fd, buffer.asSlice(sent), count - sent);
            } catch (Posix.ErrnoException e) {
                if (e.errno() == Posix.EPIPE) {
                    return false;
                }
                throw e;
            }
            if (n == -Posix.EAGAIN) {
                poller.await(fd, Posix.EPOLLOUT);
            } else {
                sent += n;
            }
        }
        return true;
    }

    private static void drain(Poller poller, int fd, OutputStream sink)
            throws IOException, InterruptedException {
        byte[] bytes = new byte[BUFFER];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            for (; ; ) {
                long n = Posix.read(fd, buffer, BUFFER);
                if (n == 0) {
                    sink.flush();
                    return;
                }
                if (n == -Posix.EAGAIN) {
                    sink.flush();
                    poller.await(fd, Posix.EPOLLIN);
                } else {
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) n);
                    sink.write(bytes, 0, (int) n);
                }
            }
        }
    }
}
