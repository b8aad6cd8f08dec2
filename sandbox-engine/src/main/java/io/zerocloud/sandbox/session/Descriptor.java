package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A file descriptor of this process with one owner; closing it twice closes it once. */
final class Descriptor implements AutoCloseable {
    private static final int CLOSED = -1;
    private final AtomicInteger number;

    Descriptor(int number) {
        this.number = new AtomicInteger(number);
    }

    /**
     * The kernel's number.
     *
     * @throws IllegalStateException if it has been closed
     */
    int number() {
        int fd = number.get();
        if (fd == CLOSED) {
            throw new IllegalStateException("the descriptor has been closed");
        }
        return fd;
    }

    boolean isOpen() {
        return number.get() != CLOSED;
    }

    /** Gives the descriptor to a new owner; this object is closed then. */
    Descriptor take() {
        int fd = number.getAndSet(CLOSED);
        if (fd == CLOSED) {
            throw new IllegalStateException("the descriptor has been closed");
        }
        return new Descriptor(fd);
    }

    @Override
    public void close() {
        int fd = number.getAndSet(CLOSED);
        if (fd != CLOSED) {
            try {
                Posix.close(fd);
            } catch (IOException e) {
                // Linux frees the number whatever close says; writes report their errors
                // themselves.
            }
        }
    }
}
