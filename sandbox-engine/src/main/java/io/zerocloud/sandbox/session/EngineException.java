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
    public static final class InvalidSpec extends EngineException {
        private static final long serialVersionUID = 1;

        public InvalidSpec(String message) {
            super(message);
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
