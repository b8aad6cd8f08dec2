package io.zerocloud.sandbox.validator;

import java.util.Arrays;

/**
 * One pass over code, bundle by bundle; reusable, for one thread at a time.
 *
 * <p>Each bundle is copied into a window with zeros behind it, so that decoding can run off its end
 * without looking at what follows: what is said about a bundle depends on its own 32 bytes alone,
 * apart from jump targets. Those are collected in a bitmap and compared at the end with the bitmap
 * of the places that may be jumped to. Only if they disagree a second pass finds out which jumps
 * are bad.
 *
 * <p>After an instruction of unknown length nothing certain can be said about the rest of its
 * bundle, which is skipped; after one that breaks a rule but is known, the scan goes on behind it.
 *
 * <p>Why memory stays inside the guards. %r15 is never written. A register counts as zero-extended
 * only for the next instruction of the same bundle, and that one cannot be jumped to. %rsp and %rbp
 * hold %r15 + [0, 4 GiB] except between the two halves of a fix-up, which cannot be entered or left
 * in the middle and whose second half touches no memory; push and pop move %rsp only by touching
 * the guard. So an operand lies within 4 GiB + 8 * 4 GiB + 2 GiB above and 2 GiB below the region:
 * 40 GiB are enough.
 */
final class Scan {
    private static final int NONE = -1;
    private static final int RSP = 4;
    private static final int RBP = 5;
    private static final int RDI = 7;
    private static final int R15 = 15;
    private static final int NOP = 0x90;

    /** Bit r is set if register r is rsp, rbp or r15. */
    private static final int SPECIAL = (1 << RSP) | (1 << RBP) | (1 << R15);

    /** Prefix bytes as bits; 66, F3 and F2 select a table. */
    private static final int OPERAND_SIZE = 1;

    private static final int REPZ = 2;
    private static final int REPNZ = 4;
    private static final int LOCK = 8;
    private static final int HINT = 16;
    private static final int ADDRESS = 32;
    private static final int SEGMENT = 64;
    private static final int DUPLICATE = 128;

    private static final int SELECTING = OPERAND_SIZE | REPZ | REPNZ;

    /** With a register: the instruction completed that register's fix-up. */
    private static final int FIXED = 16;

    /** lea 0(%reg,%r15),%reg: the REX prefix, and the SIB byte without the base. */
    private static final int LEA_REX = 0x4A;

    private static final int LEA_SIB = 0x38;

    private static final short[] PREFIX = new short[256];

    /** Table index of 66, F3 and F2; no two of them go together. */
    private static final int[] SELECT = {
        Tables.NO_PREFIX, Tables.PREFIX_66, Tables.PREFIX_F3, 0, Tables.PREFIX_F2, 0, 0, 0
    };

    /** What assemblers put behind 66... to pad with one instruction: cs nopw 0(%rax,%rax,1). */
    private static final byte[] LONG_NOP = {0x2E, 0x0F, 0x1F, (byte) 0x84, 0, 0, 0, 0, 0};

    private static final byte[] VMASKMOVDQU = {(byte) 0xC5, (byte) 0xF9, (byte) 0xF7};
    private static final int MAX_LONG_NOP_PREFIXES = 6;

    /** Ways to name memory: by a register, by a SIB byte, and both with mod 0 and 5 as the base. */
    private static final int BY_REGISTER = 0;

    private static final int BY_SIB = 1;
    private static final int RIP_RELATIVE = 2;
    private static final int SIB_WITHOUT_DISPLACEMENT = 3;

    /** For each ModRM byte one of the ways above. */
    private static final byte[] ADDRESSING = new byte[256];

    /**
     * For each ModRM byte: base and the mark of no index where a SIB byte would have them; 0 if it
     * has one.
     */
    private static final byte[] BASE_AND_INDEX = new byte[256];

    /** For each ModRM byte and the base field of SIB: bytes of SIB and displacement. */
    private static final byte[] ADDRESS_BYTES = new byte[256 * 8];

