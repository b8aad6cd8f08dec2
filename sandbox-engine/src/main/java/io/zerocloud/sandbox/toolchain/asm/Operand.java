package io.zerocloud.sandbox.toolchain.asm;

import java.util.Optional;

/** An operand in AT&T syntax; {@code toString} gives the text that the assembler reads. */
public sealed interface Operand {

    /** A general register. */
    record Reg(Register register) implements Operand {
        @Override
        public String toString() {
            return register.toString();
        }
    }

    /**
     * An immediate.
     *
     * @param value the expression without the dollar sign
     */
    record Imm(String value) implements Operand {
        @Override
        public String toString() {
            return "$" + value;
        }
    }

    /**
     * A memory operand, or the bare target of a branch.
     *
     * @param segment {@code fs}, {@code gs}, ... or empty
     * @param displacement an expression, possibly empty
     * @param scale 1, 2, 4 or 8
     */
    record Mem(
            String segment,
            String displacement,
            Optional<Register> base,
            Optional<Register> index,
            int scale)
            implements Operand {

        public static Mem based(String displacement, Register base) {
            return new Mem("", displacement, Optional.of(base), Optional.empty(), 1);
        }

        public static Mem indexed(String displacement, Register base, Register index, int scale) {
            return new Mem("", displacement, Optional.of(base), Optional.of(index), scale);
        }

        /** Whether only a symbol or a number is given, as in {@code jmp target}. */
        public boolean bare() {
            return segment.isEmpty() && base.isEmpty() && index.isEmpty();
        }

        public boolean ripRelative() {
            return base.isPresent() && base.get().number() == Register.RIP_NUMBER;
        }

        /** The same address in terms of 64-bit registers, without a segment. */
        public Mem widened() {
            return new Mem(
                    "", displacement, base.map(Register::wide), index.map(Register::wide), scale);
        }

        public boolean mentions(Register register) {
            return base.filter(register::aliases).isPresent()
                    || index.filter(register::aliases).isPresent();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            if (!segment.isEmpty()) {
                text.append('%').append(segment).append(':');
            }
            text.append(displacement);
            if (base.isPresent() || index.isPresent()) {
                text.append('(');
                base.ifPresent(text::append);
                index.ifPresent(
                        register -> {
                            text.append(',').append(register);
                            if (scale != 1 || base.isEmpty()) {
                                text.append(',').append(scale);
                            }
                        });
                text.append(')');
            }
            return text.toString();
        }
    }

    /** The target of an indirect branch: {@code *%rax}, {@code *8(%rbx)}. */
    record Star(Operand target) implements Operand {
        @Override
        public String toString() {
            return "*" + target;
        }
    }

    /** Vector, x87, segment and mask registers, which need no rule. */
    record Other(String text) implements Operand {
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The value of a plain decimal or hexadecimal constant; empty for symbols and other
     * expressions.
     */
    static Optional<Long> constant(String expression) {
        String digits = expression.strip();
        boolean negative = digits.startsWith("-");
        if (negative) {
            digits = digits.substring(1);
        }
        if (digits.isEmpty() || !Character.isDigit(digits.charAt(0))) {
            return Optional.empty();
        }
        try {
            boolean octal = digits.length() > 1 && digits.charAt(0) == '0';
            long value =
                    digits.startsWith("0x") || digits.startsWith("0X")
                            ? Long.parseUnsignedLong(digits.substring(2), 16)
                            : Long.parseUnsignedLong(digits, octal ? 8 : 10);
            return Optional.of(negative ? -value : value);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
