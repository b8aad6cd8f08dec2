package io.zerocloud.node;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Keeps the last bytes of a stream: what a guest said on stderr before it failed. */
final class Tail extends OutputStream {
    /** As much as one answer repeats. */
    static final int BYTES = 8 * 1024;

    private final OutputStream also;
    private final byte[] ring = new byte[BYTES];
    private long count;

    /**
     * @param also gets everything as well
     */
    Tail(OutputStream also) {
        this.also = also;
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        int skipped = Math.max(0, length - BYTES);
        for (int i = skipped; i < length; i++) {
            ring[(int) ((count + i) % BYTES)] = from[offset + i];
        }
        count += length;
        also.write(from, offset, length);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void flush() throws IOException {
        also.flush();
    }

    /**
     * The last bytes as text, from the beginning of a line if they are not all; control characters
     * out.
     */
    synchronized String text() {
        int kept = (int) Math.min(count, BYTES);
        byte[] bytes = new byte[kept];
        for (int i = 0; i < kept; i++) {
            bytes[i] = ring[(int) ((count - kept + i) % BYTES)];
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (count > BYTES) {
            text = text.substring(text.indexOf('\n') + 1);
        }
        return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
    }
}
