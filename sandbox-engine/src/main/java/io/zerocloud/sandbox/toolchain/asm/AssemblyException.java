package io.zerocloud.sandbox.toolchain.asm;

/** An assembly statement that is not understood or has no safe translation. */
public final class AssemblyException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;

    /**
     * @param line in the assembly text, from 1
     * @param message what is wrong, without a position
     */
    public AssemblyException(int line, String message) {
        super(message);
        this.line = line;
    }

    public int line() {
        return line;
    }
}
