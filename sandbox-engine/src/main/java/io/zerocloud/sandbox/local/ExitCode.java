package io.zerocloud.sandbox.local;

import io.zerocloud.sandbox.session.Outcome;

/** What the command line exits with: the guest's code, or one of these. */
public final class ExitCode {
    /** The time-out was reached (as timeout(1)). */
    public static final int TIMED_OUT = 124;

    /** The engine or a channel failed. */
    public static final int ENGINE = 125;

    /** The program was refused by loader or validator. */
    public static final int REFUSED = 126;

    /** The program or an argument's file cannot be opened. */
    public static final int NOT_FOUND = 127;

    /**
     * Plus the signal's number: a fault of the guest, or the kernel's kill (137: out of memory).
     */
    public static final int SIGNAL = 128;

    private static final int SIGSYS = 31;

    private ExitCode() {}

    /**
     * The code of an ended session; of a guest's own code the low eight bits, as a shell sees them.
     */
    public static int of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited exited -> exited.code() & 0xff;
            case Outcome.Snapshotted snapshotted -> 0;
            case Outcome.Faulted faulted -> SIGNAL + faulted.signal();
            case Outcome.MemoryExceeded exceeded -> SIGNAL + exceeded.fault().signal();
            case Outcome.KilledByKernel killed -> SIGNAL + killed.signal();
            case Outcome.BadSystemCall call -> SIGNAL + SIGSYS;
            case Outcome.TimedOut timedOut -> TIMED_OUT;
            case Outcome.Cancelled cancelled -> ENGINE;
            case Outcome.ChannelFailed failed -> ENGINE;
            case Outcome.EngineFailed failed -> ENGINE;
        };
    }

    /** The original hypervisor's code: 0, or that of the first error. */
    public static int legacy(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited exited -> 0;
            case Outcome.Snapshotted snapshotted -> 0;
            case Outcome.Faulted faulted -> 4;
            case Outcome.MemoryExceeded exceeded -> 4;
            case Outcome.KilledByKernel killed -> killed.signal() == 9 ? 12 : 4;
            case Outcome.BadSystemCall call -> 22;
            case Outcome.TimedOut timedOut -> 4;
            case Outcome.Cancelled cancelled -> 4;
            case Outcome.ChannelFailed failed -> 5;
            case Outcome.EngineFailed failed -> 5;
        };
    }
}
