package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An open regular file whose descriptor can be handed to a worker. Symbolic links and anything but
 * regular files are refused at opening. Closing is idempotent.
 *
 * <p>Reads here are positional and leave no state; they block for as long as the disk does.
 */
public final class OpenFile implements AutoCloseable {
    private final Descriptor descriptor;
    private final boolean writable;
    private final boolean sealed;

    private OpenFile(Descriptor descriptor, boolean writable) {
        this(descriptor, writable, false);
    }

    private OpenFile(Descriptor descriptor, boolean writable, boolean sealed) {
        this.descriptor = descriptor;
        this.writable = writable;
        this.sealed = sealed;
    }

    /**
     * Opens a file for reading.
     *
     * @throws IOException if it cannot be opened, is a symbolic link or not a regular file
     */
    public static OpenFile readOnly(Path path) throws IOException {
        return regular(path, Posix.O_RDONLY, false);
    }

    /** Opens an existing file for reading and writing; otherwise as {@link #readOnly}. */
    public static OpenFile readWrite(Path path) throws IOException {
        return regular(path, Posix.O_RDWR, true);
    }

    /**
     * A new, empty, nameless file for reading and writing that vanishes when the last descriptor is
     * closed.
     *
     * @param directory on a file system that knows O_TMPFILE (ext4, xfs, btrfs, tmpfs, overlay)
     */
    public static OpenFile spool(Path directory) throws IOException {
        return new OpenFile(
                Posix.open(directory.toString(), Posix.O_RDWR | Posix.O_TMPFILE, 0600), true);
    }

    /** As {@link #spool}, in memory: its bytes count as memory of the machine. */
    public static OpenFile memory() throws IOException {
        return new OpenFile(Posix.memoryFile("zerocloud-spool"), true);
    }

    /** A read-only file in memory with the given bytes. */
    public static OpenFile of(byte[] bytes) throws IOException {
        Descriptor file = Posix.memoryFile("zerocloud-bytes");
        try (Arena arena = Arena.ofConfined()) {
            Posix.pwriteFully(file.number(), arena.allocateFrom(JAVA_BYTE, bytes), 0);
            Posix.fcntl(file.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_ALL);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return new OpenFile(file, false, true);
    }

    /**
     * A read-only use of a file that someone else opened and checked, such as an object on a
     * storage node's disk: a descriptor of our own on the same open file. Reads are positional, so
     * the two do not disturb each other.
     *
     * @param number a descriptor of this process; stays the caller's
     * @throws IOException if it is not open or not a regular file
     */
    public static OpenFile duplicate(int number) throws IOException {
        Descriptor file = Posix.duplicate(number);
        try {
            if (!Posix.stat(file.number()).regular()) {
                throw new IOException("descriptor " + number + " is not a regular file");
            }
            return new OpenFile(file, false);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Bytes that the file has now. */
    public long size() {
        try (Descriptor held = descriptor.share()) {
            return Posix.stat(held.number()).size();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public boolean writable() {
        return writable;
    }

    /** Whether the kernel lets nobody change its bytes. */
    boolean sealed() {
        return sealed;
    }

    /**
     * Reads at an offset.
     *
     * @return bytes read, 0 at the end
     * @throws IllegalStateException if it has been closed
     */
    public int read(byte[] buffer, int from, int length, long offset) throws IOException {
        Objects.checkFromIndexSize(from, length, buffer.length);
        try (Descriptor held = descriptor.share();
                Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(Math.max(length, 1));
            int count = (int) Posix.pread(held.number(), segment, length, offset);
            MemorySegment.copy(segment, JAVA_BYTE, 0, buffer, from, count);
            return count;
        }
    }

    /** A new stream from the file's beginning to its end; closing it does not close the file. */
    public InputStream newInputStream() {
        return new InputStream() {
            private long position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                int count = OpenFile.this.read(buffer, from, length, position);
                position += count;
                return count == 0 ? -1 : count;
            }
        };
    }

    Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static OpenFile regular(Path path, int flags, boolean writable) throws IOException {
        // Without O_NONBLOCK the open of a FIFO would wait for a writer before fstat can refuse it.
        Descriptor file =
                Posix.open(path.toString(), flags | Posix.O_NOFOLLOW | Posix.O_NONBLOCK, 0);
        try {
            if (!Posix.stat(file.number()).regular()) {
                throw new IOException(path + " is not a regular file");
            }
            return new OpenFile(file, writable);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }
}
