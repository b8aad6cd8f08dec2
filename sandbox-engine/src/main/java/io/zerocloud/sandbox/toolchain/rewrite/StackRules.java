package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Imm;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.ArrayList;
import java.util.List;

/**
 * rsp and rbp always hold a full address inside the guest. They change by a 32-bit write that an
 * addition of r15 follows in the same bundle; pushes, pops, moves between the two and small masks
 * keep the property by themselves. What the program reads of them is the low half only.
 */
final class StackRules {
    private static final Reg RSP = new Reg(Register.RSP);
    private static final Reg RBP = new Reg(Register.RBP);

    private final Emitter emitter;
    private final MemoryRules memory;

    StackRules(Emitter emitter, MemoryRules memory) {
        this.emitter = emitter;
        this.memory = memory;
    }

    void leave() {
        emitter.single(Instruction.of("movq", RBP, RSP));
        popFramePointer();
    }

    void push(Instruction instruction) throws AssemblyException {
        switch (instruction.operands().getFirst()) {
            case Mem mem -> {
                memory.access(
                        new Instruction(
                                instruction.line(),
                                List.of(),
                                "movq",
                                List.of(mem, Addressing.scratch64())),
                        0);
                emitter.single(Instruction.of("pushq", Addressing.scratch64()));
            }
            case Reg(Register register) when register.number() == Register.RSP.number() -> {
                emitter.single(
                        Instruction.of(
                                "movl", new Reg(register.lower32()), Addressing.scratch32()));
                emitter.single(Instruction.of("pushq", Addressing.scratch64()));
            }
            case Reg(Register register) ->
                    emitter.single(Instruction.of("pushq", new Reg(register.wide())));
            default -> emitter.single(instruction.with("pushq", instruction.operands()));
        }
    }

    void pop(Instruction instruction) throws AssemblyException {
        if (!(instruction.operands().getFirst() instanceof Reg(Register register))
                || register.bits() < 32) {
            throw new AssemblyException(
                    instruction.line(), "pop into anything but a full register");
        }
        if (register.number() == Register.RBP.number()) {
            popFramePointer();
        } else if (register.isFrame()) {
            throw new AssemblyException(instruction.line(), "pop into the stack pointer");
        } else {
            emitter.single(Instruction.of("popq", new Reg(register.wide())));
        }
    }

    private void popFramePointer() {
        emitter.single(Instruction.of("popq", Addressing.scratch64()));
        emitter.group(
                Instruction.of("movl", Addressing.scratch32(), new Reg(Register.RBP.lower32())),
                rebaseKeepingFlags(Register.RBP));
    }

    /** An instruction whose destination is rsp, rbp or a part of them. */
    void write(Instruction instruction, Register destination) throws AssemblyException {
        String operation = Mnemonics.withoutSuffix(instruction.mnemonic());
        if (destination.bits() < 32 || instruction.operands().size() != 2) {
            throw unsupported(instruction);
        }
        Reg target = new Reg(destination.lower32());
        Operand source = instruction.operands().getFirst();
        switch (operation) {
            case "mov" -> move(instruction, source, destination, target);
            case "lea" ->
                    emitter.group(
                            Instruction.of("leal", ((Mem) source).widened(), target),
                            rebaseKeepingFlags(destination));
            case "add", "sub", "and" ->
                    arithmetic(instruction, operation, source, destination, target);
            case "or" -> {
                // gcc probes the stack with orl $0, (%esp); on the register itself it changes
                // nothing.
                if (!source.equals(new Imm("0"))) {
                    throw unsupported(instruction);
                }
            }
            default -> throw unsupported(instruction);
        }
    }

