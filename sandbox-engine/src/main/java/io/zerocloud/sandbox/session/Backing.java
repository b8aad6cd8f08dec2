package io.zerocloud.sandbox.session;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * What stands behind a channel. Which backing goes with which {@link ChannelType} and direction is
 * the channel matrix in docs/reference/engine.md, enforced by {@link Engine#start}:
 *
 * <pre>
 *                    0 sequential   1 append       2 random write   3 random
 *  FileRegion        read           read           read             read
 *  WritableFile      write          write, both    write            write, both
 *  FromStream        read           -              read             -
 *  ToStream          write          write          -                -
 *  LinkEnd           read or write  write          read             -
 *  Nothing           any            any            any              any
 * </pre>
 *
 * <p>"both" is reading and writing in one channel.
 */
public sealed interface Backing {
    /**
     * Bytes {@code offset} to {@code offset + length} of a file, read-only. The guest sees a
     * channel of {@code length} bytes. The worker gets its own descriptor during {@link
     * Engine#start}; the caller keeps the file and may close it as soon as start has returned, or
     * share it between sessions.
     *
     * <p>The file may be renamed, replaced or removed meanwhile. If bytes are written to it or cut
     * off, the session ends with {@link Outcome.ChannelFailed}.
     *
     * @param offset 0 or more
     * @param length 0 or more; the region lies inside the file
     */
    record FileRegion(OpenFile file, long offset, long length) implements Backing {
        public FileRegion {
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException(
                        "file region " + offset + "+" + length + " is not a range of a file");
            }
        }

        /** The whole file as it is now. */
        public static FileRegion whole(OpenFile file) {
            return new FileRegion(file, 0, file.size());
        }
    }

    /**
     * A file that the guest writes, and reads if the channel's limits say so: a private spool
     * ({@link OpenFile#spool}) or a file opened by {@link OpenFile#readWrite}. A write-only channel
     * of types 0 and 2 truncates it at the start, as does a write-only channel of type 3; type 1
     * starts at its end. The caller keeps the file, and reads it after the session.
     */
    record WritableFile(OpenFile file) implements Backing {}

    /**
     * Bytes that the engine reads from {@code source} on a virtual thread of its own, no faster
     * than the guest takes them (about 64 KiB ahead). End of stream is the guest's end of file; an
     * exception ends the session with {@link Outcome.ChannelFailed}. The engine never closes the
     * stream; it interrupts a read that is still waiting when the session ends.
     */
    record FromStream(InputStream source) implements Backing {}

    /**
     * Bytes of the guest, written to {@code sink} on a virtual thread of the engine; a slow sink
     * makes the guest wait. All bytes have been written and flushed when the report is there. An
     * exception ends the session with {@link Outcome.ChannelFailed}. The engine never closes the
     * stream.
     *
     * <p>Channels of one session with the same sink share a pipe, so that their bytes arrive in the
     * order in which the guest wrote them.
     */
    record ToStream(OutputStream sink) implements Backing {}

    /**
     * One end of a {@link Link} to another session on this machine, or {@link Link#standardInput}:
     * the kernel's pipe, no copy in this process. Start takes the end over: it serves one session.
     */
    record LinkEnd(Link.End end) implements Backing {}

    /** Reads give end of file, writes are counted and dropped (the host's /dev/null). */
    record Nothing() implements Backing {}
}
