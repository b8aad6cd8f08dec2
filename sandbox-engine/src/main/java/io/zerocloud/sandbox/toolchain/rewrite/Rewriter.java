package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.AssemblyException;
import io.zerocloud.sandbox.toolchain.asm.AssemblyParser;
import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Statement;
import io.zerocloud.sandbox.toolchain.asm.Statement.Directive;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import io.zerocloud.sandbox.toolchain.asm.Statement.Label;
import io.zerocloud.sandbox.toolchain.asm.Statement.Marker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites an assembly file that gcc made for x32 (or a person wrote in that style) into one that
 * GNU as turns into sandboxed code: 32-byte bundles, confined memory operands, masked indirect
 * jumps. One pass over the statements with a window of one group, after one that looks at labels.
 *
 * <p>Code between {@code .bundle_lock} and {@code .bundle_unlock} in the input is taken as it is:
 * that is how hand-written assembly uses r11 and r15 itself.
 *
 * <p>The output is not trusted: the validator has the last word on the linked executable.
 */
public final class Rewriter {
    /**
     * Changes with the generated code. {@code guest/gcc/rewriter-version} holds it too, so that a
     * sysroot of another rewriter is not taken for this one's.
     */
    public static final int VERSION = 3;

    /**
     * First line of every output. A file that begins so is final: -S and -c may be separate steps.
     */
    private static final String HEADER = "\t.bundle_align_mode 5 # sandboxed";

    private static final String ALIGN_BUNDLE = "\t.p2align 5";
    private static final int BUNDLE_SHIFT = 5;

    private final SourcePosition position;
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final Sections sections = new Sections();
    private final Set<String> alignedSections = new HashSet<>();
    private final StringBuilder out;
    private final Emitter emitter;
    private final InstructionRewriter rules;
    private final LabelScan labels;
    private final FlagScan flags;
    private String function = "";
    private boolean verbatim;

    private Rewriter(List<Statement> statements, int sizeHint, String assemblyFile) {
        position = new SourcePosition(assemblyFile);
        out = new StringBuilder(sizeHint);
        emitter = new Emitter(out);
        rules = new InstructionRewriter(emitter);
        labels = new LabelScan(statements);
        flags = new FlagScan(statements);
    }

    /**
     * The rewritten text.
     *
     * @param assembly text of an assembly file
     * @param assemblyFile its name for messages, used where the text does not name its source
     * @throws RewriteException with every statement that has no safe form
     */
    public static String rewrite(String assembly, String assemblyFile) throws RewriteException {
        if (assembly.startsWith(HEADER)) {
            return assembly;
        }
        List<Statement> statements;
        try {
            statements = AssemblyParser.parse(assembly);
        } catch (AssemblyException e) {
            String statement = assembly.lines().skip(e.line() - 1L).findFirst().orElse("").strip();
            String where = assemblyFile + ":" + e.line();
            throw new RewriteException(
                    List.of(new Diagnostic(where, "", statement, String.valueOf(e.getMessage()))));
        }
        Rewriter rewriter = new Rewriter(statements, assembly.length() * 2, assemblyFile);
        rewriter.all(statements);
        if (!rewriter.diagnostics.isEmpty()) {
            throw new RewriteException(rewriter.diagnostics);
        }
        return rewriter.out.toString();
    }

    private void all(List<Statement> statements) {
        emitter.barrier(HEADER);
        for (Statement statement : statements) {
            try {
                switch (statement) {
                    case Marker marker -> position.marker(marker);
                    case Label label -> label(label);
                    case Directive directive -> directive(directive);
                    case Instruction instruction -> instruction(instruction);
                }
            } catch (AssemblyException e) {
                String reason = String.valueOf(e.getMessage());
                diagnostics.add(
                        new Diagnostic(
                                position.of(statement.line()),
                                function,
                                statement.toString(),
                                reason));
            }
        }
        emitter.flush();
    }

    private void label(Label label) throws AssemblyException {
        String line = label.name() + ":";
        if (!sections.current().code() || verbatim) {
            emitter.barrier(line);
            return;
        }
        if (!label.local()) {
            function = label.name();
        }
        if (labels.addressTaken(label)) {
            Optional<Instruction> reader =
                    label.local() && !label.numeric() ? flags.reader(label) : Optional.empty();
            if (reader.isPresent()) {
                throw new AssemblyException(
                        label.line(),
                        "an indirect jump to it loses the flags that `"
                                + reader.get().toString().replace('\t', ' ')
                                + "' wants");
            }
            emitter.barrier(ALIGN_BUNDLE);
            emitter.barrier(line);
        } else if (labels.jumpedTo(label)) {
            emitter.barrier(line);
        } else {
            emitter.annotation(line);
        }
    }

    private void instruction(Instruction instruction) throws AssemblyException {
        if (!sections.current().code() || verbatim) {
            emitter.barrier("\t" + instruction);
        } else {
            rules.rewrite(instruction);
        }
    }

    private void directive(Directive directive) throws AssemblyException {
        position.directive(directive);
        if (sections.directive(directive)) {
            section(directive);
            return;
        }
        String line = "\t" + directive;
        switch (directive.name()) {
            case ".loc" -> emitter.annotation(line);
            case ".bundle_lock" -> {
                verbatim = true;
                emitter.barrier(line);
            }
            case ".bundle_unlock" -> {
                verbatim = false;
                emitter.barrier(line);
            }
            case ".bundle_align_mode", ".code64" -> {}
            case ".code16", ".code32", ".intel_syntax" ->
                    throw new AssemblyException(
                            directive.line(), "only 64-bit AT&T code is supported");
            case ".p2align", ".align", ".balign" -> {
                if (sections.current().code()) {
                    alignment(directive);
                } else {
                    emitter.barrier(line);
                }
            }
            default -> {
                if (directive.name().startsWith(".cfi_")) {
                    emitter.annotation(line);
                } else {
                    emitter.barrier(line);
                }
            }
        }
    }

    private void section(Directive directive) throws AssemblyException {
        if (directive.arguments().startsWith(".note.GNU-stack")
                && directive.arguments().contains("x\"")) {
            throw new AssemblyException(
                    directive.line(),
                    "a nested function's address is taken, which needs code on the stack; guests have none");
        }
        emitter.barrier("\t" + directive);
        if (sections.current().code() && alignedSections.add(sections.current().name())) {
            emitter.barrier(ALIGN_BUNDLE);
        }
    }

    /**
     * In code nothing is aligned beyond a bundle, and gcc's second, weaker wish adds only padding.
     */
    private void alignment(Directive directive) {
        String first = directive.arguments().split(",", -1)[0].strip();
        long value = Operand.constant(first).orElse(0L);
        boolean bytes = !directive.name().equals(".p2align");
        long power = bytes ? 63 - Long.numberOfLeadingZeros(Math.max(1, value)) : value;
        if (power >= BUNDLE_SHIFT) {
            emitter.barrier(ALIGN_BUNDLE);
        } else if (power > 3) {
            emitter.barrier("\t" + directive);
        }
    }
}
