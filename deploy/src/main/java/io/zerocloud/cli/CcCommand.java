package io.zerocloud.cli;

import io.zerocloud.sandbox.toolchain.driver.CompileFront;
import io.zerocloud.sandbox.toolchain.driver.Driver;
import io.zerocloud.sandbox.toolchain.driver.Invocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code zerocloud cc}: compiles and links guests. Its options are gcc's, so {@link #intercept}
 * takes the command line before picocli would read it.
 */
@Command(
        name = "cc",
        aliases = "c++",
        description = "Compiles and links a guest; the options are gcc's (`c++' links like g++).",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:compiled", "1:errors, as messages on standard error"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  zerocloud cc -O2 hello.c -o hello.nexe",
            "  ./configure CC=\"zerocloud cc\" --host=x86_64-nacl && make",
            "  zerocloud cc --print-sysroot"
        })
public final class CcCommand implements Callable<Integer> {
    @Parameters(paramLabel = "[gcc options] FILE", arity = "0..*", description = "As for gcc.")
    private List<String> words = List.of();

    /** For the help itself: the parser acts on this option, its value is of no use. */
    @Option(names = "--help", usageHelp = true, description = "Show this help message and exit.")
    void help(boolean asked) {}

    @Override
    public Integer call() throws IOException {
        return compile(false, words);
    }

    /** The exit code if the command line is a compiler's; other command lines give nothing. */
    static Optional<Integer> intercept(String[] args) {
        if (args.length < 2
                || !(args[0].equals("cc") || args[0].equals("c++"))
                || args[1].equals("--help")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    compile(args[0].equals("c++"), Arrays.asList(args).subList(1, args.length)));
        } catch (IOException e) {
            System.err.println("zerocloud cc: error: " + e.getMessage());
            return Optional.of(1);
        }
    }

    private static int compile(boolean cxx, List<String> words) throws IOException {
        CompileFront.prepare(System.getenv());
        Invocation invocation =
                new Invocation(
                        words,
                        Path.of("").toAbsolutePath(),
                        System.getenv(),
                        System.in,
                        System.out,
                        System.err);
        return new Driver(invocation, cxx).run();
    }
}
