package io.zerocloud.cli.guest;

import io.zerocloud.sandbox.toolchain.driver.CompileFront;
import io.zerocloud.sandbox.toolchain.driver.Driver;
import io.zerocloud.sandbox.toolchain.driver.Invocation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The sample guests of the project, compiled by its own tool chain. */
public final class SampleGuest {
    private static final String SAMPLES = "sandbox-engine/guest/samples";

    private SampleGuest() {}

    /** Where a sample's source is, relative to the project's folder. */
    public static String source(String name) {
        return SAMPLES + "/" + name + ".c";
    }

    /**
     * Compiles a sample.
     *
     * @throws IOException if its source is not here or does not compile; messages went to standard
     *     error
     */
    public static byte[] compile(String name) throws IOException {
        Path source =
                Path.of(System.getenv().getOrDefault("ZEROCLOUD_HOME", "."))
                        .resolve(source(name))
                        .toAbsolutePath();
        if (!Files.exists(source)) {
            throw new IOException(source + " is missing: run zerocloud from the project's folder");
        }
        Path nexe = Files.createTempFile(name, ".nexe");
        try {
            CompileFront.prepare(System.getenv());
            List<String> words = List.of("-O2", source.toString(), "-o", nexe.toString());
            Invocation invocation =
                    new Invocation(
                            words,
                            Path.of("").toAbsolutePath(),
                            System.getenv(),
                            InputStream.nullInputStream(),
                            System.err,
                            System.err);
            if (new Driver(invocation, false).run() != 0) {
                throw new IOException(source + " did not compile");
            }
            return Files.readAllBytes(nexe);
        } finally {
            Files.deleteIfExists(nexe);
        }
    }
}
