package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Operand.Imm;
import io.zerocloud.sandbox.toolchain.asm.Operand.Mem;
import io.zerocloud.sandbox.toolchain.asm.Operand.Reg;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Confines memory operands. The validator allows rip, r15, rsp and rbp as base, and an index only
 * if the instruction just before, in the same bundle, zero-extended it. Guest addresses are 32 bits
 * wide and wrap, so everything else is computed in r11d first and used as an index of r15, the
 * start of the guest's memory.
 *
 * <p>A small displacement may stay with the access, which makes the address computation shorter and
 * faster: a guest has nothing mapped in the lowest 64 KiB, and its start code leaves the topmost 64
 * KiB of the stack alone, so a valid address less the displacement does not wrap.
 */
final class Addressing {
    /** The thread pointer's symbol: a 32-bit variable of the C library. */
    static final String THREAD_POINTER = "__nacl_tp";

    private static final long SMALL = 0x10000;
    private static final Register SCRATCH = Register.R11;

    /**
     * How an operand is reached.
     *
     * @param setup instruction that must be adjacent in front of the access
     * @param first instructions in front of that one, in order, anywhere
     * @param joins register that the previous instruction must have zero-extended instead
     */
    record Access(
            Mem operand,
            Optional<Instruction> setup,
            List<Instruction> first,
            Optional<Register> joins) {

        static Access free(Mem operand) {
            return new Access(operand, Optional.empty(), List.of(), Optional.empty());
        }

        static Access masked(Mem operand, Instruction setup) {
            return new Access(operand, Optional.of(setup), List.of(), Optional.empty());
        }

        static Access joined(Mem operand, Register register) {
            return new Access(operand, Optional.empty(), List.of(), Optional.of(register));
        }
    }

    private final Emitter emitter;

    Addressing(Emitter emitter) {
        this.emitter = emitter;
    }

    /** The way to the memory operand at {@code position} of {@code user}. */
    Access reach(Instruction user, int position) throws AssemblyException {
        Mem mem = (Mem) user.operands().get(position);
        if (mem.segment().equals("fs")) {
            return threadLocal(user, mem);
        }
        if (!mem.segment().isEmpty()
                && !mem.segment().equals("ds")
                && !mem.segment().equals("es")) {
            throw new AssemblyException(
                    user.line(), "segment " + mem.segment() + " does not exist in a guest");
        }
        if (mem.ripRelative()) {
            return Access.free(mem.widened());
        }
        if (mem.bare()) {
            return absolute(mem);
        }
        Mem wide = mem.widened();
        if (wide.index().isEmpty() && wide.base().get().isFrame()) {
            return Access.free(wide);
        }
        Optional<Access> plain = plainIndex(user, position, wide);
        if (plain.isPresent()) {
            return plain.get();
        }
        return wide.index().isEmpty() && small(wide.displacement())
                ? based(user, position, wide)
                : computed(wide);
    }

    private static Access absolute(Mem mem) {
        Optional<Long> number = Operand.constant(mem.displacement());
        if (number.isEmpty()) {
            return Access.free(Mem.based(mem.displacement(), Register.RIP));
        }
        long address = number.get();
        return address >= 0 && address <= Integer.MAX_VALUE
                ? Access.free(Mem.based(mem.displacement(), Register.R15))
                : Access.masked(
                        Mem.indexed("", Register.R15, SCRATCH, 1),
                        Instruction.of("movl", new Imm(mem.displacement()), scratch32()));
    }

    private Access based(Instruction user, int position, Mem wide) {
        Register base = wide.base().get();
        Mem joined = Mem.indexed(wide.displacement(), Register.R15, base, 1);
        if (emitter.joins(base, user.withOperand(position, joined))) {
            return Access.joined(joined, base);
        }
        return Access.masked(
                Mem.indexed(wide.displacement(), Register.R15, SCRATCH, 1),
                Instruction.of("movl", new Reg(base.lower32()), scratch32()));
    }

    private Access computed(Mem wide) {
        OptionalLong distance = emitter.scratch().distance(wide);
        if (distance.isPresent()) {
            String displacement =
                    distance.getAsLong() == 0 ? "" : Long.toString(distance.getAsLong());
            return Access.masked(
                    Mem.indexed(displacement, Register.R15, SCRATCH, 1),
                    Instruction.of("movl", scratch32(), scratch32()));
        }
        boolean hoist =
                wide.base().isPresent() && wide.index().isPresent() && small(wide.displacement());
        if (mayBeNegative(wide.displacement())) {
            return new Access(
                    Mem.indexed("", Register.R15, SCRATCH, 1),
                    Optional.of(Instruction.of("movl", scratch32(), scratch32())),
                    List.of(Instruction.of("leaq", wide, scratch64())),
                    Optional.empty());
        }
        Mem address = hoist ? new Mem("", "", wide.base(), wide.index(), wide.scale()) : wide;
        return Access.masked(
                Mem.indexed(hoist ? wide.displacement() : "", Register.R15, SCRATCH, 1),
                Instruction.of("leal", address, scratch32()));
    }

