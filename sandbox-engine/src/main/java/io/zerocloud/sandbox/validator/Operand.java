package io.zerocloud.sandbox.validator;

/**
 * An operand of a rule, for example {@code Ev*}; the letters are explained at the top of {@code
 * rules.txt}.
 *
 * @param kind where it is: one of {@code E G R M Z A I J V W U P Q N}
 * @param size its size letter, or a space if it has none
 * @param written whether it is a general purpose register (or memory) that the instruction writes
 */
record Operand(char kind, char size, boolean written) {
    private static final String KINDS = "EGRMZAIJVWUPQN";
    private static final String SIZES = "bwdqvyz";

    static Operand parse(String text) {
        boolean written = text.endsWith("*");
        String letters = written ? text.substring(0, text.length() - 1) : text;
        char size = letters.length() == 2 ? letters.charAt(1) : ' ';
        if (letters.isEmpty()
                || letters.length() > 2
                || KINDS.indexOf(letters.charAt(0)) < 0
                || (size != ' ' && SIZES.indexOf(size) < 0)) {
            throw new IllegalArgumentException("operand " + text);
        }
        return new Operand(letters.charAt(0), size, written);
    }

    /** Whether it comes from the ModRM byte. */
    boolean inModRm() {
        return "EGRMVWUPQN".indexOf(kind) >= 0;
    }

    /** Whether it is what ModRM's mod and r/m fields say. */
    boolean isRm() {
        return "ERMWUQN".indexOf(kind) >= 0;
    }

    boolean allowsMemory() {
        return "EMWQ".indexOf(kind) >= 0;
    }

    boolean allowsRegister() {
        return kind != 'M';
    }

    /** Whether the 66 prefix gives it another size. */
    boolean dependsOnOperandSize() {
        return size == 'v' || size == 'z';
    }

    /** Bytes that it takes in the instruction behind ModRM and displacement. */
    int immediateBytes(boolean operandSize16, boolean rexW) {
        if (kind != 'I' && kind != 'J') {
            return 0;
        }
        return switch (size) {
            case 'b' -> 1;
            case 'w' -> 2;
            case 'd' -> 4;
            case 'q' -> 8;
            case 'z' -> operandSize16 ? 2 : 4;
            case 'v' -> operandSize16 ? 2 : rexW ? 8 : 4;
            default -> throw new IllegalArgumentException("an immediate of size " + size);
        };
    }
}
