package io.zerocloud.sandbox.session;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Bytes that sessions, programs and templates take up, first come, first served. What is only kept
 * for later is given up before anybody waits.
 */
final class MemoryBudget {
    private final long total;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition released = lock.newCondition();
    private LongConsumer reclaim = bytes -> {};
    private long used;

    MemoryBudget(long total) {
        this.total = total;
    }

    /** Called without the lock with the bytes that are short; releases what it can do without. */
    void onShortage(LongConsumer reclaimer) {
        reclaim = reclaimer;
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
        long missing = used() + bytes - total;
        if (missing > 0) {
            reclaim.accept(missing);
        }
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

    /** Counts bytes that are in use already, as part of a reservation that will be released. */
    void keep(long bytes) {
        lock.lock();
        try {
            used += bytes;
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

    /** Bytes of memory that this machine has, or the container that this process runs in. */
    static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
