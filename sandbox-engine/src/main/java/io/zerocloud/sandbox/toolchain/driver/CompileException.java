package io.zerocloud.sandbox.toolchain.driver;

/** A compilation ended with errors. */
final class CompileException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param message for the user, or empty if a tool has said what is wrong
     * @param status exit code, not 0
     */
    CompileException(String message, int status) {
        super(message);
        this.status = status;
    }

    CompileException(String message) {
        this(message, 1);
    }

    int status() {
        return status;
    }
}
