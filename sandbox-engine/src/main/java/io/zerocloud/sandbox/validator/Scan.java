package io.zerocloud.sandbox.validator;

import static io.zerocloud.sandbox.validator.Registers.NONE;
import static io.zerocloud.sandbox.validator.Registers.isStack;
import static io.zerocloud.sandbox.validator.Registers.reg;
import static io.zerocloud.sandbox.validator.Registers.rm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One pass over code, bundle by bundle; reusable, for one thread at a time.
 *
 * <p>Each bundle is copied into a window with zeros behind it, so that decoding can run off its end
 * without looking at what follows: what is said about a bundle depends on its own 32 bytes alone,
 * apart from jump targets ({@link Jumps}).
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
 *
 * <p>{@link #bundle} is the loop that the speed of validation depends on: it looks eight bytes of
 * an instruction up in tables ({@link Head}, {@link Address}, {@link Form}) and leaves what is rare
 * to methods that the compiler need not inline.
 */
final class Scan {
    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_BYTE = 0x0101010101010101L;

    /** What assemblers put behind 66... to pad with one instruction: cs nopw 0(%rax,%rax,1). */
    private static final long LONG_NOP = 0x84_1F_0F_2EL;

    private static final int LONG_NOP_BYTES = 9;
    private static final int MAX_LONG_NOP_PREFIXES = 6;

    private static final byte[] VMASKMOVDQU = {(byte) 0xC5, (byte) 0xF9, (byte) 0xF7};

    private final Tables tables;
    private final Findings findings = new Findings();
    private final Sequence sequence = new Sequence();
    private final Jumps jumps = new Jumps();
    private final byte[] window = new byte[2 * Validator.BUNDLE];
    private final Registers registers = new Registers(window, findings);

    Scan(Tables tables) {
        this.tables = tables;
    }

    /** Bytes of code for which the scratch space is big enough now. */
    int capacity() {
        return jumps.capacity();
    }

    /**
     * After a run: the bits of a bundle's bytes at which instructions begin that may be jumped to.
     */
    int targets(int bundle) {
        return jumps.targets(bundle);
    }

    /** As {@link Validator#validate}, whose caller has checked the arguments. */
    Verdict run(byte[] code, int offset, int size) {
        findings.clear();
        jumps.reset(size);
        pass(code, offset, size);
        if (jumps.areBad()) {
            findings.onlyJumps();
            jumps.name();
            pass(code, offset, size);
        }
        return findings.verdict();
    }

    private void pass(byte[] code, int offset, int size) {
        for (int base = 0; base < size; base += Validator.BUNDLE) {
            System.arraycopy(code, offset + base, window, 0, Validator.BUNDLE);
            jumps.setTargets(base / Validator.BUNDLE, bundle(base));
        }
    }

    /** Judges the bundle in the window; answers the places that may be jumped to. */
    private int bundle(int base) {
        final byte[] w = window;
        final int[] leads = tables.leads;
        final int[] forms = tables.rows;
        int held = NONE; // the register that the last instruction zero-extended
        int marks = 0;
        int p = 0;
        sequence.forget();
        while (p < Validator.BUNDLE) {
            final int start = p;
            long bytes = (long) EIGHT.get(w, p);
            int head = leads[(int) bytes & 0xFFFF];
            if (head >= Head.THREE) {
                head = leads[(head ^ Head.THREE) + ((int) bytes >>> 16 & 0xFF)];
            }
            if (head <= 0) {
                if (head < 0 && !isStack(held)) {
                    // What bundles are padded with, mostly in runs.
                    int run = run(bytes, Validator.BUNDLE - p);
                    marks |= ((1 << run) - 1) << p;
                    p += run;
                    held = NONE;
                    sequence.forget();
                    continue;
                }
                head = Head.read(w, p, tables.first);
                if (head == Head.UNDECIDED) {
                    p = padding(base, start, held);
                    held = NONE;
                    marks |= p <= Validator.BUNDLE ? 1 << start : 0;
                    continue;
                }
            }
            int length = Head.length(head);
            int rex = Head.rex(head);
            int opcode = (int) (bytes >>> (8 * length - 8)) & 0xFF;
            int modRm = (int) (bytes >>> (8 * length)) & 0xFF;
            int sib = (int) (bytes >>> (8 * length + 8)) & 0xFF;
            int address = Address.of(modRm);
            int form = forms[Head.row(head) + Address.formClass(address)];
            int hasModRm = (form >>> Form.MOD_RM) & 1;
            p += length + hasModRm * (1 + Address.bytes(address, sib)) + (form & Form.IMMEDIATE);
            if (form == 0 || p > Validator.BUNDLE) {
                unknown(base, start, p);
                held = NONE;
                break;
            }
            int bits = Address.bits(address, sib);
            int index = ((bits >> 3) & 7) | (Address.hasSib(address) ? (rex & 2) << 2 : 0);
            // In ones and zeros: compilers mix operands so well that no branch can be predicted.
            int access = (form >>> Form.ACCESS_BIT) & 1;
            int indexed = access & differ(index, Registers.RSP);
            int good = Address.good(address, rm(bits, rex));
            if (((access & ~good) | (indexed & differ(index, held))) != 0) {
                findings.add(base + start, good == 1 ? Reason.BAD_INDEX : Reason.BAD_BASE);
                indexed = 0;
            }
            if ((form & (Form.REFUSED | Form.NO_REX)) != 0 || head >= Head.LOCK) {
                checkForm(base + start, head, form);
            }
            int rm = rm(modRm, rex);
            int reg = reg(modRm, rex);
            int inOpcode = rm(opcode, rex);
            int special =
                    ((Registers.SPECIAL >>> rm) & (form >>> Form.RM_BIT))
                            | ((Registers.SPECIAL >>> reg) & (form >>> (Form.RM_BIT + 1)))
                            | ((Registers.SPECIAL >>> inOpcode) & (form >>> (Form.RM_BIT + 2)));
            int next;
            if ((special & 1) != 0 || isStack(held)) {
                next = registers.written(base + start, p, form, modRm, rex, opcode, held);
                if (isStack(held) && next != (Registers.FIXED | held)) {
                    registers.unpaired(base + start, held);
                }
            } else {
                // The register that the form names, or NONE.
                int all = rm | (reg << 4) | (inOpcode << 8);
                int where = ((form >>> Form.ZERO_REGISTER) & 3) * 4;
                next = ((all >>> where) & 15) | (((form >>> Form.ZERO_BIT) & 1) - 1);
            }
            if (next >= Registers.FIXED) {
                held = NONE; // the second half of a fix-up is no place to jump to
            } else {
                held = next;
                // Nor is what relies on the instruction before it.
                marks |= (1 ^ indexed) << start;
            }
            if ((form & Form.ALWAYS) != 0) {
                if (Form.role(form) <= Form.CALL) {
                    jumps.jump(base + start, base + p, distance(p, form), findings);
                    sequence.forget();
                } else {
                    marks = role(base, start, p, form, modRm, rex, marks);
                }
            } else if (sequence.isActive() || (reg == rm && (rm | 1) == Registers.RDI)) {
                if ((form & Form.ROLE) != 0) {
                    marks = role(base, start, p, form, modRm, rex, marks);
                } else {
                    sequence.forget();
                }
            }
        }
        if (p == Validator.BUNDLE && isStack(held)) {
            registers.unpaired(base + p, held);
        }
        return marks;
    }

    /** How often the first byte is repeated, at most eight times. */
    private static int run(long bytes, int most) {
        long others = bytes ^ ((bytes & 0xFF) * EACH_BYTE);
        return Math.min(Long.numberOfTrailingZeros(others) >> 3, most);
    }

    /**
     * Prefixes that do not go together are a long nop, or a violation.
     *
     * @return the end, behind the bundle if the rest of it is to be skipped
     */
    private int padding(int base, int start, int held) {
        int p = longNop(start);
        if (p < 0 || p > Validator.BUNDLE) {
            findings.add(
                    base + start, p < 0 ? Head.badPrefix(window, start) : Reason.CROSSES_BUNDLE);
            return Validator.BUNDLE + 1;
        }
        sequence.forget();
        if (isStack(held)) {
            registers.unpaired(base + start, held);
        }
        return p;
    }

    /** The end of a padding instruction that begins here, or -1 if there is none. */
    private int longNop(int start) {
        int p = start;
        while (window[p] == 0x66) {
            p++;
        }
        int count = p - start;
        boolean same =
                (long) EIGHT.get(window, p) == LONG_NOP && window[p + LONG_NOP_BYTES - 1] == 0;
        return same && count >= 1 && count <= MAX_LONG_NOP_PREFIXES ? p + LONG_NOP_BYTES : -1;
    }

    private void unknown(int base, int start, int end) {
        findings.add(
                base + culprit(start),
                end > Validator.BUNDLE
                        ? Reason.CROSSES_BUNDLE
                        : Head.whyUnknown(window, start, tables));
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

    /** What forms and prefixes forbid beyond the tables. */
    private void checkForm(int at, int head, int form) {
        if ((form & Form.REFUSED) != 0) {
            findings.add(at, Form.reason(form));
        } else if ((form & Form.NO_REX) != 0 && Head.rex(head) != 0) {
            findings.add(at, Reason.BAD_PREFIX);
        }
        if ((head & Head.LOCK) != 0 && (form & Form.LOCK) == 0) {
            findings.add(at, Reason.BAD_LOCK);
        }
        if ((head & Head.HINT) != 0 && (form & Form.HINT) == 0) {
            findings.add(at, Reason.SEGMENT_OVERRIDE);
        }
    }

    /** 1 if they are different, else 0. */
    private static int differ(int a, int b) {
        int difference = a ^ b;
        return (difference | -difference) >>> 31;
    }

    /** Follows sequences; answers the marks, without those inside a sequence. */
    private int role(int base, int start, int end, int form, int modRm, int rex, int marks) {
        int role = Form.role(form);
        int reg = reg(modRm, rex);
        int rm = rm(modRm, rex);
        switch (role) {
            case Form.INDIRECT, Form.STRING_DI, Form.STRING_SI, Form.STRING_SI_DI -> {
                int begin = sequence.begin(role, rm);
                if (begin >= 0) {
                    // Bits above begin, up to and with start.
                    return marks & ~((2 << start) - (2 << begin));
                }
                findings.add(
                        base + start,
                        role == Form.INDIRECT ? Reason.UNMASKED_JUMP : Reason.UNMASKED_STRING);
            }
            case Form.MASK -> {
                boolean masks =
                        (form & Form.ZERO) != 0
                                && window[end - 1] == -Validator.BUNDLE
                                && !Registers.isSpecial(rm);
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
        return marks;
    }

    private void based(int rex, int source, int destination) {
        if (source == Registers.R15 && (rex & 8) != 0) {
            sequence.based(destination);
        } else {
            sequence.forget();
        }
    }

    /** The immediate of one or four bytes before {@code end}. */
    private int distance(int end, int form) {
        return (form & Form.IMMEDIATE) == 1
                ? window[end - 1]
                : (int) ((long) EIGHT.get(window, end - 4));
    }
}
