package io.zerocloud.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.testing.Serve;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code zerocloud serve} as a service manager sees it. */
@Timeout(120)
class ServeIT {
    @TempDir private Path directory;

    @Test
    void sigtermEndsItWithZeroAndLeavesNoProcess() throws Exception {
        Process server =
                new ProcessBuilder(
                                Path.of("..", "zerocloud").toAbsolutePath().toString(),
                                "serve",
                                "--embedded",
                                directory.resolve("store").toString(),
                                "--port",
                                "0")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<ProcessHandle> children = List.of();
        try (BufferedReader output = server.inputReader()) {
            Serve.awaitReady(output, "auth");
            children = server.descendants().toList();
            assertThat(children).as("the sandbox's processes").isNotEmpty();
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
            for (ProcessHandle child : children) {
                child.onExit().get(10, TimeUnit.SECONDS);
            }
        } finally {
            server.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