    /** For each way of addressing and base: whether the base keeps the operand inside. */
    private static final boolean[] GOOD_BASE = new boolean[4 * 16];

    static {
        for (int modRm = 0; modRm < 256; modRm++) {
            int mod = modRm >> 6;
            int rm = modRm & 7;
            boolean hasSib = mod < 3 && rm == 4;
            ADDRESSING[modRm] =
                    (byte)
                            (hasSib
                                    ? mod == 0 ? SIB_WITHOUT_DISPLACEMENT : BY_SIB
                                    : mod == 0 && rm == 5 ? RIP_RELATIVE : BY_REGISTER);
            BASE_AND_INDEX[modRm] = (byte) (hasSib ? 0 : rm | (RSP << 3));
            for (int base = 0; base < 8; base++) {
                int from = hasSib ? base : rm;
                int displacement = mod == 1 ? 1 : mod == 2 || (mod == 0 && from == 5) ? 4 : 0;
                ADDRESS_BYTES[(modRm << 3) | base] = (byte) ((hasSib ? 1 : 0) + displacement);
            }
        }
        for (int base = 0; base < 16; base++) {
            boolean inside = ((SPECIAL >>> base) & 1) != 0;
            GOOD_BASE[(BY_REGISTER << 4) | base] = inside;
            GOOD_BASE[(BY_SIB << 4) | base] = inside;
            // Mod 0 and 5, with REX.B or without: %rip, but no base at all in a SIB byte.
            GOOD_BASE[(RIP_RELATIVE << 4) | base] = (base & 7) == 5;
            GOOD_BASE[(SIB_WITHOUT_DISPLACEMENT << 4) | base] = inside && (base & 7) != 5;
        }
        PREFIX[0x66] = OPERAND_SIZE;
        PREFIX[0xF3] = REPZ;
        PREFIX[0xF2] = REPNZ;
        PREFIX[0xF0] = LOCK;
        PREFIX[0x2E] = HINT;
        PREFIX[0x3E] = HINT;
        PREFIX[0x67] = ADDRESS;
        PREFIX[0x26] = SEGMENT;
        PREFIX[0x36] = SEGMENT;
        PREFIX[0x64] = SEGMENT;
        PREFIX[0x65] = SEGMENT;
    }

    private final Tables tables;
    private final int[] first;
    private final int[] rows;
    private final Findings findings = new Findings();
    private final Sequence sequence = new Sequence();
    private final byte[] window = new byte[2 * Validator.BUNDLE];

    /** One int a bundle, one bit a byte: where an instruction begins that may be jumped to. */
    private int[] targets = new int[64];

    /** The same layout: where direct jumps lead. */
    private int[] wanted = new int[64];

    private int length;
    private boolean secondPass;

    /** The register that the last instruction zero-extended. */
    private int restricted;

    /** Of this bundle, see {@link #targets}. */
    private int bundleTargets;

    Scan(Tables tables) {
        this.tables = tables;
        this.first = tables.first;
        this.rows = tables.rows;
    }

    /** Bytes of code for which the scratch space is big enough now. */
    int capacity() {
        return targets.length * Validator.BUNDLE;
    }

    /**
     * After a run: the bits of a bundle's bytes at which instructions begin that may be jumped to.
     */
    int targets(int bundle) {
        return targets[bundle];
    }

    /** As {@link Validator#validate}, whose caller has checked the arguments. */
    Verdict run(byte[] code, int offset, int size) {
        int bundles = size / Validator.BUNDLE;
        if (bundles > targets.length) {
            targets = new int[bundles];
            wanted = new int[bundles];
        }
        Arrays.fill(wanted, 0, bundles, 0);
        findings.clear();
        length = size;
        secondPass = false;
        pass(code, offset);
        for (int i = 0; i < bundles; i++) {
            if ((wanted[i] & ~targets[i]) != 0) {
                secondPass = true;
                pass(code, offset);
                break;
            }
        }
        return findings.verdict();
    }

    private void pass(byte[] code, int offset) {
        for (int base = 0; base < length; base += Validator.BUNDLE) {
            System.arraycopy(code, offset + base, window, 0, Validator.BUNDLE);
            bundle(base);
        }
    }

