package io.zerocloud.sandbox.toolchain.driver;

import io.zerocloud.sandbox.toolchain.driver.GccArguments.Dependencies;
import io.zerocloud.sandbox.toolchain.driver.GccArguments.Input.Source;
import io.zerocloud.sandbox.toolchain.rewrite.RewriteException;
import io.zerocloud.sandbox.toolchain.rewrite.Rewriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes one source file to assembly or an object: gcc, the rewriter, as. */
final class SourceCompiler {
    private final Invocation invocation;
    private final Tools tools;
    private final Toolchain toolchain;
    private final GccArguments arguments;
    private final boolean cxx;

    SourceCompiler(
            Invocation invocation,
            Tools tools,
            Toolchain toolchain,
            GccArguments arguments,
            boolean cxx) {
        this.invocation = invocation;
        this.tools = tools;
        this.toolchain = toolchain;
        this.arguments = arguments;
        this.cxx = cxx;
    }

    /** -E and its like: gcc does it all, with the guest's headers and macros. */
    void preprocess() throws IOException, CompileException {
        boolean anyCxx = arguments.sources().stream().anyMatch(s -> language(s) == Language.CXX);
        List<String> command = gcc(anyCxx);
        arguments.output().ifPresent(o -> command.addAll(List.of("-o", o)));
        command.addAll(dependencies(arguments.output().orElse("")));
        for (Source source : arguments.sources()) {
            sourceWords(command, source);
        }
        tools.run(command, input(arguments.sources()));
    }

    /** Rewritten assembly of a source. {@code output} only names the dependency file. */
    String assembly(Source source, String output) throws IOException, CompileException {
        String text =
                switch (language(source)) {
                    case ASSEMBLER -> read(source);
                    case ASSEMBLER_WITH_CPP -> gccOutput(source, output, "-E");
                    case HEADER ->
                            throw new CompileException(
                                    "precompiled headers are not supported: " + source.file());
                    // What comes by a pipe comes once, so it is compiled for the safe side.
                    default ->
                            gccOutput(
                                    source,
                                    output,
                                    "-S",
                                    source.file().equals("-")
                                            ? GccOptions.NO_JUMP_TABLES
                                            : List.of());
                };
        String name = source.file().equals("-") ? "<stdin>" : source.file();
        try {
            return Rewriter.rewrite(text, name);
        } catch (RewriteException e) {
            return compiledAgain(e, source, output, name);
        }
    }

    /**
     * Again without what made gcc write code that cannot be rewritten, and if that is not the
     * reason with its lines, for the message. The warnings have been printed already.
     */
    private String compiledAgain(RewriteException e, Source source, String output, String name)
            throws IOException, CompileException {
        boolean compiled = language(source) == Language.C || language(source) == Language.CXX;
        if (!compiled || source.file().equals("-")) {
            throw new CompileException(String.valueOf(e.getMessage()));
        }
        List<String> options = new ArrayList<>(List.of("-w"));
        RewriteException refused = e;
        for (List<String> more :
                List.of(GccOptions.FLAGS_STAY, GccOptions.NO_JUMP_TABLES, GccOptions.LINES)) {
            options.addAll(more);
            try {
                return Rewriter.rewrite(gccOutput(source, output, "-S", options), name);
            } catch (RewriteException again) {
                refused = again;
            }
        }
        throw new CompileException(String.valueOf(refused.getMessage()));
    }

    /** Compiles a source into an object file. */
    void object(Source source, String output, Path file) throws IOException, CompileException {
        byte[] text = assembly(source, output).getBytes(StandardCharsets.ISO_8859_1);
        List<String> command = new ArrayList<>(List.of("as", "--64"));
        command.addAll(arguments.assemble());
        arguments.compile().stream()
                .filter(option -> option.startsWith("-I"))
                .forEach(command::add);
        command.addAll(List.of("-o", file.toString(), "--", "-"));
        try {
            tools.run(command, new ByteArrayInputStream(text));
        } catch (CompileException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private Language language(Source source) {
        return cxx
                        && source.language() == Language.C
                        && source.option().isEmpty()
                        && !source.file().endsWith(".i")
                ? Language.CXX
                : source.language();
    }

    private String gccOutput(Source source, String output, String step)
            throws IOException, CompileException {
        return gccOutput(source, output, step, List.of());
    }

    private String gccOutput(Source source, String output, String step, List<String> more)
            throws IOException, CompileException {
        List<String> command = gcc(language(source) == Language.CXX);
        command.addAll(more);
        command.addAll(dependencies(output));
        command.addAll(List.of(step, "-o", "-"));
        sourceWords(command, source);
        return new String(
                tools.capture(command, input(List.of(source))), StandardCharsets.ISO_8859_1);
    }

    private void sourceWords(List<String> command, Source source) {
        boolean asCxx = language(source) == Language.CXX && source.language() == Language.C;
        command.addAll(
                List.of(
                        "-x",
                        asCxx ? "c++" : source.option().isEmpty() ? "none" : source.option()));
        command.add(source.file());
    }

    private InputStream input(List<Source> sources) {
        return sources.stream().anyMatch(s -> s.file().equals("-"))
                ? invocation.input()
                : InputStream.nullInputStream();
    }

    private String read(Source source) throws CompileException {
        try {
            byte[] text =
                    source.file().equals("-")
                            ? invocation.input().readAllBytes()
                            : Files.readAllBytes(invocation.resolve(source.file()));
            return new String(text, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new CompileException("cannot read " + source.file() + ": " + e.getMessage());
        }
    }

    /**
     * gcc with the caller's options, the guest's headers and what the rewriter needs, in this
     * order.
     */
    private List<String> gcc(boolean asCxx) throws IOException, CompileException {
        List<String> command = new ArrayList<>();
        command.add(asCxx ? "g++" : "gcc");
        command.addAll(GccOptions.MACROS);
        if (asCxx) {
            command.addAll(GccOptions.CXX_MACROS);
        }
        command.addAll(arguments.compile());
        if (arguments.standardIncludes()) {
            Sysroot sysroot = asCxx ? toolchain.sysrootWithCxx() : toolchain.sysroot();
            command.addAll(sysroot.includeOptions(asCxx, toolchain.gccInclude()));
        }
        if (!asCxx && !arguments.exceptions()) {
            command.addAll(GccOptions.NO_UNWIND_TABLES);
        }
        command.addAll(GccOptions.CODE);
        return command;
    }

    /** Make rules go where they would if gcc wrote the object itself. */
    private List<String> dependencies(String output) {
        Dependencies dependencies = arguments.dependencies();
        List<String> options = new ArrayList<>(dependencies.options());
        dependencies.file().ifPresent(f -> options.addAll(List.of("-MF", f)));
        Optional<String> during = dependencies.during();
        if (during.isPresent()) {
            options.add(during.get());
            if (dependencies.file().isEmpty()) {
                int dot = output.lastIndexOf('.');
                boolean ending = dot > output.lastIndexOf('/');
                options.addAll(List.of("-MF", (ending ? output.substring(0, dot) : output) + ".d"));
            }
            if (!dependencies.target()) {
                options.addAll(List.of("-MQ", output));
            }
        }
        return options;
    }
}
