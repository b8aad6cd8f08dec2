package io.zerocloud.swift.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * An open Linux file descriptor of a regular file, with what {@code java.nio} hides: its number,
 * and extended attributes of that very descriptor.
 *
 * <p>Why not {@code UserDefinedFileAttributeView}: it opens the path again for every call. Swift
 * replaces and removes files at any moment, so metadata read by path could belong to another
 * version than the bytes behind the descriptor that a guest is given. Here the metadata, the length
 * and the bytes come from one inode, whatever happens to the name.
 *
 * <p>One owner at a time; not for use by several threads at once.
 */
public final class Descriptor implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    // Keeps open() from hanging on a FIFO that somebody put in place of a file.
    private static final int O_NONBLOCK = 0x800;
    private static final int O_NOFOLLOW = 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_TYPE_SIZE_INO = 0x1 | 0x100 | 0x200;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;

    private static final int ENOENT = 2;
    private static final int EEXIST = 17;
    private static final int ERANGE = 34;
    private static final int ENODATA = 61;
    private static final int EOPNOTSUPP = 95;

    /** The kernel's XATTR_SIZE_MAX: bytes that one attribute can hold. */
    static final int MAX_ATTRIBUTE = 65536;

    private final Path path;
    private final int number;
    private final long length;
    private boolean open = true;

    private Descriptor(Path path, int number) throws IOException {
        this.path = path;
        this.number = number;
        try {
            this.length = lengthOfRegularFile();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens an existing regular file for reading; never follows a symbolic link in the last place.
     *
     * @throws NoSuchFileException if there is none
     * @throws IOException if it is no regular file, a symbolic link, or not readable
     */
    public static Descriptor open(Path path) throws IOException {
        return open(path, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0);
    }

    /** Opens an existing regular file for reading and writing, as {@link #open}. */
    public static Descriptor openForWriting(Path path) throws IOException {
        return open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0);
    }

    /**
     * Makes a new empty file and opens it for reading and writing.
     *
     * @param mode permission bits, less the process's umask
     * @throws FileAlreadyExistsException if anything of that name exists
     */
    public static Descriptor create(Path path, int mode) throws IOException {
        return open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    }

    private static Descriptor open(Path path, int flags, int mode) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            int number = (int) OPEN.invokeExact(state, name, flags, mode);
            if (number < 0) {
                throw failure("open", path, errno(state));
            }
            return new Descriptor(path, number);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * The descriptor's number, to be passed on to another process or call; valid until {@link
     * #close}, which stays the owner's duty.
     */
    public int number() {
        requireOpen();
        return number;
    }

    /** Bytes in the file when it was opened. */
    public long length() {
        return length;
    }

    /** The name it was opened by, for messages; the file there may be another by now. */
    public Path path() {
        return path;
    }

    /**
     * A channel of its own on the same file (the inode, whatever the name leads to now).
     *
     * @param options none for reading; the descriptor's own rights are the upper bound
     * @return owned by the caller, independent of this descriptor's closing
     */
    public FileChannel channel(OpenOption... options) throws IOException {
        OpenOption[] wanted =
                options.length == 0 ? new OpenOption[] {StandardOpenOption.READ} : options;
        return FileChannel.open(Path.of("/proc/self/fd/" + number()), wanted);
    }

    /**
     * The value of an extended attribute.
     *
     * @param name with its name space: {@code user.swift.metadata}
     * @return empty if the file has none of that name
     * @throws UnsupportedAttributesException if the file system has no extended attributes
     */
    public Optional<byte[]> attribute(String name) throws IOException {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            // Nearly all metadata fits the small buffer; the large one costs a page clear of 64
            // KiB.
            for (int size : new int[] {4096, MAX_ATTRIBUTE}) {
                MemorySegment state = arena.allocate(CALL_STATE);
                MemorySegment buffer = arena.allocate(size);
                MemorySegment key = arena.allocateFrom(name);
                long got = (long) GETXATTR.invokeExact(state, number, key, buffer, (long) size);
                if (got >= 0) {
                    return Optional.of(buffer.asSlice(0, got).toArray(JAVA_BYTE));
                }
                int errno = errno(state);
                if (errno == ENODATA) {
                    return Optional.empty();
                }
                if (errno != ERANGE) {
                    throw failure("fgetxattr " + name, path, errno);
                }
            }
            throw failure("fgetxattr " + name, path, ERANGE);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Sets an extended attribute, replacing the old value.
     *
     * @throws UnsupportedAttributesException if the file system has no extended attributes
     * @throws IOException also if the value is larger than the file system takes (ext4: about one
     *     block for all attributes together)
     */
    public void setAttribute(String name, byte[] value) throws IOException {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment key = arena.allocateFrom(name);
            MemorySegment bytes = arena.allocate(Math.max(1, value.length));
            MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
            int result =
                    (int) SETXATTR.invokeExact(state, number, key, bytes, (long) value.length, 0);
            if (result != 0) {
                throw failure("fsetxattr " + name, path, errno(state));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns when bytes, length and extended attributes are on stable storage. */
    public void sync() throws IOException {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = (int) FSYNC.invokeExact(state, number);
            if (result != 0) {
                throw failure("fsync", path, errno(state));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Gives the number back to the system; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!open) {
            return;
        }
        open = false;
        try (Arena arena = Arena.ofConfined()) {
            // Linux frees the number whatever close() answers; nothing could be done about it.
            int ignored = (int) CLOSE.invokeExact(arena.allocate(CALL_STATE), number);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public String toString() {
        return "descriptor " + number + " of " + path;
    }

    private synchronized void requireOpen() {
        if (!open) {
            throw new IllegalStateException(this + ": closed");
        }
    }

    private long lengthOfRegularFile() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment statx = arena.allocate(256);
            MemorySegment empty = arena.allocateFrom("");
            int result =
                    (int)
                            STATX.invokeExact(
                                    state,
                                    number,
                                    empty,
                                    AT_EMPTY_PATH,
                                    STATX_TYPE_SIZE_INO,
                                    statx);
            if (result != 0) {
                throw failure("statx", path, errno(state));
            }
            // struct statx is the same on every architecture: stx_mode at 28, stx_size at 40.
            int mode = Short.toUnsignedInt(statx.get(JAVA_SHORT, 28));
            if ((mode & S_IFMT) != S_IFREG) {
                throw new IOException(path + ": is not a regular file");
            }
            return statx.get(JAVA_LONG, 40);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IOException failure(String call, Path path, int errno) {
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(path.toString());
            case EEXIST -> new FileAlreadyExistsException(path.toString());
            case EOPNOTSUPP -> new UnsupportedAttributesException(path);
            default -> new IOException(path + ": " + call + ": " + errorName(errno));
        };
    }

    private static String errorName(int errno) {
        return switch (errno) {
            case 5 -> "EIO";
            case 7 -> "E2BIG";
            case 13 -> "EACCES";
            case 20 -> "ENOTDIR";
            case 24 -> "EMFILE";
            case 28 -> "ENOSPC";
            case 30 -> "EROFS";
            case ERANGE -> "ERANGE";
            case 40 -> "ELOOP (a symbolic link)";
            case 122 -> "EDQUOT";
            default -> "errno " + errno;
        };
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("a foreign call throws nothing of its own", e);
    }

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            withErrno(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle STATX =
            withErrno(
                    "statx",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle GETXATTR =
            withErrno(
                    "fgetxattr",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle SETXATTR =
            withErrno(
                    "fsetxattr",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FSYNC =
            withErrno("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            withErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    @SuppressWarnings("restricted") // six libc functions with the types of their manual pages
    private static MethodHandle withErrno(
            String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, all);
    }
}
