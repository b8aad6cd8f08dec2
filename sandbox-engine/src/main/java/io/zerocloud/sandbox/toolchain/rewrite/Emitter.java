package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the output. The last group of instructions that must share a bundle stays open, so that a
 * following memory access can join it when the group's last instruction has just zero-extended the
 * access's base register: the access then needs no mask of its own.
 */
final class Emitter {
    /**
     * Groups grow by merging up to this size; larger ones would waste more padding than they save.
     */
    private static final int GROUP_LIMIT = 24;

    private final StringBuilder out;
    private final ScratchAddress scratch = new ScratchAddress();
    private final List<String> lines = new ArrayList<>();
    private int instructions;
    private int length;
    private boolean open;
    private Optional<Instruction> last = Optional.empty();

    Emitter(StringBuilder out) {
        this.out = out;
    }

    /** One instruction that may stand anywhere. */
    void single(Instruction instruction) {
        flush();
        add(instruction);
    }

    /** Instructions that must be adjacent and in one bundle. */
    void group(Instruction... group) {
        flush();
        for (Instruction instruction : group) {
            add(instruction);
        }
    }

    /**
     * The register that the previous instruction zero-extended, if {@code next} can join its group.
     */
    boolean joins(Register register, Instruction next) {
        return open
                && last.flatMap(Mnemonics::zeroExtended).filter(register::aliases).isPresent()
                && length + EncodedLength.atMost(next) <= GROUP_LIMIT;
    }

    /** What is known about r11d at this point. */
    ScratchAddress scratch() {
        return scratch;
    }

    /** The instruction that a following one would be adjacent to. */
    Optional<Instruction> previous() {
        return open ? last : Optional.empty();
    }

    /** Adds to the open group; only after {@link #joins} said yes. */
    void join(Instruction instruction) {
        add(instruction);
    }

    private void add(Instruction instruction) {
        lines.add("\t" + instruction);
        instructions++;
        length += EncodedLength.atMost(instruction);
        last = Optional.of(instruction);
        open = true;
        scratch.emitted(instruction);
    }

    /** A line that no control flow arrives at and that emits nothing, such as {@code .loc}. */
    void annotation(String line) {
        if (open) {
            lines.add(line);
        } else {
            append(line);
        }
    }

    /** Any other line: a label that is jumped to, a directive, a branch. */
    void barrier(String line) {
        flush();
        scratch.forget();
        append(line);
    }

    /** Ends the window: nothing joins across this point. */
    void flush() {
        boolean locked = instructions > 1;
        if (locked) {
            append("\t.bundle_lock");
        }
        for (String line : lines) {
            append(line);
        }
        if (locked) {
            append("\t.bundle_unlock");
        }
        lines.clear();
        instructions = 0;
        length = 0;
        open = false;
    }

    private void append(String line) {
        out.append(line).append('\n');
    }
}
