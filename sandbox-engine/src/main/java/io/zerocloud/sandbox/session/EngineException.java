package io.zerocloud.sandbox.session;

/** A session or an engine could not be started. The message names the field, value and rule. */
public abstract sealed class EngineException extends Exception {
    private static final long serialVersionUID = 1;

    private EngineException(String message) {
        super(message);
    }

    private EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The program is no executable of the ABI, or the validator refused it. */
    public static final class ProgramRefused extends EngineException {
        private static final long serialVersionUID = 1;

        public ProgramRefused(String message) {
            super(message);
        }
    }

    /** The specification breaks a rule (channel matrix, missing stdin, limits). */
    public static sealed class InvalidSpec extends EngineException {
        private static final long serialVersionUID = 1;

        public InvalidSpec(String message) {
            super(message);
        }
    }

    /** The memory limit is too small for the program: no session with it could ever start. */
    public static final class MemoryTooSmall extends InvalidSpec {
        private static final long serialVersionUID = 1;
        private final long leastBytes;

        public MemoryTooSmall(long limitBytes, long leastBytes) {
            super(
                    "a memory limit of "
                            + limitBytes
                            + " bytes is too small for the program, which needs at least "
                            + leastBytes);
            this.leastBytes = leastBytes;
        }

        /** The smallest {@link Limits#memoryBytes} with which the program starts. */
        public long leastBytes() {
            return leastBytes;
        }
    }

    /** No worker or no memory became free within {@link EngineConfig#admissionTimeout}. */
    public static final class Busy extends EngineException {
        private static final long serialVersionUID = 1;

        public Busy(String message) {
            super(message);
        }
    }

    /** The host failed us: supervisor missing or dead, out of descriptors, closed engine. */
    public static final class Unavailable extends EngineException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message) {
            super(message);
        }

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
