package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One end of a {@link Link} that this process holds, while a session has the other: how a relay
 * carries a channel to another machine. What the guest sees is the kernel's pipe: closing a reading
 * end gives it -EPIPE, closing a writing end gives it end of file once it has read the rest.
 *
 * <p>For one thread: the one that takes it waits on it, without blocking a carrier thread, and
 * closes it. To stop it from outside, interrupt that thread.
 */
public final class HeldEnd implements AutoCloseable {
    /** What is worth moving at once: a pipe's default buffer. */
    public static final int STEP = 64 << 10;

    private final Poller poller;
    private final Descriptor pipe;

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
     * @param into a direct buffer with room; its position moves on
     * @return how many bytes; -1 once the writing session has ended and all was read
     */
    public int read(ByteBuffer into) throws IOException, InterruptedException {
        MemorySegment memory = MemorySegment.ofBuffer(into);
        while (true) {
            long n = Posix.read(pipe.number(), memory, memory.byteSize());
            if (n == -Posix.EAGAIN) {
                poller.await(pipe.number(), Posix.EPOLLIN);
            } else if (n == 0) {
                return -1;
            } else {
                into.position(into.position() + Math.toIntExact(n));
                return Math.toIntExact(n);
            }
        }
    }

    /**
     * Writes all bytes, waiting as long as the guest does not take them.
     *
     * @param from a direct buffer; read between position and limit, which stay
     * @return false once the reading session has ended; bytes may be lost then
     */
    public boolean write(ByteBuffer from) throws IOException, InterruptedException {
        MemorySegment memory = MemorySegment.ofBuffer(from);
        return Pump.write(poller, pipe.number(), memory, Math.toIntExact(memory.byteSize()));
    }

    @Override
    public void close() {
        pipe.close();
    }
}
