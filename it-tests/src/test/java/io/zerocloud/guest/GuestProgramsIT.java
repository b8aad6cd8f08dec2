package io.zerocloud.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs {@code sandbox-engine/guest/test/programs.sh}: {@code zerocloud cc} and {@code zerocloud
 * run} over the samples, the C and C++ libraries' tests, the ports and other people's projects,
 * each twice with equal results. The first run on a machine compiles the guest's C library, which
 * takes minutes.
 */
class GuestProgramsIT {
    private static final Path SCRIPT = Path.of("../sandbox-engine/guest/test/programs.sh");

    /** Commands that a group calls and a machine may lack. */
    private static final Map<String, List<String>> NEEDED =
            Map.of(
                    "cxx", List.of("g++"),
                    "ports", List.of("tclsh", "musl-gcc"),
                    "foreign", List.of("cmake", "bzip2", "xz"));

    @ParameterizedTest
    @ValueSource(strings = {"samples", "libc", "cxx", "ports", "foreign"})
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void programs_behave_in_the_sandbox_and_twice_the_same(String group) throws Exception {
        for (String command : NEEDED.getOrDefault(group, List.of())) {
            assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", command)),
                    "needs " + command + ": deploy/setup --tests installs it");
        }
        Process process =
                new ProcessBuilder(SCRIPT.toAbsolutePath().normalize().toString(), group)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsPattern("(?m)^[1-9][0-9]* passed, 0 failed$");
    }
}
