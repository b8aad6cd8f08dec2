package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Imm;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Operand.Star;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.Optional;

/**
 * Jumps, calls and returns. An indirect target is cut to a bundle start inside the guest right
 * before the jump. A call pushes the 32-bit address of an aligned label behind it and jumps, which
 * keeps host addresses out of the guest's stack and pads behind the call, where nothing runs.
 */
final class ControlFlowRules {
    private static final Reg SCRATCH32 = Addressing.scratch32();
    private static final Reg SCRATCH = Addressing.scratch64();
    private static final String BUNDLE_ALIGNMENT = "\t.p2align 5";

    private final Emitter emitter;
    private final MemoryRules memory;
    private int returns;

    ControlFlowRules(Emitter emitter, MemoryRules memory) {
        this.emitter = emitter;
        this.memory = memory;
    }

    void ret(Instruction instruction) throws AssemblyException {
        if (!instruction.operands().isEmpty()) {
            throw new AssemblyException(instruction.line(), "ret with a count");
        }
        emitter.single(Instruction.of("popq", SCRATCH));
        jumpTo(SCRATCH);
    }

    void jump(Instruction instruction) throws AssemblyException {
        Operand target = target(instruction);
        if (target instanceof Mem direct) {
            emitter.single(directJump(instruction, direct));
            emitter.flush();
        } else if (target instanceof Star(Reg(Register register)) && justLoaded(register)) {
            jumpTo(new Reg(register));
        } else {
            loadTarget(instruction);
            jumpTo(SCRATCH);
        }
    }

    /**
     * Whether the register was loaded for this jump: it holds the entry of a jump table, a
     * temporary that nothing looks at afterwards, so it may be masked in place.
     */
    private boolean justLoaded(Register register) {
        return emitter.previous()
                .filter(p -> p.mnemonic().equals("movl") && p.operands().getFirst() instanceof Mem)
                .flatMap(Mnemonics::zeroExtended)
                .filter(register::aliases)
                .isPresent();
    }

    void call(Instruction instruction) throws AssemblyException {
        String label = ".Lreturn" + returns++;
        Instruction push = Instruction.of("pushq", new Imm(label));
        if (target(instruction) instanceof Mem direct) {
            emitter.single(push);
            emitter.single(directJump(instruction, direct));
        } else {
            loadTarget(instruction);
            emitter.single(push);
            jumpTo(SCRATCH);
        }
        emitter.barrier(BUNDLE_ALIGNMENT);
        emitter.barrier(label + ":");
    }

    /** A conditional jump or loop: its target is a label, so it stays as it is. */
    void conditional(Instruction instruction) {
        emitter.single(instruction);
        emitter.flush();
    }

    private static Operand target(Instruction instruction) throws AssemblyException {
        if (instruction.operands().size() != 1) {
            throw new AssemblyException(instruction.line(), "a branch takes one target");
        }
        Operand target = instruction.operands().getFirst();
        // With position-independent code a call may go through the global offset table, which a
        // static executable does not need.
        if (target instanceof Star(Mem mem)
                && mem.ripRelative()
                && mem.displacement().endsWith("@GOTPCREL")) {
            return new Mem(
                    "",
                    mem.displacement().replace("@GOTPCREL", ""),
                    Optional.empty(),
                    Optional.empty(),
                    1);
        }
        return target;
    }

    private static Instruction directJump(Instruction instruction, Mem target)
            throws AssemblyException {
        if (!target.bare()) {
            throw new AssemblyException(instruction.line(), "not a branch target: " + target);
        }
        String symbol = target.displacement().replace("@PLT", "");
        if (Operand.constant(symbol).filter(address -> address % 32 != 0).isPresent()) {
            throw new AssemblyException(
                    instruction.line(), "a branch to an address inside a bundle: " + symbol);
        }
        return Instruction.of("jmp", new Operand.Other(symbol));
    }

    private void loadTarget(Instruction instruction) throws AssemblyException {
        switch (target(instruction)) {
            case Star(Reg(Register register)) ->
                    emitter.single(Instruction.of("movl", new Reg(register.lower32()), SCRATCH32));
            case Star(Mem mem) -> memory.loadScratch(instruction.line(), mem);
            default -> throw new AssemblyException(instruction.line(), "not a branch target");
        }
    }

    private void jumpTo(Reg target) {
        emitter.group(
                Instruction.of("andl", new Imm("-32"), new Reg(target.register().lower32())),
                Instruction.of("addq", new Reg(Register.R15), target),
                Instruction.of("jmp", new Star(target)));
        emitter.flush();
    }
}
