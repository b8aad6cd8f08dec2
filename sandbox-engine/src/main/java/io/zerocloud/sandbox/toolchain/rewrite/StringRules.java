package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * String instructions address memory by rsi and rdi themselves, so these are made full addresses of
 * the guest in the same bundle, and plain 32-bit ones again afterwards.
 */
final class StringRules {
    /** Name without the size: whether rsi and rdi are addresses. */
    private record Kind(boolean source, boolean destination) {}

    private static final Register RCX = Register.named("rcx").orElseThrow();

    private static final Map<String, Kind> KINDS =
            Map.of(
                    "movs", new Kind(true, true),
                    "cmps", new Kind(true, true),
                    "lods", new Kind(true, false),
                    "stos", new Kind(false, true),
                    "scas", new Kind(false, true));

    private final Emitter emitter;

    StringRules(Emitter emitter) {
        this.emitter = emitter;
    }

    static boolean applies(Instruction instruction) {
        String mnemonic = instruction.mnemonic();
        if (mnemonic.length() != 5 || !KINDS.containsKey(mnemonic.substring(0, 4))) {
            return false;
        }
        // movsd, cmpsd with operands are vector instructions, movsb %al, %ecx is a sign extension.
        return "bwlqd".indexOf(mnemonic.charAt(4)) >= 0
                && instruction.operands().stream().allMatch(o -> o instanceof Mem || accumulator(o))
                && (instruction.operands().isEmpty()
                        || instruction.operands().stream().anyMatch(StringRules::pointer));
    }

    private static boolean accumulator(Operand operand) {
        return operand instanceof Reg(Register register) && register.aliases(Register.RAX);
    }

    private static boolean pointer(Operand operand) {
        return operand instanceof Mem mem
                && mem.index().isEmpty()
                && mem.displacement().isEmpty()
                && (mem.mentions(Register.RDI) || mem.mentions(Register.RSI))
                && mem.base().isPresent();
    }

    void apply(Instruction instruction) throws AssemblyException {
        String name = instruction.mnemonic().substring(0, 4);
        String size =
                instruction.mnemonic().endsWith("d") ? "l" : instruction.mnemonic().substring(4);
        String mnemonic = name + size;
        Kind kind = KINDS.get(name);
        if (kind == null) {
            throw new AssemblyException(instruction.line(), "not a string instruction");
        }
        List<String> prefixes = new ArrayList<>(instruction.prefixes());
        boolean count32 = prefixes.remove("addr32");
        if (count32 && !prefixes.isEmpty()) {
            emitter.single(truncate(RCX));
        }
        List<Instruction> group = new ArrayList<>();
        if (kind.source()) {
            address(group, Register.RSI);
        }
        if (kind.destination()) {
            address(group, Register.RDI);
        }
        group.add(new Instruction(instruction.line(), List.copyOf(prefixes), mnemonic, List.of()));
        emitter.group(group.toArray(Instruction[]::new));
        emitter.flush();
        if (kind.source()) {
            emitter.single(truncate(Register.RSI));
        }
        if (kind.destination()) {
            emitter.single(truncate(Register.RDI));
        }
    }

    private static void address(List<Instruction> group, Register register) {
        group.add(truncate(register));
        group.add(
                Instruction.of(
                        "leaq", Mem.indexed("", Register.R15, register, 1), new Reg(register)));
    }

    private static Instruction truncate(Register register) {
        return Instruction.of("movl", new Reg(register.lower32()), new Reg(register.lower32()));
    }
}
