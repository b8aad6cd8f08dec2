package io.zerocloud.sandbox.validator;

/**
 * What may happen to %rsp, %rbp and %r15: %r15 is never written, the other two keep %r15 + [0, 4
 * GiB] except between the halves of a fix-up, a 32-bit write and the addition of %r15 right behind
 * it.
 */
final class Registers {
    static final int NONE = -1;
    static final int RSP = 4;
    static final int RBP = 5;
    static final int RDI = 7;
    static final int R15 = 15;

    /** With a register: the instruction completed that register's fix-up. */
    static final int FIXED = 16;

    /** Bit r is set if register r is rsp, rbp or r15. */
    static final int SPECIAL = (1 << RSP) | (1 << RBP) | (1 << R15);

    /** lea 0(%reg,%r15),%reg: the REX prefix, and the SIB byte without the base. */
    private static final int LEA_REX = 0x4A;

    private static final int LEA_SIB = 0x38;

    private final byte[] window;
    private final Findings findings;

    Registers(byte[] window, Findings findings) {
        this.window = window;
        this.findings = findings;
    }

    static boolean isSpecial(int register) {
        return ((SPECIAL >>> register) & 1) != 0;
    }

    static boolean isStack(int register) {
        return (register & ~1) == RSP;
    }

    /** The register in ModRM's reg field, extended by REX.R. */
    static int reg(int modRm, int rex) {
        return ((modRm >> 3) & 7) | ((rex & 4) << 1);
    }

    /** The register in the low bits of ModRM, SIB or the opcode, extended by REX.B. */
    static int rm(int bits, int rex) {
        return (bits & 7) | ((rex & 1) << 3);
    }

    /** A stack register was written in 32 bits and not fixed up. */
    void unpaired(int at, int register) {
        findings.add(at, register == RSP ? Reason.RSP_UNPAIRED : Reason.RBP_UNPAIRED);
    }

    /**
     * Looks at the registers that an instruction writes.
     *
     * @param end its end in the window
     * @param held the register that the instruction before it zero-extended
     * @return the register that it zero-extended, or {@link #FIXED} and the register that it fixed
     *     up, or {@link #NONE}
     */
    int written(int at, int end, int form, int modRm, int rex, int opcode, int held) {
        int next = NONE;
        if ((form & Form.WRITES_RM) != 0) {
            next = written(rm(modRm, rex), at, end, form, Form.IN_RM, modRm, rex, held);
        }
        if ((form & Form.WRITES_REG) != 0) {
            int other = written(reg(modRm, rex), at, end, form, Form.IN_REG, modRm, rex, held);
            next = other == NONE ? next : other;
        }
        if ((form & Form.WRITES_OPCODE) != 0) {
            next = written(rm(opcode, rex), at, end, form, Form.IN_OPCODE, modRm, rex, held);
        }
        return Form.zeroExtends(form, Form.IN_RAX) ? 0 : next;
    }

    private int written(
            int register, int at, int end, int form, int where, int modRm, int rex, int held) {
        if (!isSpecial(register) || ((form & Form.BYTE) != 0 && rex == 0)) {
            return Form.zeroExtends(form, where) ? register : NONE;
        }
        if (register == R15) {
            findings.add(at, Reason.R15_MODIFIED);
            return NONE;
        }
        if (Form.zeroExtends(form, where)) {
            return register;
        }
        if ((rex & 8) != 0 && (form & Form.ROLE) != 0) {
            if (addsBase(register, end, form, modRm, rex)) {
                if (register == held) {
                    return FIXED | register;
                }
                unpaired(at, register);
                return NONE;
            }
            if (keepsInside(register, end, form, modRm, rex)) {
                return NONE;
            }
        }
        findings.add(at, register == RSP ? Reason.RSP_MODIFIED : Reason.RBP_MODIFIED);
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
}
