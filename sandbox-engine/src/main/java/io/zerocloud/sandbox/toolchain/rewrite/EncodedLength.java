package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.Set;

/** Upper bounds of the encoded length of instructions, to keep groups inside one bundle. */
final class EncodedLength {
    /** Instructions with a one-byte opcode, by their name without the size suffix. */
    private static final Set<String> ONE_BYTE_OPCODE =
            Set.of(
                    "mov", "add", "sub", "and", "or", "xor", "cmp", "test", "lea", "inc", "dec",
                    "neg", "not", "shl", "sal", "shr", "sar", "push", "pop", "xchg", "jmp");

    private static final int REX_AND_OPCODE = 2;
    private static final int LONGEST_OPCODE = 5;

    private EncodedLength() {}

    /** At least the number of bytes that the assembler will need. */
    static int atMost(Instruction instruction) {
        String mnemonic = instruction.mnemonic();
        boolean simple = ONE_BYTE_OPCODE.contains(Mnemonics.withoutSuffix(mnemonic));
        int length = instruction.prefixes().size();
        length += simple ? REX_AND_OPCODE : LONGEST_OPCODE;
        length += mnemonic.endsWith("w") ? 1 : 0;
        for (Operand operand : instruction.operands()) {
            length +=
                    switch (operand) {
                        case Operand.Reg ignored -> 0;
                        case Operand.Other ignored -> 0;
                        case Operand.Imm imm -> immediate(mnemonic, imm);
                        case Operand.Mem mem -> memory(mem);
                        case Operand.Star ignored -> 0;
                    };
        }
        return length + 1;
    }

    private static int immediate(String mnemonic, Operand.Imm imm) {
        if (mnemonic.startsWith("movabs")) {
            return 8;
        }
        boolean wide = mnemonic.startsWith("mov") || mnemonic.startsWith("test");
        return !wide && fitsByte(imm.value()) ? 1 : 4;
    }

    private static int memory(Operand.Mem mem) {
        int displacement = mem.displacement().isEmpty() ? 0 : fitsByte(mem.displacement()) ? 1 : 4;
        return mem.base().isEmpty() ? 5 : 1 + displacement;
    }

    private static boolean fitsByte(String expression) {
        return Operand.constant(expression).filter(v -> v >= -128 && v <= 127).isPresent();
    }
}
