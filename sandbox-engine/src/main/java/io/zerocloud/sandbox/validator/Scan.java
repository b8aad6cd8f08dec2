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
    private static final int R15 = 15;

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
    private static final int NO_MOD_RM = -1;

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

    static {
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
        bundleTargets = 0;
        restricted = NONE;
        sequence.forget();
        int p = 0;
        while (p < Validator.BUNDLE) {
            final int start = p;
            int b = w[p++] & 0xFF;
            int prefixes = 0;
            while (PREFIX[b] != 0 && (prefixes & DUPLICATE) == 0) {
                prefixes |= (prefixes & PREFIX[b]) != 0 ? DUPLICATE : PREFIX[b];
                b = w[p++] & 0xFF;
            }
            if ((Integer.bitCount(prefixes) > 1 || prefixes > LOCK) && !goTogether(prefixes)) {
                p = longNop(start);
                if (p < 0 || p > Validator.BUNDLE) {
                    violation(base + start, p < 0 ? badPrefix(prefixes) : Reason.CROSSES_BUNDLE);
                    restricted = NONE;
                    break;
                }
                sequence.forget();
                proceed(base, start, NONE, false);
                continue;
            }
            int rex = 0;
            if ((b & 0xF0) == 0x40) {
                rex = b;
                b = w[p++] & 0xFF;
            }
            int map = 0;
            if (b == 0x0F) {
                b = w[p++] & 0xFF;
                map = 1;
                if (b == 0x38 || b == 0x3A) {
                    map = b == 0x38 ? 2 : 3;
                    b = w[p++] & 0xFF;
                }
            }
            final int select = SELECT[prefixes & SELECTING];
            int form = first[Tables.index(map, select, (rex >> 3) & 1, b)];
            int modRm = NO_MOD_RM;
            int registers = 0;
            if (form < 0) {
                modRm = w[p++] & 0xFF;
                form = rows[~form + Tables.CLASS[modRm]];
                if (modRm < 0xC0) {
                    int mod = modRm >> 6;
                    registers = modRm & 7;
                    if (registers == 4) {
                        registers = w[p++] & 0xFF;
                    }
                    p += mod == 1 ? 1 : mod == 2 || (registers & 7) == 5 ? 4 : 0;
                }
            }
            p += form & Form.IMMEDIATE;
            if (form == 0 || p > Validator.BUNDLE) {
                violation(
                        base + culprit(start),
                        p > Validator.BUNDLE
                                ? Reason.CROSSES_BUNDLE
                                : whyUnknown(map, select, rex, b, modRm));
                restricted = NONE;
                break;
            }
            boolean inner =
                    (form & Form.ACCESS) != 0 && checkMemory(base + start, modRm, registers, rex);
            if ((prefixes & (LOCK | HINT)) != 0) {
                checkPrefixes(base + start, prefixes, form);
            }
            if ((form & Form.REFUSED) != 0) {
                violation(base + start, Form.reason(form));
            } else if ((form & Form.NO_REX) != 0 && rex != 0) {
                violation(base + start, Reason.BAD_PREFIX);
            }
            int next = NONE;
            if ((form & (Form.WRITES | Form.ZERO)) != 0) {
                next = written(base + start, p, form, modRm, rex, b);
            }
            proceed(base, start, next, inner);
            if ((form & Form.ROLE) != 0) {
                role(base, start, p, form, modRm, rex);
            } else {
                sequence.forget();
            }
        }
        if (p == Validator.BUNDLE && isStack(restricted)) {
            unpaired(base + p, restricted);
        }
        targets[base / Validator.BUNDLE] = bundleTargets;
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

    /** Checks a memory operand and tells whether it relies on the instruction before. */
    private boolean checkMemory(int at, int modRm, int registers, int rex) {
        if (modRm >= 0xC0) {
            return false;
        }
        boolean noBase = modRm < 0x40 && (registers & 7) == 5;
        boolean sib = (modRm & 7) == 4;
        int base = rm(registers, rex);
        if (!sib) {
            if (!noBase && ((SPECIAL >>> base) & 1) == 0) {
                violation(at, Reason.BAD_BASE);
            }
            return false;
        }
        int index = ((registers >> 3) & 7) | ((rex & 2) << 2);
        if (noBase || ((SPECIAL >>> base) & 1) == 0) {
            violation(at, Reason.BAD_BASE);
        } else if (index != RSP) {
            if (index == restricted) {
                return true;
            }
            violation(at, Reason.BAD_INDEX);
        }
        return false;
    }

    /** Looks at the registers that are written and answers what {@link #proceed} wants to know. */
    private int written(int at, int end, int form, int modRm, int rex, int opcode) {
        int next = NONE;
        if ((form & Form.WRITES_RM) != 0) {
            int register = rm(modRm, rex);
            next = written(register, at, end, form, Form.ZERO_RM, modRm, rex);
        }
        if ((form & Form.WRITES_REG) != 0) {
            int register = reg(modRm, rex);
            int other = written(register, at, end, form, Form.ZERO_REG, modRm, rex);
            next = other == NONE ? next : other;
        }
        if ((form & Form.WRITES_OPCODE) != 0) {
            int register = rm(opcode, rex);
            next = written(register, at, end, form, Form.ZERO_OPCODE, modRm, rex);
        }
        return (form & Form.ZERO_A) != 0 ? 0 : next;
    }

    private int written(int register, int at, int end, int form, int zero, int modRm, int rex) {
        if (((SPECIAL >>> register) & 1) == 0 || ((form & Form.BYTE) != 0 && rex == 0)) {
            return (form & zero) != 0 ? register : NONE;
        }
        if (register == R15) {
            violation(at, Reason.R15_MODIFIED);
            return NONE;
        }
        if ((form & zero) != 0) {
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

    private void checkPrefixes(int at, int prefixes, int form) {
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
                                || (opcode == 0x8F && modRm != NO_MOD_RM && (modRm & 0x38) != 0));
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
