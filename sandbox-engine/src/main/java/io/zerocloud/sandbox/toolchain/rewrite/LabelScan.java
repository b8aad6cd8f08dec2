package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Statement;
import io.zerocloud.sandbox.toolchain.asm.Statement.Directive;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out which labels matter. Indirect jumps reach only the start of a bundle, so a label whose
 * address is taken must be aligned: symbols, entries of jump tables, {@code &&label} and landing
 * pads. A label that nothing outside the debug sections refers to is no boundary for the window.
 */
final class LabelScan {
    private static final Set<String> ADDRESS_DATA =
            Set.of(
                    ".long", ".quad", ".int", ".4byte", ".8byte", ".value", ".2byte", ".word",
                    ".short", ".dc.l", ".dc.a", ".reloc");

    private final Set<String> addressTaken = new HashSet<>();
    private final Set<String> referenced = new HashSet<>();

    LabelScan(List<Statement> statements) {
        Sections sections = new Sections();
        for (Statement statement : statements) {
            switch (statement) {
                case Directive directive -> {
                    sections.directive(directive);
                    if (!sections.current().debug()) {
                        directive(directive, sections.current());
                    }
                }
                case Instruction instruction -> instruction(instruction);
                default -> {}
            }
        }
    }

    /** Whether an indirect jump may arrive here. */
    boolean addressTaken(Statement.Label label) {
        return !label.local() || addressTaken.contains(label.name());
    }

    /** Whether any jump may arrive here. */
    boolean jumpedTo(Statement.Label label) {
        return !label.local()
                || label.numeric()
                || referenced.contains(label.name())
                || addressTaken.contains(label.name());
    }

    private void directive(Directive directive, Sections.Section section) {
        String name = directive.name();
        if (ADDRESS_DATA.contains(name) || name.equals(".set") || name.equals("=")) {
            symbols(directive.arguments(), addressTaken);
        } else if (name.equals(".uleb128") && section.exceptionTable()) {
            // Call-site tables: the third column is a landing pad, an ordinary code label; the
            // bounds of the ranges (.LEHB, .LEHE) are only compared with.
            Set<String> found = new HashSet<>();
            symbols(directive.arguments(), found);
            for (String label : found) {
                if (label.length() > 2 && Character.isDigit(label.charAt(2))) {
                    addressTaken.add(label);
                }
            }
        }
    }

    private void instruction(Instruction instruction) {
        boolean branch = isDirectBranch(instruction);
        for (Operand operand : instruction.operands()) {
            switch (operand) {
                case Operand.Imm imm -> symbols(imm.value(), addressTaken);
                case Operand.Mem mem ->
                        symbols(mem.displacement(), branch ? referenced : addressTaken);
                case Operand.Star star when star.target() instanceof Operand.Mem mem ->
                        symbols(mem.displacement(), addressTaken);
                default -> {}
            }
        }
    }

    private static boolean isDirectBranch(Instruction instruction) {
        String base = Mnemonics.withoutSuffix(instruction.mnemonic());
        return base.equals("jmp")
                || base.equals("call")
                || Mnemonics.conditionalBranch(instruction.mnemonic());
    }

    /** Collects local labels; numeric ones without their direction. */
    private static void symbols(String expression, Set<String> into) {
        int i = 0;
        while (i < expression.length()) {
            char c = expression.charAt(i);
            if (c == '.' || Character.isLetterOrDigit(c) || c == '_' || c == '$') {
                int start = i;
                while (i < expression.length() && symbolPart(expression.charAt(i))) {
                    i++;
                }
                String symbol = expression.substring(start, i);
                if (symbol.startsWith(".L")) {
                    into.add(symbol);
                } else if (numericReference(symbol)) {
                    into.add(symbol.substring(0, symbol.length() - 1));
                }
            } else {
                i++;
            }
        }
    }

    private static boolean symbolPart(char c) {
        return c == '.' || c == '_' || c == '$' || Character.isLetterOrDigit(c);
    }

    private static boolean numericReference(String symbol) {
        char end = symbol.charAt(symbol.length() - 1);
        if ((end != 'b' && end != 'f') || symbol.startsWith("0x")) {
            return false;
        }
        return symbol.length() > 1
                && symbol.chars().limit(symbol.length() - 1).allMatch(Character::isDigit);
    }
}
