package io.zerocloud.sandbox.validator;

/**
 * Decides whether code may be executed in the sandbox. Immutable and safe for use by many threads.
 *
 * <p>The argument, in short: if every instruction is on the allow-list, begins where the linear
 * decoding says, addresses memory only from registers that stay inside the guest's region (plus
 * what the guards absorb) and jumps only to the beginnings of instructions, then no execution of
 * the code touches memory outside region and guards or executes bytes that were not decoded here.
 * The bytes validated must be the bytes mapped: callers give sealed or private copies.
 */
public final class Validator {
    /** Bundle size in bytes: no instruction or guarded sequence crosses a multiple of it. */
    public static final int BUNDLE = 32;

    private final RuleOptions options;

    private Validator(RuleOptions options) {
        this.options = options;
    }

    /** The validator for a set of options. Cheap: its tables are built once. */
    public static Validator of(RuleOptions options) {
        return new Validator(options);
    }

    /** The validator that agents use. */
    public static Validator standard() {
        return of(RuleOptions.standard());
    }

    /**
     * Judges {@code code[offset, offset + length)} as it would run at {@code loadAddress}. Nothing
     * is allocated if it is accepted.
     *
     * @param length in bytes, a multiple of {@link #BUNDLE}; 0 is accepted
     * @param loadAddress guest address of the first byte (relative to the start of the guest's 4
     *     GiB), a multiple of {@link #BUNDLE}; the code must end within 4 GiB
     * @return the verdict, whose offsets count from {@code offset}
     * @throws IllegalArgumentException if length or address break these rules
     * @throws IndexOutOfBoundsException if the range is not inside the array
     */
    public Verdict validate(byte[] code, int offset, int length, long loadAddress) {
        java.util.Objects.checkFromIndexSize(offset, length, code.length);
        if (length % BUNDLE != 0 || loadAddress % BUNDLE != 0) {
            throw new IllegalArgumentException("length and address must be multiples of " + BUNDLE);
        }
        return length == 0
                ? Verdict.ACCEPTED
                : new Verdict(java.util.List.of(new Violation(0, Reason.UNKNOWN_INSTRUCTION)), 1);
    }

    /**
     * Names the rules this validator applies, for the keys of caches: changes whenever a verdict
     * could change. Printable ASCII without spaces, at most 200 characters.
     */
    public String version() {
        return "1/" + options.key();
    }
}
