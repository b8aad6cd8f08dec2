package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Imm;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Operand.Star;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the rule for an instruction: by name first, then by what it does with the stack pointer,
 * then by its memory operand. What no rule touches is confined already.
 */
final class InstructionRewriter {
    @FunctionalInterface
    private interface Rule {
        void apply(Instruction instruction) throws AssemblyException;
    }

    /** Prefixes without a meaning here: hints for branch tracking and transactions. */
    private static final Set<String> DROPPED_PREFIXES =
            Set.of("notrack", "bnd", "xacquire", "xrelease");

    private static final String TLS_OFFSET = "@tpoff";
    private static final String TLS_TABLE = "@gottpoff";
    private static final String GOT = "@GOTPCREL";

    private final Emitter emitter;
    private final MemoryRules memory;
    private final StackRules stack;
    private final StringRules strings;
    private final BitRules bits;
    private final ControlFlowRules control;
    private final Map<String, Rule> byName;

    InstructionRewriter(Emitter emitter) {
        this.emitter = emitter;
        this.memory = new MemoryRules(emitter);
        this.stack = new StackRules(emitter, memory);
        this.strings = new StringRules(emitter);
        this.bits = new BitRules(emitter);
        this.control = new ControlFlowRules(emitter, memory);
        this.byName =
                Map.ofEntries(
                        Map.entry("ret", control::ret),
                        Map.entry("jmp", control::jump),
                        Map.entry("call", control::call),
                        Map.entry("leave", i -> stack.leave()),
                        Map.entry("push", stack::push),
                        Map.entry("pop", stack::pop),
                        Map.entry("lea", this::lea),
                        Map.entry("endbr64", i -> {}),
                        Map.entry("endbr32", i -> {}));
    }

    void rewrite(Instruction original) throws AssemblyException {
        Instruction instruction = withoutHints(original);
        check(instruction);
        if (instruction.mnemonic().startsWith("nop")) {
            if (instruction.prefixes().contains("rep")) {
                emitter.single(Instruction.of("pause"));
            } else if (instruction.operands().isEmpty()) {
                // Not padding: gcc keeps a landing pad off its function's first byte by one, since
                // offset 0 in an exception table means that there is none.
                emitter.single(instruction);
            }
            return;
        }
        Rule rule = byName.get(Mnemonics.withoutSuffix(instruction.mnemonic()));
        if (rule != null && !ofStackPointer(instruction)) {
            rule.apply(instruction);
        } else if (Mnemonics.conditionalBranch(instruction.mnemonic())) {
            control.conditional(instruction);
        } else if (StringRules.applies(instruction)) {
            strings.apply(instruction);
        } else if (BitRules.applies(instruction)) {
            bits.apply(instruction);
        } else if (!threadLocalOffset(instruction) && !negativeAddress(instruction)) {
            operands(withoutOffsetTable(instruction));
        }
    }

    private static Instruction withoutHints(Instruction instruction) {
        if (instruction.prefixes().isEmpty()) {
            return instruction;
        }
        List<String> kept =
                instruction.prefixes().stream().filter(p -> !DROPPED_PREFIXES.contains(p)).toList();
        return new Instruction(
                instruction.line(), kept, instruction.mnemonic(), instruction.operands());
    }

    private static void check(Instruction instruction) throws AssemblyException {
        Optional<String> reason = Mnemonics.forbidden(instruction.mnemonic());
        if (reason.isPresent()) {
            throw new AssemblyException(instruction.line(), reason.get());
        }
        for (Operand operand : instruction.operands()) {
            Operand inner = operand instanceof Star(Operand target) ? target : operand;
            boolean reserved =
                    switch (inner) {
                        case Reg(Register r) -> r.aliases(Register.R11) || r.aliases(Register.R15);
                        case Mem mem -> mem.mentions(Register.R11) || mem.mentions(Register.R15);
                        default -> false;
                    };
            if (reserved) {
                throw new AssemblyException(
                        instruction.line(), "r11 and r15 are reserved for the sandbox");
            }
            if (inner instanceof Operand.Other(String text) && SEGMENTS.contains(text)) {
                throw new AssemblyException(
                        instruction.line(), "segment registers belong to the host");
            }
        }
    }

    private static final Set<String> SEGMENTS = Set.of("%cs", "%ds", "%es", "%fs", "%gs", "%ss");

    /** lea into rsp or rbp is a change of the stack, not an ordinary lea. */
    private static boolean ofStackPointer(Instruction instruction) {
        return Mnemonics.withoutSuffix(instruction.mnemonic()).equals("lea")
                && instruction.destination().orElse(null) instanceof Reg(Register register)
                && register.isFrame();
    }

    /** {@code movl $symbol-N}: like a lea of it. */
    private boolean negativeAddress(Instruction instruction) {
        if (instruction.mnemonic().equals("movl")
                && instruction.operands().getFirst() instanceof Imm(String value)
                && Addressing.mayBeNegative(value)
                && instruction.operands().getLast() instanceof Reg(Register register)
                && !register.isFrame()) {
            emitter.single(Instruction.of("movq", new Imm(value), new Reg(register.wide())));
            emitter.single(Instruction.of("movl", new Reg(register), new Reg(register)));
            return true;
        }
        return false;
    }

