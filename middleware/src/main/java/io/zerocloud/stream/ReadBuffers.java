package io.zerocloud.stream;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Memory that large reads from sockets fill and that writes to other sockets empty, without a copy
 * between. Vert.x copies what it reads from pools of its own to the heap, since nobody could tell
 * when it may be used again; and Netty copies it back to write it.
 *
 * <p>Whoever has seen the last of a buffer gives it back by {@link #release}; from then on its
 * bytes are another's. What is never released (its connection broke, nobody wanted it) is no leak:
 * the collector frees it. Reads below {@link #SIZE} are Vert.x's as ever, so a peer that trickles
 * pins no more than he sends.
 */
public final class ReadBuffers extends AbstractByteBufAllocator {
    /** Bytes of a large read: few, large steps are what makes a relay cheap. */
    public static final int SIZE = 256 * 1024;

    /** Kept for reuse, the last used first, while it is in the processor's caches. */
    private static final int KEPT = 64;

    private static final ReadBuffers ALL = new ReadBuffers(ByteBufAllocator.DEFAULT);

    private final ByteBufAllocator others;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(KEPT);

    private ReadBuffers(ByteBufAllocator others) {
        super(true);
        this.others = others;
    }

    /** Lets a connection read in large steps. Its event loop calls this when it is made. */
    public static void use(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            Channel channel = base.channel();
            AdaptiveRecvByteBufAllocator sizes = new AdaptiveRecvByteBufAllocator(2048, 8192, SIZE);
            sizes.maxMessagesPerRead(2);
            channel.config().setRecvByteBufAllocator(sizes).setAllocator(ALL);
        }
    }

    /**
     * Gives a buffer's memory back, if it came from here; to be called once, by whoever is the last
     * to look at it.
     */
    public static void release(Buffer buffer) {
        if (buffer instanceof BufferInternal internal) {
            ByteBuf bytes = internal.getByteBuf();
            if (bytes.alloc() == ALL) {
                // Vert.x hides the count of what is not its own behind one wrapper.
                bytes.unwrap().release();
            }
        }
    }

    /** Buffers that wait for their next use. */
    static int idle() {
        synchronized (ALL.free) {
            return ALL.free.size();
        }
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return others.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return initialCapacity == SIZE
                ? new Large(this, take(), maxCapacity)
                : others.directBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    private ByteBuffer take() {
        ByteBuffer memory;
        synchronized (free) {
            memory = free.pollFirst();
        }
        return memory == null ? ByteBuffer.allocateDirect(SIZE) : memory;
    }

    private void give(ByteBuffer memory) {
        synchronized (free) {
            if (free.size() < KEPT) {
                free.addFirst(memory);
            }
        }
    }

    /** One large read. */
    private static final class Large extends UnpooledDirectByteBuf {
        private final ReadBuffers owner;
        private final ByteBuffer memory;

        Large(ReadBuffers owner, ByteBuffer memory, int maxCapacity) {
            super(owner, memory, maxCapacity);
            this.owner = owner;
            this.memory = memory;
            clear();
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            owner.give(memory);
        }
    }
}
