package io.zerocloud.network;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/**
 * Bytes in the order they came, in one array that grows with what it holds: a writer that sends
 * single bytes takes no more memory than one that sends blocks. Not for several threads at once.
 */
final class ByteRing {
    private static final int LEAST = 4 << 10;

    private final int most;
    private byte[] bytes = new byte[0];
    private int head;
    private int size;

    /**
     * @param most bytes it may ever hold
     */
    ByteRing(int most) {
        this.most = most;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Appends; the caller has seen to it that there is room. */
    void add(Buffer more) {
        int length = more.length();
        if (length > most - size) {
            throw new IllegalStateException(size + " and " + length + " bytes of " + most);
        }
        if (length > bytes.length - size) {
            grow(size + length);
        }
        int tail = (int) (((long) head + size) % bytes.length);
        int first = Math.min(length, bytes.length - tail);
        more.getBytes(0, first, bytes, tail);
        more.getBytes(first, length, bytes, 0);
        size += length;
    }

    /** Takes out as many bytes as {@code into} has room for; how many. */
    int take(ByteBuffer into) {
        int length = Math.min(into.remaining(), size);
        copy(into, length);
        size -= length;
        head = size == 0 ? 0 : (int) (((long) head + length) % bytes.length);
        return length;
    }

    void clear() {
        bytes = new byte[0];
        head = 0;
        size = 0;
    }

    private void grow(int needed) {
        long twice = Math.max(LEAST, 2L * bytes.length);
        byte[] larger = new byte[(int) Math.min(most, Math.max(needed, twice))];
        copy(ByteBuffer.wrap(larger), size);
        bytes = larger;
        head = 0;
    }

    private void copy(ByteBuffer into, int length) {
        int first = Math.min(length, bytes.length - head);
        into.put(bytes, head, first).put(bytes, 0, length - first);
    }
}
