package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Statement.Directive;
import java.util.ArrayDeque;
import java.util.Deque;

/** Follows the section directives of an assembly file. */
final class Sections {
    /**
     * A section.
     *
     * @param code whether it holds instructions
     */
    record Section(String name, boolean code) {
        boolean debug() {
            return name.startsWith(".debug") || name.startsWith(".stab");
        }

        boolean exceptionTable() {
            return name.startsWith(".gcc_except_table");
        }
    }

    private static final Section TEXT = new Section(".text", true);

    private final Deque<Section> pushed = new ArrayDeque<>();
    private Section current = TEXT;
    private Section previous = TEXT;

    Section current() {
        return current;
    }

    /** Takes note of a directive; true if it selects a section. */
    boolean directive(Directive directive) {
        switch (directive.name()) {
            case ".text" -> enter(TEXT);
            case ".data", ".bss" -> enter(new Section(directive.name(), false));
            case ".section" -> enter(named(directive.arguments()));
            case ".pushsection" -> {
                pushed.push(current);
                enter(named(directive.arguments()));
            }
            case ".popsection" -> {
                if (!pushed.isEmpty()) {
                    enter(pushed.pop());
                }
            }
            case ".previous" -> enter(previous);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void enter(Section section) {
        previous = current;
        current = section;
    }

    private static Section named(String arguments) {
        String[] parts = arguments.split(",", -1);
        String name = parts[0].strip().replace("\"", "");
        String flags = parts.length > 1 ? parts[1] : "";
        boolean code =
                flags.indexOf('x') >= 0
                        || name.equals(".text")
                        || name.startsWith(".text.")
                        || name.equals(".init")
                        || name.equals(".fini");
        return new Section(name, code && !name.startsWith(".note"));
    }
}
