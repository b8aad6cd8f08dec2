package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An agent that is killed leaves no supervisor and no worker, running or being made. */
class AgentDeathTest {
    /**
     * The agent: an engine with a guest that never ends, and one that starts guests all the time.
     */
    public static final class Agent {
        private Agent() {}

        public static void main(String[] args) throws Exception {
            String source = Files.readString(Path.of("src/test/guests/fault.s"));
            try (Engine engine = Engine.start(EngineConfig.defaults().withPoolSize(8));
                    Program loop =
                            engine.load(
                                    new ByteArrayInputStream(Guests.assemble(source, "KIND=6")))) {
                engine.start(
                        SessionSpec.of(loop, new Limits(Run.MEMORY, Duration.ofSeconds(60)))
                                .channel(Run.in(Channel.STDIN, InputStream.nullInputStream()))
                                .channel(Run.nothing(Channel.STDOUT))
                                .channel(Run.nothing(Channel.STDERR))
                                .build());
                System.out.println("running");
                byte[] hello = Guests.nexe("hello");
                while (true) {
                    Run.of(engine, hello);
                }
            }
        }
    }

    @Test
    void sigkillOfTheAgentEndsEverythingWithinASecond() throws Exception {
        Process agent =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Agent.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("running");
        List<ProcessHandle> family = agent.toHandle().descendants().toList();
        assertThat(family).hasSizeGreaterThan(3);
        agent.destroyForcibly();
        for (ProcessHandle process : family) {
            process.onExit().get(5, TimeUnit.SECONDS);
        }
        assertThat(family).noneMatch(ProcessHandle::isAlive);
    }
}
