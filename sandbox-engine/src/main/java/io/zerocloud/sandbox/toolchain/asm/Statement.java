package io.zerocloud.sandbox.toolchain.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One statement of an assembly file. */
public sealed interface Statement {
    /** Line in the assembly file, from 1. */
    int line();

    record Label(int line, String name) implements Statement {
        /** Whether it is a numeric label that {@code 1b} and {@code 1f} refer to. */
        public boolean numeric() {
            return Character.isDigit(name.charAt(0));
        }

        /** Whether it stays out of the symbol table. */
        public boolean local() {
            return name.startsWith(".L") || numeric();
        }

        @Override
        public String toString() {
            return name + ":";
        }
    }

    /**
     * An assembler directive or a symbol assignment.
     *
     * @param name with its leading dot; {@code =} for an assignment
     * @param arguments the rest of the statement, for an assignment all of it
     */
    record Directive(int line, String name, String arguments) implements Statement {
        @Override
        public String toString() {
            return name.equals("=")
                    ? arguments
                    : arguments.isEmpty() ? name : name + "\t" + arguments;
        }
    }

    /**
     * An instruction.
     *
     * @param prefixes {@code lock}, {@code rep}, ... in the order written
     */
    record Instruction(int line, List<String> prefixes, String mnemonic, List<Operand> operands)
            implements Statement {

        /** A generated instruction, which has no line of its own. */
        public static Instruction of(String mnemonic, Operand... operands) {
            return new Instruction(0, List.of(), mnemonic, List.of(operands));
        }

        public Instruction with(String mnemonic, List<Operand> operands) {
            return new Instruction(line, prefixes, mnemonic, operands);
        }

        public Instruction withOperand(int position, Operand operand) {
            List<Operand> changed = new ArrayList<>(operands);
            changed.set(position, operand);
            return with(mnemonic, List.copyOf(changed));
        }

        /** The last operand, AT&T's destination. */
        public Optional<Operand> destination() {
            return operands.isEmpty() ? Optional.empty() : Optional.of(operands.getLast());
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (String prefix : prefixes) {
                text.append(prefix).append(' ');
            }
            text.append(mnemonic);
            char separator = '\t';
            for (Operand operand : operands) {
                text.append(separator);
                if (separator == ',') {
                    text.append(' ');
                }
                text.append(operand);
                separator = ',';
            }
            return text.toString();
        }
    }

    /** A line marker of the C preprocessor: the next line is {@code sourceLine} of {@code file}. */
    record Marker(int line, String file, int sourceLine) implements Statement {
        /** What gcc writes behind inline assembly: the last marker no longer holds. */
        public static Marker endOfInlineAssembly(int line) {
            return new Marker(line, "", 0);
        }

        public boolean ends() {
            return sourceLine == 0;
        }
    }
}
