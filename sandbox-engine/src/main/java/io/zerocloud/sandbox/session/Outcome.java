package io.zerocloud.sandbox.session;

import java.util.OptionalLong;

/** How a session ended. */
public sealed interface Outcome {
    /** The guest called exit. */
    record Exited(int code) implements Outcome {
        @Override
        public String cause() {
            return "exited with " + code;
        }
    }

    /** The guest made a template of itself ({@link SessionSpec} with a template sink). */
    record Snapshotted() implements Outcome {
        @Override
        public String cause() {
            return "template taken";
        }
    }

    /**
     * A fault of the guest.
     *
     * @param signal Linux's number, for example 11
     * @param instruction guest address (0 to 4 GiB) of the instruction, empty if the fault was
     *     outside guest code
     * @param access guest address of the access, empty if it was outside the guest's 4 GiB
     * @param bytes the first bytes of the instruction in hex, empty if unreadable
     */
    record Faulted(int signal, OptionalLong instruction, OptionalLong access, String bytes)
            implements Outcome {
        @Override
        public String cause() {
            StringBuilder text = new StringBuilder(Signals.name(signal));
            if (instruction.isPresent()) {
                text.append(" at guest address 0x")
                        .append(Long.toHexString(instruction.getAsLong()));
            } else {
                text.append(" outside guest code");
            }
            if (!bytes.isEmpty()) {
                text.append(" (").append(bytes).append(')');
            }
            if (access.isPresent()) {
                text.append(", access to 0x").append(Long.toHexString(access.getAsLong()));
            }
            return text.toString();
        }
    }

    /**
     * A fault of the guest at an address that a larger memory limit would have given it.
     *
     * @param fault with an {@link Faulted#access}
     * @param limitBytes {@link Limits#memoryBytes}
     */
    record MemoryExceeded(Faulted fault, long limitBytes) implements Outcome {
        @Override
        public String cause() {
            return fault.cause() + ", beyond its memory limit of " + limitBytes + " bytes";
        }
    }

    /** The guest called a trampoline slot other than the trap's. */
    record BadSystemCall(int slot) implements Outcome {
        @Override
        public String cause() {
            return "nacl syscall #" + slot + " received";
        }
    }

    /** The wall-clock limit was reached. */
    record TimedOut() implements Outcome {
        @Override
        public String cause() {
            return "session timeout";
        }
    }

    /** {@link Session#cancel} or {@link Engine#close}. */
    record Cancelled(String reason) implements Outcome {
        @Override
        public String cause() {
            return "cancelled: " + reason;
        }
    }

    /**
     * A stream behind a channel failed, or a file that it reads was changed; the guest was stopped,
     * or what it made is not to be used.
     */
    record ChannelFailed(String alias, String message) implements Outcome {
        @Override
        public String cause() {
            return "channel " + alias + " failed: " + message;
        }
    }

    /**
     * The kernel ended the worker: SIGKILL means that memory ran out, SIGSYS that a system call
     * outside the allow-list was made, which no validated program can do.
     */
    record KilledByKernel(int signal) implements Outcome {
        @Override
        public String cause() {
            return "the kernel ended the worker with "
                    + Signals.name(signal)
                    + (signal == 9
                            ? " (out of memory)"
                            : signal == 31 ? " (forbidden system call)" : "");
        }
    }

    /** The worker could not set the session up or broke its protocol: a fault of ours. */
    record EngineFailed(String message) implements Outcome {
        @Override
        public String cause() {
            return "engine: " + message;
        }
    }

    /** One line for people: the signal, guest address and instruction, or the limit. */
    String cause();
}
