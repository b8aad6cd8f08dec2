package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Platform threads for system calls on files: they would hold the carrier of a virtual thread for
 * as long as a disk takes. Its queue is as long as there are requests at work, which is limited.
 */
final class DiskPool implements AutoCloseable {
    private static final int THREADS = 24;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().name("store-disk-", 0).daemon().factory());

    /** Runs it on a thread of the pool and waits for it. Not to be called from such a thread. */
    <T> T call(Callable<T> work) throws IOException {
        return await(start(work));
    }

    <T> Future<T> start(Callable<T> work) throws IOException {
        try {
            return threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw new IOException("the store is closed", e);
        }
    }

    static <T> T await(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("waiting for the disk: interrupted", e);
        } catch (CancellationException e) {
            throw new IOException("waiting for the disk: the store is closed", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException io) {
                throw io;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IOException(e);
        }
    }

    /** Runs all at once and waits for all; what they throw is given back in their places. */
    <T> List<Outcome<T>> callAll(List<Callable<T>> works) throws IOException {
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<T> work : works) {
            futures.add(start(work));
        }
        List<Outcome<T>> outcomes = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                outcomes.add(new Outcome.Done<>(await(future)));
            } catch (IOException e) {
                outcomes.add(new Outcome.Failed<>(e));
            }
        }
        return outcomes;
    }

    /** How one of several ended. */
    sealed interface Outcome<T> {
        record Done<T>(T value) implements Outcome<T> {}

        record Failed<T>(IOException cause) implements Outcome<T> {}
    }

    @Override
    public void close() {
        threads.close();
    }
}
