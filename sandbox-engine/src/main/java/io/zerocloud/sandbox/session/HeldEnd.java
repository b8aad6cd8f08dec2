package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * One end of a {@link Link} that this process holds, while a session has the other: how a relay
 * carries a channel to another machine. What the guest sees is the kernel's pipe: closing a reading
 * end gives it -EPIPE, closing a writing end gives it end of file once it has read the rest.
 *
 * <p>For one thread: the one that takes it waits on it, without blocking a carrier thread, and
 * closes it. To stop it from outside, interrupt that thread.
 */
public final class HeldEnd implements AutoCloseable {
    /** What the kernel moves at once: a pipe's default buffer. */
    public static final int STEP = 64 << 10;

    private final Poller poller;
    private final Descriptor pipe;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(STEP);

    private HeldEnd(Poller poller, Descriptor pipe) {
        this.poller = poller;
        this.pipe = pipe;
    }

    /** For the calling thread. */
    static HeldEnd of(Poller poller, Link.End end) throws IOException {
        Descriptor pipe = end.descriptor().take();
        try {
            Posix.nonBlocking(pipe.number());
            return new HeldEnd(poller, pipe);
        } catch (IOException | RuntimeException e) {
            pipe.close();
            throw e;
        }
    }

    /**
     * Reads at least one byte, waiting for it.
     *
     * @return how many bytes, at most {@link #STEP}; -1 once the writing session has ended and all
     *     was read
     */
    public int read(byte[] into, int offset, int length) throws IOException, InterruptedException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int most = Math.min(length, STEP);
        while (true) {
            long n = Posix.read(pipe.number(), buffer, most);
            if (n == -Posix.EAGAIN) {
                poller.await(pipe.number(), Posix.EPOLLIN);
            } else if (n == 0) {
                return -1;
            } else {
                MemorySegment.copy(
                        buffer, ValueLayout.JAVA_BYTE, 0, into, offset, Math.toIntExact(n));
                return Math.toIntExact(n);
            }
        }
    }

    /**
     * Writes all bytes, waiting as long as the guest does not take them.
     *
     * @return false once the reading session has ended; bytes may be lost then
     */
    public boolean write(byte[] from, int offset, int length)
            throws IOException, InterruptedException {
        Objects.checkFromIndexSize(offset, length, from.length);
        int done = 0;
        while (done < length) {
            int step = Math.min(length - done, STEP);
            MemorySegment.copy(from, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, step);
            if (!Pump.write(poller, pipe.number(), buffer, step)) {
                return false;
            }
            done += step;
        }
        return true;
    }

    @Override
    public void close() {
        pipe.close();
        arena.close();
    }
}
