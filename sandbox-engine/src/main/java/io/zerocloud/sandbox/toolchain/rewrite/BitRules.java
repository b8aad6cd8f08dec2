package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Imm;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.Map;

/**
 * Bit tests whose bit number is in a register. The validator refuses them, as the form with memory
 * reaches far from its operand; gcc uses the register form when it optimises for size. Shifts do
 * the same: the tested bit ends up in the carry flag, which is all that gcc looks at.
 */
final class BitRules {
    private static final Register RCX = Register.named("rcx").orElseThrow();
    private static final Map<String, String> COMBINE =
            Map.of("bts", "or", "btr", "and", "btc", "xor");

    private final Emitter emitter;

    BitRules(Emitter emitter) {
        this.emitter = emitter;
    }

    static boolean applies(Instruction instruction) {
        String name = name(instruction);
        return (name.equals("bt") || COMBINE.containsKey(name))
                && instruction.operands().size() == 2
                && instruction.operands().getFirst() instanceof Reg
                && instruction.operands().getLast() instanceof Reg(Register base)
                && base.bits() >= 32
                && !base.isFrame();
    }

    private static String name(Instruction instruction) {
        String mnemonic = instruction.mnemonic();
        return mnemonic.endsWith("l") || mnemonic.endsWith("q")
                ? mnemonic.substring(0, mnemonic.length() - 1)
                : mnemonic;
    }

    void apply(Instruction instruction) {
        Register bit = ((Reg) instruction.operands().getFirst()).register();
        Reg base = (Reg) instruction.operands().getLast();
        boolean wide = base.register().bits() == 64;
        String suffix = wide ? "q" : "l";
        Reg scratch = wide ? Addressing.scratch64() : Addressing.scratch32();
        String name = name(instruction);
        if (name.equals("bt")) {
            emitter.single(Instruction.of("mov" + suffix, base, scratch));
            shift("shr" + suffix, bit, scratch);
            emitter.single(Instruction.of("shr" + suffix, new Imm("1"), scratch));
            return;
        }
        emitter.single(Instruction.of("movl", new Imm("1"), Addressing.scratch32()));
        shift("shl" + suffix, bit, scratch);
        if (name.equals("btr")) {
            emitter.single(Instruction.of("not" + suffix, scratch));
        }
        emitter.single(Instruction.of(COMBINE.get(name) + suffix, scratch, base));
    }

    /** Shifts by the low bits of {@code bit}, which need not be in cl. */
    private void shift(String operation, Register bit, Operand.Reg scratch) {
        Reg count = new Reg(RCX.lowByte());
        if (bit.aliases(RCX)) {
            emitter.single(Instruction.of(operation, count, scratch));
            return;
        }
        emitter.single(Instruction.of("pushq", new Reg(RCX)));
        emitter.single(Instruction.of("movl", new Reg(bit.lower32()), new Reg(RCX.lower32())));
        emitter.single(Instruction.of(operation, count, scratch));
        emitter.single(Instruction.of("popq", new Reg(RCX)));
    }
}
