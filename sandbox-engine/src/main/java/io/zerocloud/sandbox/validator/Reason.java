package io.zerocloud.sandbox.validator;

/**
 * Why an instruction was refused. The names are part of the command line's and the API's output:
 * they are added to, never renamed.
 */
public enum Reason {
    /** The bytes are on no allow-list: unknown, reserved, alias or newer than the rules. */
    UNKNOWN_INSTRUCTION("not on the allow-list of instructions"),
    /** The instruction is longer than what is left of its bundle. */
    CROSSES_BUNDLE("the instruction crosses a 32-byte bundle boundary"),
    /**
     * Prefixes that are duplicated, misplaced, contradictory or without meaning for the
     * instruction.
     */
    BAD_PREFIX("a prefix that this instruction must not have, in this place or number"),
    /** {@code lock} on a form that is not a read-modify-write of memory. */
    BAD_LOCK("lock is allowed only on read-modify-write of memory"),
    /** The 0x67 prefix truncates addresses and would undo the base register's guarantee. */
    ADDRESS_SIZE("the address-size prefix is never allowed"),
    /** {@code cs: ss: ds: es: fs: gs:}. */
    SEGMENT_OVERRIDE("segment overrides are not allowed"),

    /**
     * A memory operand whose base is not {@code %rip}, {@code %r15}, {@code %rsp} or {@code %rbp}.
     */
    BAD_BASE("memory must be based on %rip, %r15, %rsp or %rbp"),
    /** An index register that the previous instruction of the bundle did not zero-extend. */
    BAD_INDEX("the index must be zero-extended by a 32-bit write right before, in the same bundle"),

    /** {@code %r15}, the base of the guest's region, is written. */
    R15_MODIFIED("%r15 must never be written"),
    /** {@code %rsp} is written other than by the allowed sequences. */
    RSP_MODIFIED("%rsp may change only by its allowed sequences"),
    /** {@code %rbp} is written other than by the allowed sequences. */
    RBP_MODIFIED("%rbp may change only by its allowed sequences"),
    /**
     * After a 32-bit write of {@code %esp}, or in its place, the addition of {@code %r15} is wrong.
     */
    RSP_UNPAIRED(
            "a 32-bit write of %esp and the addition of %r15 to %rsp must follow each other in a"
                    + " bundle"),
    /**
     * After a 32-bit write of {@code %ebp}, or in its place, the addition of {@code %r15} is wrong.
     */
    RBP_UNPAIRED(
            "a 32-bit write of %ebp and the addition of %r15 to %rbp must follow each other in a"
                    + " bundle"),

    /**
     * An indirect jump or call without {@code and $-32,%e; add %r15,%r} before it in its bundle.
     */
    UNMASKED_JUMP("an indirect jump or call needs and $-32,%e; add %r15,%r right before it"),
    /** {@code ret}: the return address on the stack may have been changed. */
    RETURN("ret is not allowed: pop the address and jump to it masked"),
    /**
     * A direct jump into an instruction or past the beginning of a sequence that must stay whole.
     */
    BAD_JUMP_TARGET("the target is not the beginning of an instruction or of a guarded sequence"),
    /** A direct jump out of the text to an address that does not begin a bundle. */
    JUMP_OUT_OF_RANGE("a target outside the text must begin a bundle"),

    /** A string instruction without the sequences that place {@code %rsi} and {@code %rdi}. */
    UNMASKED_STRING("needs mov %edi,%edi; lea (%r15,%rdi),%rdi (and %rsi before it) right before"),
    /** {@code bt/bts/btr/btc} with a register offset reach memory far from their operand. */
    BIT_STRING("bit tests with a register as the offset are not allowed"),

    /**
     * Privileged, or a way into the kernel: system calls, interrupts, ports, segments, registers.
     */
    SYSTEM("system, privileged, segment and flag-image instructions are not allowed"),
    /** {@code clflush} and relatives: repeated uncached access disturbs memory rows. */
    CACHE_CONTROL("cache line flushes are not allowed (row hammer)"),
    /** {@code rdtsc}, {@code rdtscp}: clocks break determinism and measure caches. */
    TIMER("time stamp counters are not allowed (determinism, side channels)"),
    /** {@code cpuid}, {@code rdpid}: what they say differs between machines. */
    CPU_IDENTITY("instructions that identify the processor are not allowed (determinism)"),
    /** {@code rdrand}, {@code rdseed}: random numbers come from the runtime, reproducibly. */
    HARDWARE_RANDOM("hardware random numbers are not allowed (determinism)"),
    /** {@code rcpps}, {@code rsqrtps} and scalar forms: results differ between processors. */
    APPROXIMATION("approximate reciprocals differ between processors (determinism)"),
    /** Stores that bypass the caches. */
    NON_TEMPORAL("non-temporal stores are not allowed (row hammer)"),
    /** 3DNow! and SSE4a exist on some processors of one maker only. */
    VENDOR_SPECIFIC("3DNow! and SSE4a exist on one maker's processors only"),
    /** VEX, EVEX, XOP encodings: AVX and later. */
    NEWER_ENCODING("VEX, EVEX and XOP encodings (AVX and later) are not allowed");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** The rule that was broken, for a guest's author; one line, English, no full stop. */
    public String text() {
        return text;
    }

    /** A small number for packing into an int; of no meaning outside this process. */
    @SuppressWarnings("EnumOrdinal") // never stored
    int code() {
        return ordinal();
    }

    /** The reason with this {@link #code}. */
    static Reason of(int code) {
        return Codes.ALL[code];
    }

    /** Keeps the one copy of the array. */
    private static final class Codes {
        static final Reason[] ALL = values();
    }
}
