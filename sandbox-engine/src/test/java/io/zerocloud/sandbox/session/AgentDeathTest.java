package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
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

    /** In three attempts, since a busy machine may not have run the processes that were killed. */
    @Test
    void sigkillOfTheAgentLeavesNothingAfterASecond() throws Exception {
        List<Duration> times = new ArrayList<>();
        do {
            times.add(kill());
        } while (times.getLast().compareTo(Duration.ofSeconds(1)) > 0 && times.size() < 3);
        assertThat(times).anyMatch(time -> time.compareTo(Duration.ofSeconds(1)) <= 0);
        assertThat(times).allMatch(time -> time.compareTo(Duration.ofSeconds(10)) < 0);
    }

    /** The time from the agent's end to that of the last process of its pool, made when it may. */
    private static Duration kill() throws Exception {
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
        String socket = socket(agent.children().toList());
        assertThat(pool(socket)).isGreaterThan(3);
        agent.destroyForcibly().waitFor();
        long start = System.nanoTime();
        long elapsed = 0;
        while (pool(socket) > 0 && elapsed < 10_000_000_000L) {
            LockSupport.parkNanos(5_000_000);
            elapsed = System.nanoTime() - start;
        }
        return Duration.ofNanos(elapsed);
    }

    /** The path that all processes of one pool have among their arguments. */
    private static String socket(List<ProcessHandle> children) throws IOException {
        for (ProcessHandle child : children) {
            List<String> arguments = arguments(Path.of("/proc/" + child.pid()));
            int option = arguments.indexOf("--socket");
            if (option >= 0) {
                return arguments.get(option + 1);
            }
        }
        throw new IOException("the agent has no supervisor");
    }

    /**
     * How many processes a pool has; one that has ended and waits to be reaped has no arguments.
     */
    private static long pool(String socket) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> Character.isDigit(p.getFileName().toString().charAt(0)))
                    .filter(p -> arguments(p).contains(socket))
                    .count();
        }
    }

    private static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline")).split("\0"));
        } catch (IOException e) {
            return List.of(); // it has ended
        }
    }
}