    private void bundle(int base) {
        final byte[] w = window;
        final int[] forms = rows;
        final int[] beginnings = first;
        // Of the fields restricted and bundleTargets; written back only where a method needs them.
        int held = NONE;
        int marks = 0;
        sequence.forget();
        int p = 0;
        while (p < Validator.BUNDLE) {
            final int start = p;
            int b = w[p++] & 0xFF;
            if (b == NOP && !isStack(held)) {
                // What bundles are padded with, mostly in runs.
                held = NONE;
                marks |= 1 << start;
                while (p < Validator.BUNDLE && w[p] == (byte) NOP) {
                    marks |= 1 << p++;
                }
                sequence.forget();
                continue;
            }
            int prefixes = 0;
            while (PREFIX[b] != 0 && (prefixes & DUPLICATE) == 0) {
                prefixes |= (prefixes & PREFIX[b]) != 0 ? DUPLICATE : PREFIX[b];
                b = w[p++] & 0xFF;
            }
            if ((Integer.bitCount(prefixes) > 1 || prefixes > LOCK) && !goTogether(prefixes)) {
                p = longNop(start);
                if (p < 0 || p > Validator.BUNDLE) {
                    violation(base + start, p < 0 ? badPrefix(prefixes) : Reason.CROSSES_BUNDLE);
                    held = NONE;
                    break;
                }
                sequence.forget();
                if (isStack(held)) {
                    unpaired(base + start, held);
                }
                held = NONE;
                marks |= 1 << start;
                continue;
            }
            int isRex = (b & 0xF0) == 0x40 ? 1 : 0;
            int rex = b & -isRex;
            b = w[p - 1 + isRex] & 0xFF;
            p += isRex;
            int map = 0;
            if (b == 0x0F) {
                b = w[p++] & 0xFF;
                map = 1;
                if (b == 0x38 || b == 0x3A) {
                    map = b == 0x38 ? 2 : 3;
                    b = w[p++] & 0xFF;
                }
            }
            int select = SELECT[prefixes & SELECTING];
            int modRm = w[p] & 0xFF;
            int sib = w[p + 1] & 0xFF;
            int form =
                    forms[
                            beginnings[Tables.index(map, select, (rex >> 3) & 1, b)]
                                    + Tables.CLASS[modRm]];
            int hasModRm = (form >>> Form.MOD_RM) & 1;
            int address = ADDRESS_BYTES[(modRm << 3) | (sib & 7)];
            p += (hasModRm * (1 + address)) + (form & Form.IMMEDIATE);
            if (form == 0 || p > Validator.BUNDLE) {
                violation(
                        base + culprit(start),
                        p > Validator.BUNDLE
                                ? Reason.CROSSES_BUNDLE
                                : whyUnknown(map, select, rex, b, modRm));
                held = NONE;
                break;
            }
            boolean hasSib = BASE_AND_INDEX[modRm] == 0;
            int bits = hasSib ? sib : BASE_AND_INDEX[modRm];
            int index = ((bits >> 3) & 7) | (hasSib ? (rex & 2) << 2 : 0);
            boolean access = (form & Form.ACCESS) != 0;
            boolean indexed = access && index != RSP;
            if (access
                    && (!GOOD_BASE[(ADDRESSING[modRm] << 4) | rm(bits, rex)]
                            || (indexed && index != held))) {
                badMemory(base + start, ADDRESSING[modRm], bits, rex);
                indexed = false;
            }
            if ((form & (Form.REFUSED | Form.NO_REX)) != 0 || prefixes >= LOCK) {
                checkForm(base + start, prefixes, rex, form);
            }
            int rm = rm(modRm, rex);
            int reg = reg(modRm, rex);
            int inOpcode = rm(b, rex);
            int special =
                    ((SPECIAL >>> rm) & (form >>> Form.RM_BIT))
                            | ((SPECIAL >>> reg) & (form >>> (Form.RM_BIT + 1)))
                            | ((SPECIAL >>> inOpcode) & (form >>> (Form.RM_BIT + 2)));
            if ((special & 1) != 0 || isStack(held)) {
                restricted = held;
                bundleTargets = marks;
                proceed(base, start, written(base + start, p, form, modRm, rex, b), indexed);
                held = restricted;
                marks = bundleTargets;
            } else {
                // The register that the form names, or NONE.
                int registers = rm | (reg << 4) | (inOpcode << 8);
                int where = ((form >>> Form.ZERO_REGISTER) & 3) * 4;
                int none = ((form >>> Form.ZERO_BIT) & 1) - 1;
                held = ((registers >>> where) & 15) | none;
                marks |= (indexed ? 0 : 1) << start;
            }
            if ((form & Form.ROLE) == 0) {
                if (sequence.isActive()) {
                    sequence.forget();
                }
            } else if (Form.role(form) < Form.FIRST_STEP
                    || sequence.isActive()
                    || ((reg ^ rm) == 0 && (rm | 1) == RDI)) {
                bundleTargets = marks;
                role(base, start, p, form, modRm, rex);
                marks = bundleTargets;
            }
        }
        if (p == Validator.BUNDLE && isStack(held)) {
            unpaired(base + p, held);
        }
        targets[base / Validator.BUNDLE] = marks;
    }

