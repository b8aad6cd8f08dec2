package io.zerocloud.sandbox.toolchain.driver;

import io.zerocloud.sandbox.toolchain.driver.GccArguments.Input;
import io.zerocloud.sandbox.toolchain.driver.GccArguments.Input.ForLinker;
import io.zerocloud.sandbox.toolchain.driver.GccArguments.Input.Source;
import io.zerocloud.sandbox.toolchain.driver.GccArguments.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code zerocloud cc}: compiles and links guests with the host's gcc and binutils, taking gcc's
 * options. One instance serves one invocation.
 */
public final class Driver {
    private final Invocation invocation;
    private final boolean cxx;
    private final Tools tools;

    /**
     * @param cxx whether to link like g++: with the C++ library, treating .c files as C++
     */
    public Driver(Invocation invocation, boolean cxx) {
        this.invocation = invocation;
        this.cxx = cxx;
        this.tools = new Tools(invocation);
    }

    /** Ends the compilation from another thread; {@link #run} then returns a failure. */
    public void cancel() {
        tools.cancel();
    }

    /** Compiles; the exit code as gcc would give it: 0, or 1 after messages on the error stream. */
    public int run() throws IOException {
        try {
            List<String> words =
                    ResponseFiles.expand(invocation.arguments(), invocation.directory());
            GccArguments arguments = GccArgumentParser.parse(words);
            Toolchain toolchain = new Toolchain(invocation, tools);
            if (arguments.query().isPresent()) {
                new Queries(invocation, tools, toolchain).answer(arguments.query().get());
                return 0;
            }
            if (arguments.inputs().stream().noneMatch(Driver::names)) {
                if (words.contains("-v") || words.contains("-###")) {
                    tools.run(List.of("gcc", "-v"), InputStream.nullInputStream());
                    return 0;
                }
                throw new CompileException("no input files");
            }
            compile(arguments, toolchain);
            return 0;
        } catch (CompileException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.isEmpty()) {
                String text =
                        message.startsWith("/") || message.contains(": error: ")
                                ? message
                                : "zerocloud cc: error: " + message;
                synchronized (invocation.errors()) {
                    invocation.errors().write((text + "\n").getBytes(StandardCharsets.UTF_8));
                    invocation.errors().flush();
                }
            }
            return e.status();
        }
    }

    /** Whether an argument names something to compile or link; options of the linker do not. */
    private static boolean names(Input input) {
        return switch (input) {
            case Source source -> true;
            case ForLinker(List<String> words) -> words.getFirst().startsWith("-l");
        };
    }

    private void compile(GccArguments arguments, Toolchain toolchain)
            throws CompileException, IOException {
        SourceCompiler compiler = new SourceCompiler(invocation, tools, toolchain, arguments, cxx);
        List<Source> sources = arguments.sources();
        if (arguments.output().isPresent() && sources.size() > 1 && arguments.mode() != Mode.LINK) {
            throw new CompileException(
                    "cannot specify '-o' with '-c', '-S' or '-E' with multiple files");
        }
        switch (arguments.mode()) {
            case PREPROCESS -> compiler.preprocess();
            case ASSEMBLY -> {
                for (Source source : sources) {
                    String output = arguments.output().orElse(replaceEnding(source.file(), ".s"));
                    write(
                            output,
                            compiler.assembly(source, output)
                                    .getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            case OBJECT ->
                    ParallelSources.each(
                            sources,
                            source -> {
                                String output =
                                        arguments
                                                .output()
                                                .orElse(replaceEnding(source.file(), ".o"));
                                compiler.object(source, output, invocation.resolve(output));
                            });
            case LINK -> link(arguments, toolchain, compiler);
        }
    }

    private void link(GccArguments arguments, Toolchain toolchain, SourceCompiler compiler)
            throws CompileException, IOException {
        Path temporary = Files.createTempDirectory("zerocloud-cc");
        try {
            List<String> ordered = new ArrayList<>();
            int number = 0;
            boolean cxxLibrary = cxx;
            for (Input input : arguments.inputs()) {
                switch (input) {
                    case Source source when source.language() == Language.LINKER_INPUT ->
                            ordered.add(source.file());
                    case Source source -> {
                        Path object = temporary.resolve(number++ + ".o");
                        compiler.object(source, replaceEnding(source.file(), ".o"), object);
                        cxxLibrary |= source.language() == Language.CXX;
                        ordered.add(object.toString());
                    }
                    case Input.ForLinker words -> ordered.addAll(words.words());
                }
            }
            String output = arguments.output().orElse("a.out");
            Linker linker = new Linker(tools, toolchain, arguments, temporary);
            linker.link(ordered, cxxLibrary, invocation.resolve(output));
        } finally {
            deleteTree(temporary);
        }
    }

    private void write(String output, byte[] content) throws IOException, CompileException {
        if (output.equals("-")) {
            invocation.output().write(content);
            invocation.output().flush();
            return;
        }
        try {
            Files.write(invocation.resolve(output), content);
        } catch (IOException e) {
            throw new CompileException("cannot write " + output + ": " + e.getMessage());
        }
    }

    /** {@code dir/name.c} gives {@code name.o} in the current directory, as gcc has it. */
    static String replaceEnding(String file, String ending) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return (dot < 0 ? name : name.substring(0, dot)) + ending;
    }

    private static void deleteTree(Path directory) throws IOException {
        try (java.util.stream.Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
