package io.zerocloud.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The guest's runtime compiled for this machine with address and undefined behaviour checks, over
 * ordinary files in place of the sandbox's channels.
 */
class NativeRuntimeTest {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void runtime_passes_its_native_tests_and_its_file_system_behaves_as_this_kernel()
            throws Exception {
        Process process =
                new ProcessBuilder(Path.of("guest/test/run.sh").toAbsolutePath().toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsPattern("(?m)^[1-9][0-9]* passed, 0 failed$");
        assertThat(output).containsPattern("on this kernel: [1-9][0-9]* passed, 0 failed");
    }
}
