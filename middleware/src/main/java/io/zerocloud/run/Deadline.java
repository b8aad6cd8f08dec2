package io.zerocloud.run;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A body that must have come by a certain time, however steadily it trickles. */
final class Deadline extends FilterInputStream {
    private final long end;
    private final Duration allowed;

    Deadline(InputStream body, Duration allowed) {
        super(body);
        this.end = System.nanoTime() + allowed.toNanos();
        this.allowed = allowed;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = super.read(into, offset, length);
        check();
        return n;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        check();
        return b;
    }

    private void check() throws SocketTimeoutException {
        if (System.nanoTime() - end > 0) {
            throw new SocketTimeoutException(
                    "the body took longer than " + allowed.toSeconds() + " s");
        }
    }
}