    /**
     * Ends an instruction.
     *
     * @param next the register that it zero-extended, or {@link #FIXED} and the register that it
     *     fixed up, or {@link #NONE}
     * @param inner whether it relies on the instruction before it, so that no jump may lead to it
     */
    private void proceed(int base, int start, int next, boolean inner) {
        if (isStack(restricted) && next != (FIXED | restricted)) {
            unpaired(base + start, restricted);
        }
        if (next >= FIXED) {
            restricted = NONE;
            return;
        }
        restricted = next;
        if (!inner) {
            bundleTargets |= 1 << start;
        }
    }

    /** The register in ModRM's reg field, extended by REX.R. */
    private static int reg(int modRm, int rex) {
        return ((modRm >> 3) & 7) | ((rex & 4) << 1);
    }

    /** The register in the low bits of ModRM, SIB or the opcode, extended by REX.B. */
    private static int rm(int bits, int rex) {
        return (bits & 7) | ((rex & 1) << 3);
    }

    private static boolean isStack(int register) {
        return (register & ~1) == RSP;
    }

    /** Says what is wrong with a memory operand. */
    private void badMemory(int at, int addressing, int bits, int rex) {
        boolean goodBase = GOOD_BASE[(addressing << 4) | rm(bits, rex)];
        violation(at, goodBase ? Reason.BAD_INDEX : Reason.BAD_BASE);
    }

    /** Looks at the registers that are written and answers what {@link #proceed} wants to know. */
    private int written(int at, int end, int form, int modRm, int rex, int opcode) {
        int next = NONE;
        if ((form & Form.WRITES_RM) != 0) {
            int register = rm(modRm, rex);
            next = written(register, at, end, form, Form.IN_RM, modRm, rex);
        }
        if ((form & Form.WRITES_REG) != 0) {
            int register = reg(modRm, rex);
            int other = written(register, at, end, form, Form.IN_REG, modRm, rex);
            next = other == NONE ? next : other;
        }
        if ((form & Form.WRITES_OPCODE) != 0) {
            int register = rm(opcode, rex);
            next = written(register, at, end, form, Form.IN_OPCODE, modRm, rex);
        }
        return Form.zeroExtends(form, Form.IN_RAX) ? 0 : next;
    }

