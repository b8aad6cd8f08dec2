package io.zerocloud.sandbox.validator;

/**
 * What the scan needs to know about one form of an instruction, packed into an int. 0 means that
 * the encoding is not on the list.
 */
final class Form {
    /** Low four bits: bytes of immediate. */
    static final int IMMEDIATE = 0xF;

    /** The encoding is known. */
    static final int KNOWN = 1 << 4;

    /** Memory is accessed, so the operand's registers are checked. */
    static final int ACCESS = 1 << 5;

    static final int ACCESS_BIT = 5;

    /** The register in ModRM's r/m is written; the next two bits follow in the order of IN_. */
    static final int RM_BIT = 6;

    static final int WRITES_RM = 1 << RM_BIT;

    /** The register in ModRM's reg is written. */
    static final int WRITES_REG = 1 << 7;

    /** The register in the opcode is written. */
    static final int WRITES_OPCODE = 1 << 8;

    /** Any register that may be special is written. */
    static final int WRITES = WRITES_RM | WRITES_REG | WRITES_OPCODE;

    /** Registers are 8 bits wide: 4 to 7 without REX are ah, ch, dh, bh. */
    static final int BYTE = 1 << 9;

    /** A register is zero-extended: the one that {@link #ZERO_REGISTER} tells. */
    static final int ZERO = 1 << 12;

    static final int ZERO_BIT = 12;

    /** Two bits, see the constants: ModRM's r/m, ModRM's reg, the opcode's register, or rax. */
    static final int ZERO_REGISTER = 10;

    static final int IN_RM = 0;
    static final int IN_REG = 1;
    static final int IN_OPCODE = 2;
    static final int IN_RAX = 3;

    /** May carry lock. */
    static final int LOCK = 1 << 14;

    /** May carry a branch hint. */
    static final int HINT = 1 << 15;

    /** Refused for the reason whose code is in the bits from {@link #ARGUMENT} on. */
    static final int REFUSED = 1 << 16;

    /** Has a role in control flow or a guarded sequence: {@link #role}. */
    static final int ROLE = 1 << 17;

    /** REX is not allowed. */
    static final int NO_REX = 1 << 18;

    /** Number of the bit that says that there is a ModRM byte. */
    static final int MOD_RM = 19;

    /** The role matters wherever the instruction stands: it is less than {@link #FIRST_STEP}. */
    static final int ALWAYS = 1 << 20;

    private static final int ARGUMENT = 21;

    /**
     * Roles. Those from {@link #FIRST_STEP} on matter only inside a sequence or at its beginning.
     */
    static final int JUMP = 1;

    static final int CALL = 2;
    static final int INDIRECT = 3;
    static final int STRING_DI = 4;
    static final int STRING_SI = 5;
    static final int STRING_SI_DI = 6;
    static final int MASK = 7;
    static final int FIRST_STEP = 8;

    /** add or or with the destination in r/m, the source in reg. */
    static final int BASE_RM = 8;

    /** add or or with the destination in reg, the source in r/m. */
    static final int BASE_REG = 9;

    static final int MOVE_RM = 10;
    static final int MOVE_REG = 11;
    static final int LEA = 12;

    private Form() {}

    /** Whether the form zero-extends the register that is there. */
    static boolean zeroExtends(int form, int where) {
        return (form & ZERO) != 0 && ((form >>> ZERO_REGISTER) & 3) == where;
    }

    static int role(int form) {
        return (form & ROLE) == 0 ? 0 : form >>> ARGUMENT;
    }

    static Reason reason(int form) {
        return Reason.of(form >>> ARGUMENT);
    }

    /**
     * Packs a rule.
     *
     * @param memory whether ModRM names memory
     */
    static int of(Rule rule, boolean memory, boolean operandSize16, boolean rexW) {
        int form = rule.hasModRm() ? KNOWN | (1 << MOD_RM) : KNOWN;
        for (Operand operand : rule.operands()) {
            form += operand.immediateBytes(operandSize16, rexW);
        }
        if (rule.refused().isPresent()) {
            return form | REFUSED | (rule.refused().get().code() << ARGUMENT);
        }
        if (memory && !rule.has("noaccess")) {
            form |= ACCESS;
        }
        if (memory && rule.has("lock")) {
            form |= LOCK;
        }
        if (rule.has("norex")) {
            form |= NO_REX;
        }
        if (rule.has("hint")) {
            form |= HINT;
        }
        boolean zero = rule.has("zx") && !operandSize16 && !rexW;
        for (Operand operand : rule.operands()) {
            if (operand.written()) {
                form |= write(operand, memory, zero);
                zero = false;
            }
        }
        int role = roleOf(rule, memory);
        return role == 0
                ? form
                : form | ROLE | (role < FIRST_STEP ? ALWAYS : 0) | (role << ARGUMENT);
    }

    private static int write(Operand operand, boolean memory, boolean zero) {
        int where =
                switch (operand.kind()) {
                    case 'E', 'R' -> IN_RM;
                    case 'G' -> IN_REG;
                    case 'Z' -> IN_OPCODE;
                    case 'A' -> IN_RAX;
                    default -> throw new IllegalArgumentException("written operand " + operand);
                };
        if (where == IN_RM && memory) {
            return 0;
        }
        int form = where == IN_RAX ? 0 : WRITES_RM << where;
        if (zero) {
            form |= ZERO | (where << ZERO_REGISTER);
        }
        return operand.size() == 'b' ? form | BYTE : form;
    }

    private static int roleOf(Rule rule, boolean memory) {
        boolean toRm = !rule.operands().isEmpty() && rule.operands().getFirst().kind() == 'E';
        for (Operand operand : rule.operands()) {
            if (operand.kind() == 'J') {
                return rule.mnemonic().equals("call") ? CALL : JUMP;
            }
        }
        if (rule.has("lea")) {
            return LEA;
        }
        if (rule.has("indirect")) {
            return INDIRECT;
        }
        if (rule.has("di")) {
            return STRING_DI;
        }
        if (rule.has("si")) {
            return STRING_SI;
        }
        if (rule.has("sidi")) {
            return STRING_SI_DI;
        }
        if (memory) {
            return 0;
        }
        if (rule.has("mask")) {
            return MASK;
        }
        if (rule.has("base")) {
            return toRm ? BASE_RM : BASE_REG;
        }
        if (rule.has("move")) {
            return toRm ? MOVE_RM : MOVE_REG;
        }
        return 0;
    }
}
