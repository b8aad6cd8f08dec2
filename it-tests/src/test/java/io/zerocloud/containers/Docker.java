package io.zerocloud.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Docker's command line; without an engine tests are skipped. */
final class Docker {
    /** The project's folder. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static boolean built;

    private Docker() {}

    /** Skips the test where no Docker is. */
    static void requireEngine() throws InterruptedException {
        assumeTrue(
                succeeds("docker", "info"),
                "needs a Docker engine: eval \"$(deploy/docker/engine start)\"");
    }

    /** Builds both images, once a JVM; skips the test where no Docker is. */
    static synchronized void requireImages() throws IOException, InterruptedException {
        requireEngine();
        if (!built) {
            run(Map.of(), ROOT.resolve("deploy/docker/images").toString());
            built = true;
        }
    }

    /** Runs a command in the project's folder; fails unless it exits with 0. */
    static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(List.of(command)))
                        .directory(ROOT.toFile())
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said;
        try (BufferedReader output = process.inputReader()) {
            said = output.readAllAsString();
        }
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
        return said.strip();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException none) {
            return false;
        }
    }
}
