package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.List;
import java.util.Optional;

/** Emits instructions with an explicit memory operand. */
final class MemoryRules {
    private final Emitter emitter;
    private final Addressing addressing;

    MemoryRules(Emitter emitter) {
        this.emitter = emitter;
        this.addressing = new Addressing(emitter);
    }

    /** Position of the memory operand, or -1. */
    static int position(Instruction instruction) throws AssemblyException {
        int found = -1;
        for (int i = 0; i < instruction.operands().size(); i++) {
            if (instruction.operands().get(i) instanceof Mem) {
                if (found >= 0) {
                    throw new AssemblyException(instruction.line(), "two memory operands");
                }
                found = i;
            }
        }
        return found;
    }

    /** Emits an instruction whose operand at {@code position} is in memory. */
    void access(Instruction instruction, int position) throws AssemblyException {
        Optional<Register> high = highByte(instruction);
        Addressing.Access access = addressing.reach(instruction, position);
        if (high.isPresent() && access.operand().mentions(Register.R15)) {
            highByteAccess(instruction, position, access, high.get());
            return;
        }
        emit(instruction, position, access);
    }

    /** Loads 32 bits from memory into the scratch register. */
    void loadScratch(int line, Mem source) throws AssemblyException {
        access(
                new Instruction(line, List.of(), "movl", List.of(source, Addressing.scratch32())),
                0);
    }

    private void emit(Instruction instruction, int position, Addressing.Access access) {
        Instruction confined = instruction.withOperand(position, access.operand());
        access.first().forEach(emitter::single);
        if (access.joins().isPresent()) {
            emitter.join(confined);
        } else if (access.setup().isPresent()) {
            emitter.group(access.setup().get(), confined);
        } else {
            emitter.single(confined);
        }
    }

    private static Optional<Register> highByte(Instruction instruction) {
        for (Operand operand : instruction.operands()) {
            if (operand instanceof Reg(Register register) && register.high()) {
                return Optional.of(register);
            }
        }
        return Optional.empty();
    }

    /**
     * ah, ch, dh and bh cannot be encoded next to r15. The byte is exchanged with the low one of
     * its register for the access; the address is in r11 before that, as it may use the same
     * register.
     */
    private void highByteAccess(
            Instruction instruction, int position, Addressing.Access access, Register high) {
        Reg highReg = new Reg(high);
        Reg lowReg = new Reg(high.lowByte());
        Mem operand = access.operand();
        if (access.setup().isPresent()) {
            access.first().forEach(emitter::single);
            emitter.single(access.setup().get());
        } else if (access.joins().isPresent()) {
            Register base = access.joins().get();
            emitter.single(Instruction.of("movl", new Reg(base.lower32()), Addressing.scratch32()));
            operand =
                    new Mem(
                            "",
                            operand.displacement(),
                            operand.base(),
                            Optional.of(Register.R11),
                            operand.scale());
        }
        Instruction exchange = Instruction.of("xchgb", highReg, lowReg);
        List<Operand> operands =
                instruction.operands().stream().map(o -> o.equals(highReg) ? lowReg : o).toList();
        Instruction swapped =
                instruction.with(instruction.mnemonic(), operands).withOperand(position, operand);
        emitter.single(exchange);
        emitter.group(
                Instruction.of("movl", Addressing.scratch32(), Addressing.scratch32()), swapped);
        emitter.single(exchange);
    }
}
