package io.zerocloud.sandbox.session;

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
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The system calls that Java's library does not have: passing descriptors, sealed memory files,
 * pipes, epoll. x86-64 Linux only, as the guests are.
 *
 * <p>None of these calls waits, {@link #epollWait} excepted, which only the poller's platform
 * thread makes. File opens may take as long as the disk does.
 */
final class Posix {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int EPIPE = 32;
    static final int ECONNRESET = 104;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_ACCMODE = 3;
    static final int O_CREAT = 0100;
    static final int O_NONBLOCK = 04000;
    static final int O_NOFOLLOW = 0400000;
    static final int O_CLOEXEC = 02000000;
    static final int O_TMPFILE = 020200000;

    static final int F_DUPFD_CLOEXEC = 1030;
    static final int F_SETFL = 4;
    static final int F_GETFL = 3;
    static final int F_ADD_SEALS = 1033;
    static final int F_SEAL_ALL = 0xf;
    static final int F_SEAL_SHRINK_GROW = 6;

    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    static final int EPOLLONESHOT = 1 << 30;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;

    /** Most descriptors that one message carries (the kernel's SCM_MAX_FD). */
    static final int MAX_DESCRIPTORS = 253;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = O_CLOEXEC;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_CTRUNC = 0x08;
    private static final int MFD_CLOEXEC_ALLOW_SEALING = 3;
    private static final int MFD_NOEXEC_SEAL = 8;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout ERRNO = Linker.Option.captureStateLayout();

    private static final MethodHandle OPEN =
            call("open", true, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PREAD =
            call(
                    "pread",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            call(
                    "pwrite",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            call("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle STATX =
            call(
                    "statx",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle FCNTL =
            call("fcntl", true, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle PIPE2 =
            call("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MEMFD_CREATE =
            call("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT =
            call("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            call(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SENDMSG =
            call("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVMSG =
            call("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle EPOLL_CREATE1 =
            call("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL =
            call(
                    "epoll_ctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EPOLL_WAIT =
            call(
                    "epoll_wait",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD =
            call("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle GETEUID = call("geteuid", FunctionDescriptor.of(JAVA_INT));

    private Posix() {}

    /** A failed system call. */
    static final class ErrnoException extends IOException {
        private static final long serialVersionUID = 1;
        private final int errno;

        ErrnoException(String call, int errno) {
            super(call + ": " + Errno.name(errno));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    /** Facts of fstat: length in bytes, time of the last write in nanoseconds since 1970. */
    record Stat(long size, long written, boolean regular) {}

    /**
     * What {@link #receive} got: length of the data and descriptors that now belong to the caller.
     */
    record Received(int length, List<Descriptor> descriptors) {}

    static Descriptor open(String path, int flags, int mode) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return new Descriptor(
                    checkInt(
                            "open " + path,
                            state -> (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC, mode)));
        }
    }

    static void close(int fd) throws IOException {
        checkInt("close", state -> (int) CLOSE.invokeExact(state, fd));
    }

    /** Bytes read, 0 at the end, or -EAGAIN. */
    static long read(int fd, MemorySegment buffer, long length) throws IOException {
        return again("read", state -> (long) READ.invokeExact(state, fd, buffer, length));
    }

    /** Bytes written or -EAGAIN. The JVM ignores SIGPIPE, so a closed pipe is EPIPE. */
    static long write(int fd, MemorySegment buffer, long length) throws IOException {
        return again("write", state -> (long) WRITE.invokeExact(state, fd, buffer, length));
    }

    static long pread(int fd, MemorySegment buffer, long length, long offset) throws IOException {
        return check("pread", state -> (long) PREAD.invokeExact(state, fd, buffer, length, offset));
    }

    static void pwriteFully(int fd, MemorySegment buffer, long offset) throws IOException {
        long done = 0;
        while (done < buffer.byteSize()) {
            MemorySegment rest = buffer.asSlice(done);
            long at = offset + done;
            done +=
                    check(
                            "pwrite",
                            state ->
                                    (long)
                                            PWRITE.invokeExact(
                                                    state, fd, rest, rest.byteSize(), at));
        }
    }

    static void truncate(int fd, long length) throws IOException {
        checkInt("ftruncate", state -> (int) FTRUNCATE.invokeExact(state, fd, length));
    }

    static Stat stat(int fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment empty = arena.allocateFrom("");
            MemorySegment statx = arena.allocate(256, 8);
            checkInt(
                    "statx",
                    state ->
                            (int)
                                    STATX.invokeExact(
                                            state, fd, empty, AT_EMPTY_PATH, STATX_BASIC, statx));
            int mode = Short.toUnsignedInt(statx.get(JAVA_SHORT, 28));
            long written = statx.get(JAVA_LONG, 112) * 1_000_000_000L + statx.get(JAVA_INT, 120);
            return new Stat(statx.get(JAVA_LONG, 40), written, (mode & 0170000) == 0100000);
        }
    }

    static int fcntl(int fd, int command, int argument) throws IOException {
        return checkInt("fcntl", state -> (int) FCNTL.invokeExact(state, fd, command, argument));
    }

    /** A second descriptor of an open file, for a new owner. */
    static Descriptor duplicate(int fd) throws IOException {
        return new Descriptor(fcntl(fd, F_DUPFD_CLOEXEC, 0));
    }

    static void nonBlocking(int fd) throws IOException {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
    }

    /** Read end, write end; both block. */
    static Descriptor[] pipe() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            checkInt("pipe2", state -> (int) PIPE2.invokeExact(state, ends, O_CLOEXEC));
            return new Descriptor[] {
                new Descriptor(ends.getAtIndex(JAVA_INT, 0)),
                new Descriptor(ends.getAtIndex(JAVA_INT, 1))
            };
        }
    }

    /** A memory file that can be sealed. */
    static Descriptor memoryFile(String name) throws IOException {
        try {
            // No host needs to run it as a program, and some forbid any that could be.
            return memoryFile(name, MFD_CLOEXEC_ALLOW_SEALING | MFD_NOEXEC_SEAL);
        } catch (ErrnoException e) {
            if (e.errno() != EINVAL) {
                throw e;
            }
            return memoryFile(name, MFD_CLOEXEC_ALLOW_SEALING); // before Linux 6.3
        }
    }

    private static Descriptor memoryFile(String name, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            return new Descriptor(
                    checkInt(
                            "memfd_create",
                            state -> (int) MEMFD_CREATE.invokeExact(state, text, flags)));
        }
    }

    /** Connects to a socket of packets. Returns at once: the supervisor's backlog holds it. */
    static Descriptor connect(String path) throws IOException {
        byte[] name = path.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (name.length > 107) {
            throw new IOException("socket path of " + name.length + " bytes, at most 107: " + path);
        }
        Descriptor socket =
                new Descriptor(
                        checkInt(
                                "socket",
                                state ->
                                        (int)
                                                SOCKET.invokeExact(
                                                        state,
                                                        AF_UNIX,
                                                        SOCK_SEQPACKET | SOCK_CLOEXEC,
                                                        0)));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(110, 8);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
            checkInt(
                    "connect " + path,
                    state -> (int) CONNECT.invokeExact(state, socket.number(), address, 110));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Effective user id of the process at the other end of a socket, when it began to listen. */
    static int peerUid(int fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(12, 4);
            MemorySegment length = arena.allocateFrom(JAVA_INT, 12);
            checkInt(
                    "getsockopt",
                    state ->
                            (int)
                                    GETSOCKOPT.invokeExact(
                                            state,
                                            fd,
                                            SOL_SOCKET,
                                            SO_PEERCRED,
                                            credentials,
                                            length));
            return credentials.get(JAVA_INT, 4);
        }
    }

    static int effectiveUid() {
        try {
            return checkInt("geteuid", state -> (int) GETEUID.invokeExact(state));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sends one packet with descriptors, without waiting.
     *
     * @return whether it was sent; false if the socket's buffer is full
     */
    static boolean send(int socket, MemorySegment data, int[] descriptors, int from, int count)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, data);
            if (count > 0) {
                long size = 16 + 4L * count;
                MemorySegment control = arena.allocate(size + 7 & ~7L, 8);
                control.set(JAVA_LONG, 0, size);
                control.set(JAVA_INT, 8, SOL_SOCKET);
                control.set(JAVA_INT, 12, SCM_RIGHTS);
                for (int i = 0; i < count; i++) {
                    control.set(JAVA_INT, 16 + 4L * i, descriptors[from + i]);
                }
                message.set(ADDRESS, 32, control);
                message.set(JAVA_LONG, 40, control.byteSize());
            }
            return again(
                            "sendmsg",
                            state ->
                                    (long)
                                            SENDMSG.invokeExact(
                                                    state,
                                                    socket,
                                                    message,
                                                    MSG_DONTWAIT | MSG_NOSIGNAL))
                    >= 0;
        }
    }

    /**
     * Receives one packet without waiting.
     *
     * @param descriptors most descriptors to expect
     * @return length -1 if there is none yet, 0 at the end of the connection
     * @throws IOException also if the packet did not fit or brought more descriptors
     */
    static Received receive(int socket, MemorySegment data, int descriptors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena, data);
            MemorySegment control =
                    arena.allocate(Math.max(16 + 4L * descriptors + 7 & ~7L, 24), 8);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, control.byteSize());
            long length;
            try {
                length =
                        again(
                                "recvmsg",
                                state ->
                                        (long)
                                                RECVMSG.invokeExact(
                                                        state,
                                                        socket,
                                                        message,
                                                        MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
            } catch (ErrnoException e) {
                if (e.errno() == ECONNRESET) {
                    // The other end went before it had read all that it was sent.
                    return new Received(0, List.of());
                }
                throw e;
            }
            if (length < 0) {
                return new Received(-1, List.of());
            }
            List<Descriptor> received = new ArrayList<>();
            long controlLength = message.get(JAVA_LONG, 40);
            if (controlLength >= 16
                    && control.get(JAVA_INT, 8) == SOL_SOCKET
                    && control.get(JAVA_INT, 12) == SCM_RIGHTS) {
                long count = (control.get(JAVA_LONG, 0) - 16) / 4;
                for (long i = 0; i < count; i++) {
                    received.add(new Descriptor(control.get(JAVA_INT, 16 + 4 * i)));
                }
            }
            if ((message.get(JAVA_INT, 48) & (MSG_TRUNC | MSG_CTRUNC)) != 0
                    || received.size() > descriptors) {
                received.forEach(Descriptor::close);
                throw new IOException(
                        "a packet of the supervisor is longer than the protocol allows");
            }
            return new Received((int) length, received);
        }
    }

    static Descriptor epoll() throws IOException {
        return new Descriptor(
                checkInt(
                        "epoll_create1",
                        state -> (int) EPOLL_CREATE1.invokeExact(state, O_CLOEXEC)));
    }

    static void epollControl(int epoll, int operation, int fd, int events) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(12, 4);
            event.set(JAVA_INT, 0, events);
            event.set(JAVA_INT, 4, fd);
            checkInt(
                    "epoll_ctl",
                    state -> (int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event));
        }
    }

    /** Waits for events (12 bytes each: u32 events, u64 data); the one call here that blocks. */
    static int epollWait(int epoll, MemorySegment events) throws IOException {
        long count =
                again(
                        "epoll_wait",
                        state ->
                                (int)
                                        EPOLL_WAIT.invokeExact(
                                                state,
                                                epoll,
                                                events,
                                                (int) (events.byteSize() / 12),
                                                -1));
        return (int) Math.max(count, 0);
    }

    static Descriptor eventCounter() throws IOException {
        return new Descriptor(
                checkInt(
                        "eventfd",
                        state -> (int) EVENTFD.invokeExact(state, 0, O_CLOEXEC | O_NONBLOCK)));
    }

    private static MemorySegment message(Arena arena, MemorySegment data) {
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ADDRESS, 0, data);
        vector.set(JAVA_LONG, 8, data.byteSize());
        MemorySegment message = arena.allocate(56, 8);
        message.set(ADDRESS, 16, vector);
        message.set(JAVA_LONG, 24, 1);
        return message;
    }

    @FunctionalInterface
    private interface Call {
        long invoke(MemorySegment state) throws Throwable;
    }

    private static int checkInt(String name, Call call) throws IOException {
        return (int) check(name, call);
    }

    private static long check(String name, Call call) throws IOException {
        long result = again(name, call);
        if (result == -EAGAIN) {
            throw new ErrnoException(name, EAGAIN);
        }
        return result;
    }

    /** The result, or -EAGAIN; interrupted calls are repeated. */
    private static long again(String name, Call call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            for (; ; ) {
                long result = call.invoke(state);
                if (result >= 0) {
                    return result;
                }
                int errno = state.get(JAVA_INT, 0);
                if (errno == EAGAIN) {
                    return -EAGAIN;
                }
                if (errno != EINTR) {
                    throw new ErrnoException(name, errno);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return call(name, false, descriptor);
    }

    @SuppressWarnings("restricted") // calling the kernel is what this class is for
    private static MethodHandle call(String name, boolean variadic, FunctionDescriptor descriptor) {
        MemorySegment symbol =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsatisfiedLinkError("libc has no " + name));
        Linker.Option errno = Linker.Option.captureCallState("errno");
        return variadic
                ? LINKER.downcallHandle(
                        symbol, descriptor, errno, Linker.Option.firstVariadicArg(2))
                : LINKER.downcallHandle(symbol, descriptor, errno);
    }
}
