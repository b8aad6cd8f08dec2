package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The packets between this process and the supervisor: the Java side of {@code wire.h}, whose names
 * are used here. A report comes from a process that ran hostile code, so every field is checked.
 */
final class Wire {
    static final int VERSION = 2;

    /** Largest packet of a request; the kernel's default socket buffer holds three. */
    static final int MAX_PACKET = 64 << 10;

    static final int POOL_REQUEST_BYTES = 16;
    static final int POOL_EVENT_BYTES = 56;
    static final int HELLO_BYTES = 88;
    static final int REQUEST_BYTES = 80;
    static final int CHANNEL_BYTES = 56;
    static final int JAIL_QUESTION_BYTES = 16;
    static final int JAIL_ANSWER_BYTES = 8;

    static final int POOL_SPAWN = 1;
    static final int POOL_KILL = 2;

    static final int FLAG_JAIL = 1;
    static final int FLAG_SNAPSHOT = 2;
    static final int FLAG_TEMPLATE = 4;

    private static final int REPORT_BYTES = 88;
    private static final int CHANNEL_REPORT_BYTES = 56;
    private static final int REPORT_MAGIC = 0x5250435a;
    private static final int JAIL_MAGIC = 0x4c49414a;

    private static final List<String> PROTECTIONS =
            List.of(
                    "user namespace",
                    "process namespace",
                    "empty root directory",
                    "network namespace",
                    "ipc namespace",
                    "host name namespace",
                    "cgroup namespace",
                    "no other descriptors",
                    "unprivileged user",
                    "no capabilities",
                    "dies with its parent",
                    "not traceable",
                    "no core, processes or locked memory",
                    "first victim of the out-of-memory killer",
                    "no_new_privs",
                    "seccomp filter",
                    "no time stamp counter");

    private static final java.util.Set<String> MANDATORY =
            java.util.Set.of(
                    "no other descriptors",
                    "unprivileged user",
                    "no capabilities",
                    "dies with its parent",
                    "no_new_privs",
                    "seccomp filter",
                    "no time stamp counter");

    private static final String[] STEPS = {
        "",
        "request",
        "seals of the program",
        "limits",
        "memory",
        "mapping",
        "template",
        "filter",
        "snapshot",
        "jail"
    };

    private Wire() {}

    /** A worker was made, has ended, or could not be made. */
    sealed interface PoolEvent {
        /** The packet carries the worker's socket. */
        record Spawned(long serial, int pid) implements PoolEvent {}

        /** {@code status} as wait4 gives it; times in microseconds. */
        record Ended(
                long serial, int status, long user, long system, long peakBytes, long endedNanos)
                implements PoolEvent {}

        /** The errno of fork or socketpair. */
        record NotSpawned(int errno) implements PoolEvent {}
    }

    /** What a sealed worker says of itself. */
    record Hello(List<Protection> protections, boolean fatal) {}

    /** The worker's claims about a session that ended by itself. */
    record Ending(
            Outcome outcome, long enteredNanos, List<Counters> channels, String memoryDigest) {}

    /** One channel's counts and digest. */
    record Counters(long gets, long getBytes, long puts, long putBytes, String digest) {}

    /** A range of the guest's heap that it wants to execute. */
    record JailQuestion(long address, int size) {}

    /** A packet that the protocol does not allow. */
    static final class ProtocolException extends Exception {
        private static final long serialVersionUID = 1;

        ProtocolException(String message) {
            super(message);
        }
    }

    static void poolRequest(MemorySegment packet, int type, int count, long serial) {
        packet.set(JAVA_INT, 0, type);
        packet.set(JAVA_INT, 4, count);
        packet.set(JAVA_LONG, 8, serial);
    }

    static PoolEvent poolEvent(MemorySegment packet, int length) throws ProtocolException {
        if (length != POOL_EVENT_BYTES) {
            throw new ProtocolException("event of " + length + " bytes");
        }
        long serial = packet.get(JAVA_LONG, 8);
        int status = packet.get(JAVA_INT, 16);
        return switch (packet.get(JAVA_INT, 0)) {
            case 1 -> new PoolEvent.Spawned(serial, packet.get(JAVA_INT, 4));
            case 2 ->
                    new PoolEvent.Ended(
                            serial,
                            status,
                            packet.get(JAVA_LONG, 24),
                            packet.get(JAVA_LONG, 32),
                            packet.get(JAVA_LONG, 40) * 1024,
                            packet.get(JAVA_LONG, 48));
            case 3 -> new PoolEvent.NotSpawned(status);
            default -> throw new ProtocolException("event of type " + packet.get(JAVA_INT, 0));
        };
    }

