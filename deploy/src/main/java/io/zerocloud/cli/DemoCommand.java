package io.zerocloud.cli;

import io.zerocloud.demo.Demo;
import io.zerocloud.sandbox.toolchain.driver.CompileFront;
import io.zerocloud.sandbox.toolchain.driver.Driver;
import io.zerocloud.sandbox.toolchain.driver.Invocation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code zerocloud demo}: the main job, seen in under a minute. */
@Command(
        name = "demo",
        description = {
            "Starts a cluster of four storage nodes on this machine, fills it with text, compiles a word"
                    + " counter, posts it as a zapp, and compares with downloading the text.",
            "Needs no server and leaves nothing behind."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the job gave the right answer", "1:it did not, or something is missing"},
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud demo"})
public final class DemoCommand implements Callable<Integer> {
    private static final String SAMPLE = "sandbox-engine/guest/samples/wordcount.c";

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        // Before the first logger is made.
        System.setProperty("zerocloud.log", "WARN");
        new Demo(spec.commandLine().getOut()).run(compile());
        return 0;
    }

    private byte[] compile() throws IOException {
        Path source =
                Path.of(System.getenv().getOrDefault("ZEROCLOUD_HOME", "."))
                        .resolve(SAMPLE)
                        .toAbsolutePath();
        if (!Files.exists(source)) {
            throw new IOException(source + " is missing: the demo runs from the project's folder");
        }
        Path nexe = Files.createTempFile("wordcount", ".nexe");
        try {
            CompileFront.prepare(System.getenv());
            List<String> words = List.of("-O2", source.toString(), "-o", nexe.toString());
            spec.commandLine().getOut().println("  zerocloud cc -O2 " + SAMPLE + " -o wordcount");
            spec.commandLine().getOut().flush();
            int code =
                    new Driver(
                                    new Invocation(
                                            words,
                                            Path.of("").toAbsolutePath(),
                                            System.getenv(),
                                            InputStream.nullInputStream(),
                                            System.err,
                                            System.err),
                                    false)
                            .run();
            if (code != 0) {
                throw new IOException("the word counter did not compile");
            }
            return Files.readAllBytes(nexe);
        } finally {
            Files.deleteIfExists(nexe);
        }
    }
}
