package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes that sessions reserve before they start, first come, first served. */
final class MemoryBudget {
    private final long total;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition released = lock.newCondition();
    private long used;

    MemoryBudget(long total) {
        this.total = total;
    }

    /**
     * Reserves bytes, waiting for others to release theirs.
     *
     * @return whether they were reserved within the time
     */
    boolean reserve(long bytes, long nanos) throws InterruptedException {
        if (bytes > total) {
            return false;
        }
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (used + bytes > total) {
                if (left <= 0) {
                    return false;
                }
                left = released.awaitNanos(left);
            }
            used += bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release(long bytes) {
        lock.lock();
        try {
            used -= bytes;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }

    long total() {
        return total;
    }

    /** Bytes of memory that this machine has. */
    static long machineMemory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    String[] words = line.trim().split("\\s+");
                    return Long.parseLong(words[1]) * 1024;
                }
            }
        } catch (IOException e) {
            // Not Linux's /proc: the JVM's own limit is the best that is known.
        }
        return Runtime.getRuntime().maxMemory();
    }
}