    private int written(int register, int at, int end, int form, int where, int modRm, int rex) {
        if (((SPECIAL >>> register) & 1) == 0 || ((form & Form.BYTE) != 0 && rex == 0)) {
            return Form.zeroExtends(form, where) ? register : NONE;
        }
        if (register == R15) {
            violation(at, Reason.R15_MODIFIED);
            return NONE;
        }
        if (Form.zeroExtends(form, where)) {
            return register;
        }
        if ((rex & 8) != 0 && (form & Form.ROLE) != 0) {
            if (addsBase(register, end, form, modRm, rex)) {
                if (register == restricted) {
                    return FIXED | register;
                }
                unpaired(at, register);
                return NONE;
            }
            if (keepsInside(register, end, form, modRm, rex)) {
                return NONE;
            }
        }
        violation(at, register == RSP ? Reason.RSP_MODIFIED : Reason.RBP_MODIFIED);
        return NONE;
    }

    /** Whether the 64-bit instruction is add or or of %r15, or lea 0(%reg,%r15),%reg. */
    private boolean addsBase(int register, int end, int form, int modRm, int rex) {
        return switch (Form.role(form)) {
            case Form.BASE_RM -> reg(modRm, rex) == R15;
            case Form.BASE_REG -> rm(modRm, rex) == R15;
            case Form.LEA -> {
                int displacement = modRm < 0x40 ? 0 : modRm < 0x80 ? 1 : 4;
                boolean zero = true;
                for (int i = 1; i <= displacement; i++) {
                    zero &= window[end - i] == 0;
                }
                boolean sib = (modRm & 7) == 4;
                yield zero
                        && sib
                        && rex == LEA_REX
                        && window[end - displacement - 1] == (LEA_SIB | register)
                        && (register == RSP || displacement > 0);
            }
            default -> false;
        };
    }

    /**
     * Whether the 64-bit instruction is mov %rbp,%rsp or back, or and with a small negative mask.
     */
    private boolean keepsInside(int register, int end, int form, int modRm, int rex) {
        int other = register ^ RSP ^ RBP;
        return switch (Form.role(form)) {
            case Form.MOVE_RM -> reg(modRm, rex) == other;
            case Form.MOVE_REG -> rm(modRm, rex) == other;
            case Form.MASK -> window[end - 1] < 0;
            default -> false;
        };
    }

    /** Follows jumps and sequences. */
    private void role(int base, int start, int end, int form, int modRm, int rex) {
        int role = Form.role(form);
        int reg = reg(modRm, rex);
        int rm = rm(modRm, rex);
        switch (role) {
            case Form.JUMP, Form.CALL -> {
                jump(base, start, end, form);
                sequence.forget();
            }
            case Form.INDIRECT, Form.STRING_DI, Form.STRING_SI, Form.STRING_SI_DI -> {
                int begin = sequence.begin(role, rm);
                if (begin < 0) {
                    violation(
                            base + start,
                            role == Form.INDIRECT ? Reason.UNMASKED_JUMP : Reason.UNMASKED_STRING);
                } else {
                    // Bits above begin, up to and with start.
                    bundleTargets &= ~((2 << start) - (2 << begin));
                }
            }
            case Form.MASK -> {
                boolean masks =
                        (form & Form.ZERO) != 0
                                && window[end - 1] == -Validator.BUNDLE
                                && ((SPECIAL >>> rm) & 1) == 0;
                if (masks) {
                    sequence.masked(rm, start);
                } else {
                    sequence.forget();
                }
            }
            case Form.BASE_RM -> based(rex, reg, rm);
            case Form.BASE_REG -> based(rex, rm, reg);
            case Form.MOVE_RM, Form.MOVE_REG -> {
                if (reg == rm && (form & Form.ZERO) != 0) {
                    sequence.moved(rm, start);
                } else {
                    sequence.forget();
                }
            }
            case Form.LEA -> sequence.lea(rex, modRm, window[end - 1]);
            default -> throw new IllegalStateException("role " + role);
        }
    }

    private void based(int rex, int source, int destination) {
        if (source == R15 && (rex & 8) != 0) {
            sequence.based(destination);
        } else {
            sequence.forget();
        }
    }

