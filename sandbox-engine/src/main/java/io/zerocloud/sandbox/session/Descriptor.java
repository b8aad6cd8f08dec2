package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor of this process with one owner; closing it twice closes it once. Whoever uses
 * the number while the owner may close it {@linkplain #share shares} it first: the kernel gives a
 * closed number to the next file, and a stale one would name that.
 */
final class Descriptor implements AutoCloseable {
    private final Open open;
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(int number) {
        this(new Open(number));
    }

    private Descriptor(Open open) {
        this.open = open;
    }

    /** The number in the kernel, closed with its last reference. */
    private static final class Open {
        final int number;
        final AtomicInteger references = new AtomicInteger(1);

        Open(int number) {
            this.number = number;
        }

        boolean retain() {
            return references.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
        }

        void release() {
            if (references.decrementAndGet() == 0) {
                try {
                    Posix.close(number);
                } catch (IOException e) {
                    // Linux frees the number whatever close says; writes report their errors
                    // themselves.
                }
            }
        }
    }

    /**
     * The kernel's number.
     *
     * @throws IllegalStateException if it has been closed
     */
    int number() {
        if (closed.get()) {
            throw closedAlready();
        }
        return open.number;
    }

    boolean isOpen() {
        return !closed.get();
    }

    /**
     * A second hold on the same number, which stays open until both are closed.
     *
     * @throws IllegalStateException if it has been closed
     */
    Descriptor share() {
        if (closed.get() || !open.retain()) {
            throw closedAlready();
        }
        return new Descriptor(open);
    }

    /** Gives the descriptor to a new owner; this object is closed then. */
    Descriptor take() {
        if (!closed.compareAndSet(false, true)) {
            throw closedAlready();
        }
        return new Descriptor(open);
    }

    @Override
    public void close() {
        var _ = closeOnce();
    }

    /** As {@link #close}; whether this was the call that closed it. */
    boolean closeOnce() {
        boolean first = closed.compareAndSet(false, true);
        if (first) {
            open.release();
        }
        return first;
    }

    private static IllegalStateException closedAlready() {
        return new IllegalStateException("the descriptor has been closed");
    }
}
