package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for descriptors on one platform thread (epoll), so that no virtual thread ever blocks in
 * the kernel. Callbacks run on that thread and must not wait.
 *
 * <p>Level-triggered. An event may reach a descriptor that was closed and opened anew meanwhile, so
 * every callback copes with nothing being there.
 */
final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
    private static final int BATCH = 64;

    private final Descriptor epoll;
    private final Descriptor wakeUp;
    private final ConcurrentHashMap<Integer, Runnable> callbacks = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    Poller(String name) throws IOException {
        epoll = Posix.epoll();
        wakeUp = Posix.eventCounter();
        callbacks.put(wakeUp.number(), this::readWakeUp);
        Posix.epollControl(epoll.number(), Posix.EPOLL_CTL_ADD, wakeUp.number(), Posix.EPOLLIN);
        thread = Thread.ofPlatform().daemon().name(name).start(this::loop);
    }

    /**
     * Runs {@code callback} whenever {@code fd} can be read or has been closed at its other end.
     */
    void watch(int fd, Runnable callback) throws IOException {
        callbacks.put(fd, callback);
        try {
            Posix.epollControl(epoll.number(), Posix.EPOLL_CTL_ADD, fd, Posix.EPOLLIN);
        } catch (IOException e) {
            callbacks.remove(fd, callback);
            throw e;
        }
    }

    /** Ends a {@link #watch}; to be called before the descriptor is closed. */
    void forget(int fd) {
        callbacks.remove(fd);
        try {
            Posix.epollControl(epoll.number(), Posix.EPOLL_CTL_DEL, fd, 0);
        } catch (IOException | IllegalStateException e) {
            LOG.trace("descriptor {} was not watched", fd, e);
        }
    }

    /**
     * Parks the calling thread until {@code fd} can be read or written, or the thread is
     * interrupted. One thread a descriptor.
     *
     * @param events {@link Posix#EPOLLIN} or {@link Posix#EPOLLOUT}
     */
    void await(int fd, int events) throws IOException, InterruptedException {
        Thread waiter = Thread.currentThread();
        AtomicBoolean ready = new AtomicBoolean();
        callbacks.put(
                fd,
                () -> {
                    ready.set(true);
                    LockSupport.unpark(waiter);
                });
        Posix.epollControl(epoll.number(), Posix.EPOLL_CTL_ADD, fd, events | Posix.EPOLLONESHOT);
        try {
            while (!ready.get()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.park(this);
            }
        } finally {
            forget(fd);
        }
    }

    /** As {@link #await} for writing, of a descriptor that is also being watched. */
    void awaitWritableWatched(int fd) throws IOException, InterruptedException {
        try (Descriptor copy = new Descriptor(Posix.fcntl(fd, Posix.F_DUPFD_CLOEXEC, 0))) {
            await(copy.number(), Posix.EPOLLOUT);
        }
    }

    /**
     * Runs {@code task} between two callbacks, for what only their thread may touch, and waits
     * until it has run.
     */
    void runBetweenCallbacks(Runnable task) {
        if (Thread.currentThread() == thread) {
            task.run();
            return;
        }
        FutureTask<?> future = new FutureTask<>(task, null);
        tasks.add(future);
        boolean interrupted = false;
        try {
            wake();
            while (!future.isDone()) {
                if (!thread.isAlive()) {
                    runTasks();
                }
                try {
                    future.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    LOG.debug("the poller is busy");
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void wake() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Posix.write(wakeUp.number(), arena.allocateFrom(JAVA_LONG, 1), 8);
        }
    }

    private void runTasks() {
        for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Stops the thread and waits for it. */
    @Override
    public void close() {
        closed = true;
        try {
            wake();
            thread.join();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        epoll.close();
        wakeUp.close();
    }

    private void loop() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate(12L * BATCH, 8);
            while (!closed) {
                runTasks();
                int count = Posix.epollWait(epoll.number(), events);
                for (int i = 0; i < count && !closed; i++) {
                    Runnable callback =
                            callbacks.get(events.get(JAVA_INT.withByteAlignment(4), 12L * i + 4));
                    if (callback != null) {
                        run(callback);
                    }
                }
            }
        } catch (IOException e) {
            LOG.error("the poller of the sandbox engine stopped", e);
        }
    }

    private void readWakeUp() {
        try (Arena arena = Arena.ofConfined()) {
            Posix.read(wakeUp.number(), arena.allocate(JAVA_LONG), 8);
        } catch (IOException e) {
            LOG.error("cannot read the poller's wake-up", e);
        }
    }

    private static void run(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.error("a callback of the sandbox engine failed", e);
        }
    }
}
