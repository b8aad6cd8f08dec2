package io.zerocloud.sandbox.elf;

import java.util.Locale;

/** A file is not a guest executable that may be loaded. The message names field, value and rule. */
public final class ElfRejected extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of rule was broken. Names are part of outputs: added to, never renamed. */
    public enum Reason {
        /** The file ends before the structure that should be there. */
        TRUNCATED,
        /** Not an ELF file. */
        NOT_ELF,
        /** An ELF file for something else: class, byte order, version, system, type or machine. */
        WRONG_KIND,
        /** Sizes, count or position of the program headers. */
        BAD_HEADER,
        /** A type of program header that has no meaning for guests, or with wrong flags. */
        FORBIDDEN_SEGMENT,
        /** Two segments of one kind. */
        DUPLICATE_SEGMENT,
        /** No executable segment. */
        NO_TEXT,
        /** Address or alignment of a segment. */
        BAD_ADDRESS,
        /** Sizes of a segment. */
        BAD_SIZE,
        /** Segments overlap, are out of order or too near to each other. */
        BAD_ORDER,
        /** The entry point is unaligned or not in the text. */
        BAD_ENTRY
    }

    private final Reason reason;
    private final String field;
    private final long value;
    private final String rule;

    ElfRejected(Reason reason, String field, long value, String rule) {
        super(
                String.format(
                        Locale.ROOT, "%s: %s is %s: %s", reason, field, hexadecimal(value), rule));
        this.reason = reason;
        this.field = field;
        this.value = value;
        this.rule = rule;
    }

    private static String hexadecimal(long value) {
        return value >= 0 && value < 10 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }

    /** The kind of rule that was broken. */
    public Reason reason() {
        return reason;
    }

    /** The field as ELF names it, {@code e_entry} or {@code text p_filesz} for example. */
    public String field() {
        return field;
    }

    /** What the field holds (unsigned). */
    public long value() {
        return value;
    }

    /** What it should have been. */
    public String rule() {
        return rule;
    }
}