    private void jump(int base, int start, int end, int form) {
        int relative =
                (form & Form.IMMEDIATE) == 1
                        ? window[end - 1]
                        : (window[end - 4] & 0xFF)
                                | ((window[end - 3] & 0xFF) << 8)
                                | ((window[end - 2] & 0xFF) << 16)
                                | (window[end - 1] << 24);
        long target = (long) base + end + relative;
        if (target < 0 || target >= length) {
            if (target % Validator.BUNDLE != 0) {
                violation(base + start, Reason.JUMP_OUT_OF_RANGE);
            }
            return;
        }
        int bundle = (int) target / Validator.BUNDLE;
        int bit = 1 << (int) target % Validator.BUNDLE;
        if (!secondPass) {
            wanted[bundle] |= bit;
        } else if ((targets[bundle] & bit) == 0) {
            findings.add(base + start, Reason.BAD_JUMP_TARGET);
        }
    }

    private static boolean goTogether(int prefixes) {
        if ((prefixes & (DUPLICATE | ADDRESS | SEGMENT)) != 0) {
            return false;
        }
        int select = prefixes & SELECTING;
        return (prefixes & HINT) != 0
                ? prefixes == HINT
                : select == 0 || select == OPERAND_SIZE || prefixes == REPZ || prefixes == REPNZ;
    }

    private static Reason badPrefix(int prefixes) {
        return (prefixes & ADDRESS) != 0
                ? Reason.ADDRESS_SIZE
                : (prefixes & (SEGMENT | HINT)) != 0 ? Reason.SEGMENT_OVERRIDE : Reason.BAD_PREFIX;
    }

    /** What forms and prefixes forbid beyond the tables. */
    private void checkForm(int at, int prefixes, int rex, int form) {
        if ((form & Form.REFUSED) != 0) {
            violation(at, Form.reason(form));
        } else if ((form & Form.NO_REX) != 0 && rex != 0) {
            violation(at, Reason.BAD_PREFIX);
        }
        if ((prefixes & LOCK) != 0 && (form & Form.LOCK) == 0) {
            violation(at, Reason.BAD_LOCK);
        }
        if ((prefixes & HINT) != 0 && (form & Form.HINT) == 0) {
            violation(at, Reason.SEGMENT_OVERRIDE);
        }
    }

    /** The end of a padding instruction that begins here, or -1 if there is none. */
    private int longNop(int start) {
        int p = start;
        while (window[p] == 0x66) {
            p++;
        }
        int count = p - start;
        boolean same = Arrays.equals(window, p, p + LONG_NOP.length, LONG_NOP, 0, LONG_NOP.length);
        return same && count >= 1 && count <= MAX_LONG_NOP_PREFIXES ? p + LONG_NOP.length : -1;
    }

    private Reason whyUnknown(int map, int select, int rex, int opcode, int modRm) {
        boolean known =
                tables.isKnown(Tables.index(map, Tables.NO_PREFIX, (rex >> 3) & 1, opcode), modRm);
        boolean newer =
                map == 0
                        && (opcode == 0xC4
                                || opcode == 0xC5
                                || opcode == 0x62
                                || (opcode == 0x8F && (modRm & 0x38) != 0));
        if (newer) {
            return Reason.NEWER_ENCODING;
        }
        boolean misplaced = map == 0 && (PREFIX[opcode] != 0 || (opcode & 0xF0) == 0x40);
        return misplaced || (select != Tables.NO_PREFIX && known)
                ? Reason.BAD_PREFIX
                : Reason.UNKNOWN_INSTRUCTION;
    }

    /**
     * Where an instruction of unknown length is reported: where it begins, but vmaskmovdqu where
     * its sequence begins, as the reference validator does.
     */
    private int culprit(int start) {
        for (int i = 0; i < VMASKMOVDQU.length; i++) {
            if (window[start + i] != VMASKMOVDQU[i]) {
                return start;
            }
        }
        int begin = sequence.begin(Form.STRING_DI, NONE);
        return begin < 0 ? start : begin;
    }

    private void unpaired(int at, int register) {
        violation(at, register == RSP ? Reason.RSP_UNPAIRED : Reason.RBP_UNPAIRED);
    }

    private void violation(int at, Reason reason) {
        if (!secondPass) {
            findings.add(at, reason);
        }
    }
}
