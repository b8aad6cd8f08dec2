package io.zerocloud.sandbox.validator;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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

    /** Size of a guest's address space in bytes. */
    private static final long ADDRESS_SPACE = 1L << 32;

    /** Raised by hand when the code that applies the rules changes what it accepts. */
    private static final int REVISION = 1;

    /** Scratch space for more code than this is not kept. */
    private static final int MAX_SPARE_CAPACITY = 16 << 20;

    private final Tables tables;
    private final String version;
    private final AtomicReference<@Nullable Scan> spare = new AtomicReference<>();

    private Validator(RuleOptions options) {
        this.tables = Tables.of(options);
        this.version = REVISION + "/" + Tables.digest() + "/" + options.key();
    }

    /** The validator for a set of options. Keep it: it owns scratch space. */
    public static Validator of(RuleOptions options) {
        return new Validator(options);
    }

    /** The validator that agents use, one for all. */
    public static Validator standard() {
        return Standard.INSTANCE;
    }

    /**
     * Judges {@code code[offset, offset + length)} as it would run at {@code loadAddress}. One
     * linear pass (a second one if there are bad jumps); as long as threads do not overlap nothing
     * is allocated for code that is accepted and not larger than what was seen before.
     *
     * @param length in bytes, a multiple of {@link #BUNDLE}; 0 is accepted
     * @param loadAddress guest address of the first byte (relative to the start of the guest's 4
     *     GiB), a multiple of {@link #BUNDLE}; the code must end within 4 GiB. Since all targets
     *     are relative, the verdict does not depend on it
     * @return the verdict, whose offsets count from {@code offset}
     * @throws IllegalArgumentException if length or address break these rules
     * @throws IndexOutOfBoundsException if the range is not inside the array
     */
    public Verdict validate(byte[] code, int offset, int length, long loadAddress) {
        Objects.checkFromIndexSize(offset, length, code.length);
        if (length % BUNDLE != 0) {
            throw new IllegalArgumentException("length " + length + " must be a multiple of 32");
        }
        if (loadAddress < 0 || loadAddress % BUNDLE != 0 || loadAddress > ADDRESS_SPACE - length) {
            throw new IllegalArgumentException(
                    "loadAddress "
                            + loadAddress
                            + " must be a multiple of 32, and the code end within 4 GiB");
        }
        Scan reused = spare.getAndSet(null);
        Scan scan = reused == null ? new Scan(tables) : reused;
        Verdict verdict = scan.run(code, offset, length);
        if (scan.capacity() <= MAX_SPARE_CAPACITY) {
            spare.set(scan);
        }
        return verdict;
    }

    /**
     * Names the rules this validator applies, for the keys of caches: changes whenever a verdict
     * could change. Printable ASCII without spaces, at most 200 characters.
     */
    public String version() {
        return version;
    }

    /** Built when first used. */
    private static final class Standard {
        static final Validator INSTANCE = new Validator(RuleOptions.standard());
    }
}