    /**
     * {@code table(,%ecx,4)}: an index from the start of an object is not negative, so the sum does
     * not wrap and the scaling can stay with the access. The same holds for {@code d(%rsp,%ecx,4)}
     * right after an instruction that left a small number in ecx. An access before the object's
     * start is an error of the program; it ends in the guard pages.
     */
    private Optional<Access> plainIndex(Instruction user, int position, Mem wide) {
        if (wide.index().isEmpty() || !wide.base().map(Register::isFrame).orElse(true)) {
            return Optional.empty();
        }
        Register index = wide.index().get();
        Register base = wide.base().orElse(Register.R15);
        Mem direct = Mem.indexed(wide.displacement(), base, index, wide.scale());
        boolean fromStart = wide.base().isEmpty() && fromObjectStart(wide);
        boolean joins = emitter.joins(index, user.withOperand(position, direct));
        if (joins && (fromStart || bound(emitter.previous().orElseThrow()) <= SMALL)) {
            return Optional.of(Access.joined(direct, index));
        }
        return fromStart
                ? Optional.of(
                        Access.masked(
                                Mem.indexed(wide.displacement(), base, SCRATCH, wide.scale()),
                                Instruction.of("movl", new Reg(index.lower32()), scratch32())))
                : Optional.empty();
    }

    /** Whether the displacement is a symbol, less something, or plus less than one element. */
    private static boolean fromObjectStart(Mem mem) {
        String displacement = mem.displacement();
        if (displacement.isEmpty()
                || Character.isDigit(displacement.charAt(0))
                || displacement.charAt(0) == '-') {
            return false;
        }
        int sign = Math.max(displacement.lastIndexOf('+'), displacement.lastIndexOf('-'));
        return sign < 0
                || Operand.constant(displacement.substring(sign).replace("+", ""))
                        .filter(offset -> offset < mem.scale())
                        .isPresent();
    }

    /** The largest value, as an unsigned number, that a zero-extending instruction can leave. */
    private static long bound(Instruction instruction) {
        long unknown = 1L << 32;
        String base = Mnemonics.withoutSuffix(instruction.mnemonic());
        return switch (base) {
            case "movzbl" -> 0xFF;
            case "movzwl" -> 0xFFFF;
            case "and" ->
                    instruction.operands().getFirst() instanceof Imm(String value)
                            ? Operand.constant(value).filter(v -> v >= 0).orElse(unknown)
                            : unknown;
            case "shr" ->
                    instruction.operands().size() == 2
                                    && instruction.operands().getFirst()
                                            instanceof Imm(String value)
                            ? Operand.constant(value)
                                    .filter(v -> v > 0 && v < 32)
                                    .map(v -> 0xFFFFFFFFL >>> v)
                                    .orElse(unknown)
                            : unknown;
            default -> unknown;
        };
    }

    private static Access threadLocal(Instruction user, Mem mem) throws AssemblyException {
        Instruction pointer =
                Instruction.of("movl", Mem.based(THREAD_POINTER, Register.RIP), scratch32());
        if (mem.base().isEmpty() && mem.index().isEmpty()) {
            boolean self = Operand.constant(mem.displacement()).filter(v -> v == 0).isPresent();
            return Access.masked(
                    Mem.indexed(self ? "" : mem.displacement(), Register.R15, SCRATCH, 1), pointer);
        }
        if (mem.index().isPresent() && mem.base().isPresent()) {
            throw new AssemblyException(
                    user.line(), "a thread-local address with base and index: " + mem);
        }
        Register variable = mem.base().or(mem::index).get().wide();
        Mem sum =
                Mem.indexed(
                        mem.displacement(),
                        SCRATCH,
                        variable,
                        mem.base().isPresent() ? 1 : mem.scale());
        // The assembler refuses sym@tpoff in a 32-bit lea; the sum is cut to 32 bits by the next
        // one.
        Instruction cut = Instruction.of("movl", scratch32(), scratch32());
        return new Access(
                Mem.indexed("", Register.R15, SCRATCH, 1),
                Optional.of(cut),
                List.of(pointer, Instruction.of("leaq", sum, new Reg(SCRATCH))),
                Optional.empty());
    }

    /**
     * Whether a symbol less a constant can be below zero. The linker takes such a value for a
     * 64-bit instruction only.
     */
    static boolean mayBeNegative(String displacement) {
        int sign = displacement.lastIndexOf('-');
        return sign > 0
                && Operand.constant(displacement.substring(sign))
                        .filter(v -> v < -SMALL)
                        .isPresent();
    }

    private static boolean small(String displacement) {
        return displacement.isEmpty()
                || Operand.constant(displacement).filter(v -> v > -SMALL && v < SMALL).isPresent();
    }

    static Reg scratch32() {
        return new Reg(SCRATCH.lower32());
    }

    static Reg scratch64() {
        return new Reg(SCRATCH);
    }
}
