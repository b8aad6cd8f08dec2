package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.guests.Guests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that restrict executable memory files (vm.memfd_noexec), which add a seal of their own. */
class MemoryFilePolicyTest {
    private static final String SETTING = "/proc/sys/vm/memfd_noexec";

    /** One guest, in a process namespace whose setting the caller has changed. */
    public static final class Agent {
        private Agent() {}

        public static void main(String[] args) throws Exception {
            try (Engine engine = Engine.start(EngineConfig.defaults().withPoolSize(1))) {
                System.out.print(Run.of(engine, Guests.nexe("hello")).outcome());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void guestsRunWhereMemoryFilesAreNotExecutable(String setting) throws Exception {
        assumeTrue(Posix.effectiveUid() == 0, "only root may change " + SETTING);
        assumeTrue(Files.exists(Path.of(SETTING)), "this kernel has no " + SETTING);
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "needs util-linux");
        Process agent =
                new ProcessBuilder(
                                "unshare",
                                "--pid",
                                "--fork",
                                "--mount-proc",
                                "sh",
                                "-c",
                                "echo \"$1\" > " + SETTING + " && shift && exec \"$@\"",
                                "sh",
                                setting,
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Agent.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String outcome = new String(agent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(outcome).isEqualTo(new Outcome.Exited(7).toString());
        assertThat(agent.waitFor()).isZero();
    }
}