    private void operands(Instruction instruction) throws AssemblyException {
        List<Operand> operands = instruction.operands();
        if (instruction.destination().orElse(null) instanceof Reg(Register register)
                && register.isFrame()
                && !Mnemonics.readsDestination(instruction.mnemonic())) {
            stack.write(instruction, register);
            return;
        }
        if (operands.size() == 2 && fullFrame(operands.getFirst())) {
            stack.read64(instruction);
            return;
        }
        if (operands.size() == 2 && fullFrame(operands.getLast())) {
            Register register = ((Reg) operands.getLast()).register();
            emitter.single(
                    Instruction.of("movl", new Reg(register.lower32()), Addressing.scratch32()));
            if (operands.getFirst() instanceof Mem) {
                throw new AssemblyException(
                        instruction.line(), "the stack pointer compared with memory as 64 bits");
            }
            emitter.single(instruction.withOperand(1, Addressing.scratch64()));
            return;
        }
        int position = MemoryRules.position(instruction);
        if (position >= 0) {
            memory.access(plainMove(instruction), position);
        } else {
            emitter.single(instruction);
        }
    }

    private static boolean fullFrame(Operand operand) {
        return operand instanceof Reg(Register register)
                && register.isFrame()
                && register.bits() == 64;
    }

    /** movabs with a 64-bit address does not exist here: addresses have 32 bits. */
    private static Instruction plainMove(Instruction instruction) {
        return instruction.mnemonic().startsWith("movabs")
                ? instruction.with(
                        "mov" + instruction.mnemonic().substring("movabs".length()),
                        instruction.operands())
                : instruction;
    }

    private void lea(Instruction instruction) throws AssemblyException {
        if (instruction.operands().size() != 2
                || !(instruction.operands().getFirst() instanceof Mem mem)
                || !(instruction.operands().getLast() instanceof Reg(Register destination))) {
            throw new AssemblyException(instruction.line(), "lea needs an address and a register");
        }
        if (threadLocalOffset(instruction)) {
            return;
        }
        if (mem.displacement().endsWith(GOT)) {
            String symbol = mem.displacement().replace(GOT, "");
            throw new AssemblyException(
                    instruction.line(), "the address of an offset table's entry: " + symbol);
        }
        boolean hostAddress =
                mem.ripRelative()
                        || mem.base().filter(Register::isFrame).isPresent()
                        || mem.index().filter(Register::isFrame).isPresent();
        boolean address32 =
                mem.base().filter(r -> r.bits() == 32).isPresent()
                        || mem.index().filter(r -> r.bits() == 32).isPresent();
        boolean cut = destination.bits() == 64 && (hostAddress || address32);
        Mem wide = mem.widened();
        if (Addressing.mayBeNegative(mem.displacement()) && destination.bits() == 32) {
            emitter.single(Instruction.of("leaq", wide, new Reg(destination.wide())));
            emitter.single(Instruction.of("movl", new Reg(destination), new Reg(destination)));
            return;
        }
        emitter.single(
                cut
                        ? Instruction.of("leal", wide, new Reg(destination.lower32()))
                        : instruction.withOperand(0, wide));
    }

    /**
     * Offsets of thread-local variables as values. The assembler wants them in 64-bit instructions,
     * the program wants 32-bit results.
     */
    private boolean threadLocalOffset(Instruction instruction) {
        if (instruction.operands().size() != 2
                || !(instruction.operands().getLast() instanceof Reg(Register destination))
                || destination.bits() < 32) {
            return false;
        }
        Reg wide = new Reg(destination.wide());
        Reg low = new Reg(destination.lower32());
        String operation = Mnemonics.withoutSuffix(instruction.mnemonic());
        Operand source = instruction.operands().getFirst();
        String symbol;
        if (source instanceof Imm(String value) && value.contains(TLS_OFFSET)) {
            symbol = value;
        } else if (source instanceof Mem mem
                && mem.displacement().contains(TLS_TABLE)
                && mem.ripRelative()) {
            symbol = mem.displacement().replace(TLS_TABLE, TLS_OFFSET);
        } else if (source instanceof Mem mem
                && operation.equals("lea")
                && mem.displacement().contains(TLS_OFFSET)
                && mem.segment().isEmpty()) {
            emitter.single(Instruction.of("leaq", mem.widened(), wide));
            emitter.single(Instruction.of("movl", low, low));
            return true;
        } else {
            return false;
        }
        switch (operation) {
            case "mov", "movabs" -> emitter.single(Instruction.of("movq", new Imm(symbol), wide));
            case "add" ->
                    emitter.single(
                            Instruction.of("leaq", Mem.based(symbol, destination.wide()), wide));
            default -> {
                return false;
            }
        }
        emitter.single(Instruction.of("movl", low, low));
        return true;
    }

    /** {@code sym@GOTPCREL(%rip)} is the address of sym: a static executable knows it. */
    private static Instruction withoutOffsetTable(Instruction instruction) {
        for (int i = 0; i < instruction.operands().size(); i++) {
            if (instruction.operands().get(i) instanceof Mem mem
                    && mem.ripRelative()
                    && mem.displacement().endsWith(GOT)) {
                return instruction.withOperand(i, new Imm(mem.displacement().replace(GOT, "")));
            }
        }
        return instruction;
    }
}
