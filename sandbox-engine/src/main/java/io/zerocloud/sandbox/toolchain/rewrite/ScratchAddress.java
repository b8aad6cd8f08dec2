package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Remembers the address that was last computed in r11d. Code often touches neighbouring places in a
 * row ({@code x[i] += y}, the fields of {@code table[i]}): an address at a small distance from the
 * last one needs no computation, only the mandatory mask of r11 itself.
 */
final class ScratchAddress {
    private static final long SMALL = 0x10000;

    /** Instructions, by name without suffix, that write at most their last operand. */
    private static final Set<String> PLAIN =
            Set.of(
                    "mov", "add", "sub", "and", "or", "xor", "cmp", "test", "lea", "inc", "dec",
                    "neg", "not", "shl", "sal", "shr", "sar", "adc", "sbb", "push");

    private Optional<Mem> computed = Optional.empty();

    /** Takes note of an instruction in the output. */
    void emitted(Instruction instruction) {
        if (computes(instruction)) {
            computed = Optional.of((Mem) instruction.operands().getFirst());
            return;
        }
        if (computed.isPresent() && !leavesAlone(instruction, computed.get())) {
            computed = Optional.empty();
        }
    }

    /** Control may arrive here from elsewhere. */
    void forget() {
        computed = Optional.empty();
    }

    /** The distance of an address, in terms of 64-bit registers, from the one in r11d, if small. */
    OptionalLong distance(Mem address) {
        if (computed.isEmpty()) {
            return OptionalLong.empty();
        }
        Mem known = computed.get();
        boolean sameRegisters =
                known.base().equals(address.base())
                        && known.index().equals(address.index())
                        && known.scale() == address.scale();
        if (!sameRegisters) {
            return OptionalLong.empty();
        }
        Offset from = Offset.of(known.displacement());
        Offset to = Offset.of(address.displacement());
        long distance = to.offset() - from.offset();
        return from.symbol().equals(to.symbol()) && Math.abs(distance) < SMALL
                ? OptionalLong.of(distance)
                : OptionalLong.empty();
    }

    private static boolean computes(Instruction instruction) {
        return instruction.mnemonic().equals("leal")
                && instruction.operands().getLast().equals(Addressing.scratch32())
                && instruction.operands().getFirst() instanceof Mem mem
                && !mem.mentions(Register.R11);
    }

    private static boolean leavesAlone(Instruction instruction, Mem address) {
        String mnemonic = instruction.mnemonic();
        boolean sameValue =
                mnemonic.equals("movl")
                        && instruction.operands().stream().allMatch(Addressing.scratch32()::equals);
        if (sameValue || Mnemonics.conditionalBranch(mnemonic)) {
            return true;
        }
        Operand destination = instruction.destination().orElse(new Operand.Other(""));
        if (!writesLastOperandOnly(instruction, mnemonic)) {
            return false;
        }
        if (mnemonic.startsWith("push")) {
            return !address.mentions(Register.RSP);
        }
        return !(destination instanceof Reg(Register register))
                || (!register.aliases(Register.R11) && !address.mentions(register))
                || Mnemonics.readsDestination(mnemonic);
    }

    private static boolean writesLastOperandOnly(Instruction instruction, String mnemonic) {
        if (!instruction.prefixes().isEmpty() || mnemonic.startsWith("pcmp")) {
            return false;
        }
        boolean vector =
                instruction.operands().stream()
                        .anyMatch(
                                o ->
                                        o instanceof Operand.Other(String text)
                                                && text.startsWith("%xmm"));
        boolean conditional = mnemonic.startsWith("cmov") || mnemonic.startsWith("set");
        boolean extension = mnemonic.startsWith("movz") || mnemonic.startsWith("movs");
        boolean product = mnemonic.startsWith("imul") && instruction.operands().size() > 1;
        return PLAIN.contains(Mnemonics.withoutSuffix(mnemonic))
                || vector
                || conditional
                || product
                || (extension && instruction.operands().size() == 2);
    }

    /** {@code symbol+offset}, with either part missing. */
    private record Offset(String symbol, long offset) {
        static Offset of(String displacement) {
            if (displacement.isEmpty()) {
                return new Offset("", 0);
            }
            Optional<Long> number = Operand.constant(displacement);
            if (number.isPresent()) {
                return new Offset("", number.get());
            }
            int sign = Math.max(displacement.lastIndexOf('+'), displacement.lastIndexOf('-'));
            Optional<Long> tail =
                    sign > 0
                            ? Operand.constant(displacement.substring(sign).replace("+", ""))
                            : Optional.empty();
            return tail.isPresent()
                    ? new Offset(displacement.substring(0, sign), tail.get())
                    : new Offset(displacement, 0);
        }
    }
}
