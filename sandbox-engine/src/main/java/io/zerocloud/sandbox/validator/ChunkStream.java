package io.zerocloud.sandbox.validator;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Validates many pieces of code given in one stream, for fuzzers and test suites.
 *
 * <p>Input: (length as 32 bits, little endian; that many bytes)*. Output, for each chunk in order,
 * one line: {@code V}, or {@code I} and for each violation a blank and {@code offset:REASON}, the
 * offset decimal, counted from the chunk's first byte. A chunk is code for address 0x20000, padded
 * with nops to whole bundles. Output is written at the latest when no more input is there, so that
 * a caller may wait for each answer.
 */
public final class ChunkStream {
    /** Longest chunk in bytes. */
    public static final int MAX_CHUNK = 16 << 20;

    private static final long ADDRESS = 0x20000;
    private static final byte NOP = (byte) 0x90;
    private static final int BUFFER = 1 << 16;

    private final Validator validator;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] input = new byte[BUFFER];
    private final byte[] output = new byte[BUFFER];
    private byte[] chunk = new byte[BUFFER];
    private int read;
    private int filled;
    private int written;

    /** Neither stream is closed. */
    public ChunkStream(Validator validator, InputStream in, OutputStream out) {
        this.validator = validator;
        this.in = in;
        this.out = out;
    }

    /**
     * Answers until the input ends.
     *
     * @return the number of chunks
     * @throws EOFException if it ends inside a chunk
     * @throws IOException if a chunk is longer than {@link #MAX_CHUNK}, or as the streams do
     */
    public long run() throws IOException {
        long count = 0;
        for (int first = next(); first >= 0; first = next()) {
            int length = first | (need() << 8) | (need() << 16) | (need() << 24);
            if (length < 0 || length > MAX_CHUNK) {
                flush();
                throw new IOException(
                        "chunk "
                                + count
                                + " has length "
                                + Integer.toUnsignedString(length)
                                + ", at most "
                                + MAX_CHUNK
                                + " is allowed");
            }
            answer(length);
            count++;
        }
        flush();
        return count;
    }

    private void answer(int length) throws IOException {
        int padded = (length + Validator.BUNDLE - 1) & -Validator.BUNDLE;
        if (padded > chunk.length) {
            chunk = new byte[Math.max(padded, Math.min(MAX_CHUNK, 2 * chunk.length))];
        }
        copy(length);
        Arrays.fill(chunk, length, padded, NOP);
        Verdict verdict = validator.validate(chunk, 0, padded, ADDRESS);
        if (verdict.accepted()) {
            write('V');
        } else {
            write('I');
            for (Violation violation : verdict.violations()) {
                String text = " " + violation.offset() + ":" + violation.reason();
                for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
                    write(b);
                }
            }
        }
        write('\n');
    }

    private void copy(int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (read == filled && !fill()) {
                throw new EOFException("the input ends inside a chunk of " + length + " bytes");
            }
            int part = Math.min(length - done, filled - read);
            System.arraycopy(input, read, chunk, done, part);
            read += part;
            done += part;
        }
    }

    private int need() throws IOException {
        int b = next();
        if (b < 0) {
            flush();
            throw new EOFException("the input ends inside the length of a chunk");
        }
        return b;
    }

    private int next() throws IOException {
        return read == filled && !fill() ? -1 : input[read++] & 0xFF;
    }

    private boolean fill() throws IOException {
        if (in.available() == 0) {
            flush();
        }
        read = 0;
        filled = Math.max(0, in.read(input, 0, input.length));
        return filled > 0;
    }

    private void write(int b) throws IOException {
        if (written == output.length) {
            out.write(output, 0, written);
            written = 0;
        }
        output[written++] = (byte) b;
    }

    private void flush() throws IOException {
        out.write(output, 0, written);
        written = 0;
        out.flush();
    }
}