    private void move(Instruction instruction, Operand source, Register destination, Reg target)
            throws AssemblyException {
        switch (source) {
            case Reg(Register register) when register.isFrame() ->
                    emitter.single(
                            Instruction.of(
                                    "movq", new Reg(register.wide()), new Reg(destination.wide())));
            case Reg(Register register) ->
                    emitter.group(
                            Instruction.of("movl", new Reg(register.lower32()), target),
                            rebaseKeepingFlags(destination));
            case Mem mem -> {
                memory.loadScratch(instruction.line(), mem);
                emitter.group(
                        Instruction.of("movl", Addressing.scratch32(), target),
                        rebaseKeepingFlags(destination));
            }
            case Imm imm ->
                    emitter.group(
                            Instruction.of("movl", imm, target), rebaseKeepingFlags(destination));
            default -> throw unsupported(instruction);
        }
    }

    private void arithmetic(
            Instruction instruction,
            String operation,
            Operand source,
            Register destination,
            Reg target)
            throws AssemblyException {
        Operand operand = source;
        switch (source) {
            case Imm(String value) -> {
                boolean smallMask =
                        Operand.constant(value).filter(v -> v >= -128 && v < 0).isPresent();
                if (operation.equals("and") && smallMask) {
                    emitter.single(Instruction.of("andq", source, new Reg(destination.wide())));
                    return;
                }
            }
            case Reg(Register register) -> operand = new Reg(register.lower32());
            case Mem mem -> {
                memory.loadScratch(instruction.line(), mem);
                operand = Addressing.scratch32();
            }
            default -> throw unsupported(instruction);
        }
        Reg wide = new Reg(destination.wide());
        emitter.group(
                Instruction.of(operation + "l", operand, target),
                Instruction.of("addq", new Reg(Register.R15), wide));
    }

    /** {@code leaq (%rsp,%r15), %rsp}: the addition without a change of the flags. */
    private static Instruction rebaseKeepingFlags(Register register) {
        String displacement = register.number() == Register.RBP.number() ? "0" : "";
        Register wide = register.wide();
        return Instruction.of(
                "leaq", Mem.indexed(displacement, wide, Register.R15, 1), new Reg(wide));
    }

    /**
     * An instruction that reads rsp or rbp as a 64-bit value: the host's half must not be seen, and
     * the program expects a zero-extended 32-bit address.
     */
    void read64(Instruction instruction) throws AssemblyException {
        List<Operand> operands = new ArrayList<>(instruction.operands());
        Operand.Reg source = (Reg) operands.getFirst();
        Reg low = new Reg(source.register().lower32());
        boolean move = Mnemonics.withoutSuffix(instruction.mnemonic()).equals("mov");
        Operand destination = operands.getLast();
        if (move && destination instanceof Reg(Register register)) {
            emitter.single(Instruction.of("movl", low, new Reg(register.lower32())));
        } else if (move
                && destination instanceof Mem mem
                && Operand.constant(zeroIfEmpty(mem)).isPresent()) {
            long displacement = Operand.constant(zeroIfEmpty(mem)).get();
            Mem upper =
                    new Mem(
                            mem.segment(),
                            Long.toString(displacement + 4),
                            mem.base(),
                            mem.index(),
                            mem.scale());
            memory.access(
                    new Instruction(instruction.line(), List.of(), "movl", List.of(low, mem)), 1);
            memory.access(
                    new Instruction(
                            instruction.line(), List.of(), "movl", List.of(new Imm("0"), upper)),
                    1);
        } else if (destination instanceof Mem) {
            throw new AssemblyException(
                    instruction.line(), "the stack pointer as a 64-bit operand of memory");
        } else {
            emitter.single(Instruction.of("movl", low, Addressing.scratch32()));
            operands.set(0, Addressing.scratch64());
            emitter.single(instruction.with(instruction.mnemonic(), List.copyOf(operands)));
        }
    }

    private static String zeroIfEmpty(Mem mem) {
        return mem.displacement().isEmpty() ? "0" : mem.displacement();
    }

    private static AssemblyException unsupported(Instruction instruction) {
        return new AssemblyException(
                instruction.line(), "no safe form of this change of the stack or frame pointer");
    }
}
