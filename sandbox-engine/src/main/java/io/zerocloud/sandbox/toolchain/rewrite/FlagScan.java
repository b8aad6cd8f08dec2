package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Statement;
import io.zerocloud.sandbox.toolchain.asm.Statement.Directive;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import io.zerocloud.sandbox.toolchain.asm.Statement.Label;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds code behind a label that reads the processor's flags before it sets them. Nothing may jump
 * there indirectly, since the masking of the target sets the flags. gcc counts on them where all
 * cases of a switch begin with the same comparison, which it moves in front of the jump, and where
 * a comparison in front of the jump, the range check among them, has the result that a case asks
 * for.
 */
final class FlagScan {
    private static final Set<String> READ =
            Set.of("adc", "sbb", "rcl", "rcr", "lahf", "cmc", "loope", "loopne", "loopz", "loopnz");

    /** Jumps that look at a register only. */
    private static final Set<String> FLAGLESS_JUMPS = Set.of("jecxz", "jrcxz", "loop");

    /**
     * What changes flags, if only some of them and some of the time: no compiler counts on what was
     * in them before. All else passes for neutral.
     */
    private static final Set<String> SET =
            Set.of(
                    "cmp",
                    "test",
                    "add",
                    "sub",
                    "and",
                    "or",
                    "xor",
                    "neg",
                    "inc",
                    "dec",
                    "imul",
                    "mul",
                    "div",
                    "idiv",
                    "shl",
                    "sal",
                    "shr",
                    "sar",
                    "shld",
                    "shrd",
                    "rol",
                    "ror",
                    "bt",
                    "bts",
                    "btr",
                    "btc",
                    "bsf",
                    "bsr",
                    "tzcnt",
                    "lzcnt",
                    "popcnt",
                    "cmpxchg",
                    "cmpxchg8b",
                    "cmpxchg16b",
                    "xadd",
                    "scas",
                    "clc",
                    "stc",
                    "sahf",
                    "call",
                    "ret",
                    "ud2",
                    "hlt");

    private static final Set<String> SET_PREFIXES =
            Set.of("comis", "ucomis", "fcomi", "fucomi", "ptest", "pcmpestr", "pcmpistr");

    private static final int UNKNOWN = -1;

    private final List<Statement> statements;
    private final Map<String, Integer> labels = new HashMap<>();

    FlagScan(List<Statement> statements) {
        this.statements = statements;
        for (int i = 0; i < statements.size(); i++) {
            if (statements.get(i) instanceof Label label && !label.numeric()) {
                labels.put(label.name(), i);
            }
        }
    }

    /** The instruction behind the label to which the flags of whoever jumps there matter. */
    Optional<Instruction> reader(Label label) {
        Set<Integer> seen = new HashSet<>();
        int at = labels.getOrDefault(label.name(), UNKNOWN);
        while (at != UNKNOWN && at < statements.size() && seen.add(at)) {
            Statement statement = statements.get(at);
            if (statement instanceof Directive directive && leavesSection(directive)) {
                return Optional.empty();
            }
            at++;
            if (statement instanceof Instruction instruction) {
                String base = Mnemonics.withoutSuffix(instruction.mnemonic());
                if (reads(base)) {
                    return Optional.of(instruction);
                }
                if (sets(base)) {
                    return Optional.empty();
                }
                if (base.equals("jmp")) {
                    at = target(instruction);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean reads(String base) {
        return READ.contains(base)
                || base.startsWith("set")
                || base.startsWith("cmov")
                || base.startsWith("fcmov")
                || (Mnemonics.conditionalBranch(base) && !FLAGLESS_JUMPS.contains(base));
    }

    /** Behind a call or the end of a function nobody knows the flags either. */
    private static boolean sets(String base) {
        return SET.contains(base)
                || ("bwlq".indexOf(base.charAt(base.length() - 1)) >= 0
                        && SET.contains(base.substring(0, base.length() - 1)))
                || SET_PREFIXES.stream().anyMatch(base::startsWith);
    }

    private static boolean leavesSection(Directive directive) {
        return switch (directive.name()) {
            case ".section", ".text", ".data", ".bss", ".previous", ".popsection", ".pushsection" ->
                    true;
            default -> false;
        };
    }

    private int target(Instruction jump) {
        return jump.operands().size() == 1 && jump.operands().getFirst() instanceof Operand.Mem mem
                ? labels.getOrDefault(mem.displacement(), UNKNOWN)
                : UNKNOWN;
    }
}
