package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Swift's own functional tests against the store; what does not pass is in a list, with reasons.
 */
class FunctionalTestsIT {
    private static final int PACKAGES_MISSING = 69;

    @TempDir private Path directory;

    @Test
    void endAsTheListSays() throws Exception {
        try (StoreFixture store = new StoreFixture(directory.resolve("store"))) {
            Path script = Path.of("src/test/swift/functional-tests").toAbsolutePath();
            Path errors = directory.resolve("errors");
            Process process =
                    new ProcessBuilder(
                                    "/usr/bin/python3",
                                    script.toString(),
                                    store.store().authUrl(),
                                    Path.of("target/swift-source").toAbsolutePath().toString())
                            .redirectError(errors.toFile())
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            assumeFalse(status == PACKAGES_MISSING, output);
            assertThat(status).as("%s; standard error: %s", output, errors).isZero();
        }
    }
}