    static Hello hello(MemorySegment packet, int length) throws ProtocolException {
        if (length != HELLO_BYTES || packet.get(JAVA_INT, 0) != VERSION) {
            throw new ProtocolException(
                    "the supervisor speaks another version of the protocol; it and this program belong to"
                            + " different releases");
        }
        List<Protection> protections = new ArrayList<>();
        for (int i = 0; i < PROTECTIONS.size(); i++) {
            int state = packet.get(JAVA_INT, 16 + 4L * i);
            String name = PROTECTIONS.get(i);
            String reason = state == 0 ? "" : state < 0 ? "not asked for" : Errno.name(state);
            protections.add(new Protection(name, state == 0, reason, MANDATORY.contains(name)));
        }
        return new Hello(
                List.copyOf(protections), packet.get(JAVA_INT, 16 + 4L * PROTECTIONS.size()) != 0);
    }

    static Optional<JailQuestion> jailQuestion(MemorySegment packet, int length) {
        if (length != JAIL_QUESTION_BYTES || packet.get(JAVA_INT, 0) != JAIL_MAGIC) {
            return Optional.empty();
        }
        return Optional.of(
                new JailQuestion(
                        Integer.toUnsignedLong(packet.get(JAVA_INT, 4)), packet.get(JAVA_INT, 8)));
    }

    /** Length of the report of a session with that many channels. */
    static int reportBytes(int channels) {
        return REPORT_BYTES + channels * CHANNEL_REPORT_BYTES;
    }

    /**
     * Reads a report.
     *
     * @param channels of the session, in the guest's order
     */
    static Ending report(
            MemorySegment packet, int length, List<Channel> channels, DigestAlgorithm memory)
            throws ProtocolException {
        if (length != reportBytes(channels.size())
                || packet.get(JAVA_INT, 0) != REPORT_MAGIC
                || packet.get(JAVA_INT, 60) != channels.size()) {
            throw new ProtocolException("report of " + length + " bytes");
        }
        List<Counters> counters = new ArrayList<>(channels.size());
        for (int i = 0; i < channels.size(); i++) {
            long at = REPORT_BYTES + (long) i * CHANNEL_REPORT_BYTES;
            Channel channel = channels.get(i);
            ChannelLimits limits = channel.limits();
            counters.add(
                    new Counters(
                            claim(packet, at, limits.gets()),
                            claim(packet, at + 8, limits.getBytes()),
                            claim(packet, at + 16, limits.puts()),
                            claim(packet, at + 24, limits.putBytes()),
                            hex(packet, at + 32, channel.digest().bytes())));
        }
        Outcome outcome = outcome(packet, channels);
        boolean digested = outcome instanceof Outcome.Exited;
        return new Ending(
                outcome,
                packet.get(JAVA_LONG, 16),
                List.copyOf(counters),
                digested ? hex(packet, 64, memory.bytes()) : "");
    }

    private static Outcome outcome(MemorySegment packet, List<Channel> channels)
            throws ProtocolException {
        int code = packet.get(JAVA_INT, 8);
        return switch (packet.get(JAVA_INT, 4)) {
            case 0 -> new Outcome.Exited(code);
            case 1 -> new Outcome.Snapshotted();
            case 2 -> {
                int bytes = packet.get(JAVA_INT, 56);
                if (bytes < 0 || bytes > 16) {
                    throw new ProtocolException("instruction of " + bytes + " bytes");
                }
                yield new Outcome.Faulted(
                        code,
                        guestAddress(packet, 24),
                        guestAddress(packet, 32),
                        hex(packet, 40, bytes));
            }
            case 3 -> new Outcome.BadSystemCall(code);
            case 4 -> new Outcome.TimedOut();
            case 5 -> {
                int step = packet.get(JAVA_INT, 12);
                yield new Outcome.EngineFailed(
                        (step > 0 && step < STEPS.length ? STEPS[step] : "step " + step)
                                + ": "
                                + Errno.name(code));
            }
            case 6 -> {
                if (code < 0 || code >= channels.size()) {
                    throw new ProtocolException("channel " + code + " of " + channels.size());
                }
                yield new Outcome.ChannelFailed(
                        channels.get(code).alias(), "its file became shorter during the session");
            }
            default -> throw new ProtocolException("cause " + packet.get(JAVA_INT, 4));
        };
    }

    private static long claim(MemorySegment packet, long at, long limit) throws ProtocolException {
        long value = packet.get(JAVA_LONG, at);
        if (value < 0 || value > limit) {
            throw new ProtocolException("counter " + value + " above its limit " + limit);
        }
        return value;
    }

    private static OptionalLong guestAddress(MemorySegment packet, long at) {
        long address = packet.get(JAVA_LONG, at);
        return address < 0 || address >= Limits.MAX_MEMORY
                ? OptionalLong.empty()
                : OptionalLong.of(address);
    }

    private static String hex(MemorySegment packet, long at, int bytes) {
        return HexFormat.of().formatHex(packet.asSlice(at, bytes).toArray(JAVA_BYTE));
    }
}
