package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small programs that try to get out, to confuse trusted code or to use more than they were given.
 * Each is a file of src/test/guests/hostile that says in its head what it does ({@code # expect:}
 * is a regular expression over the report's cause, or the validator's reason; {@code # options:}
 * are the session's).
 */
class HostileGuestTest {
    private static final Path PROGRAMS = Path.of("src/test/guests/hostile");
    private static final int RANDOM_BYTES = 4096;
    private static Optional<Engine> engine = Optional.empty();

    @BeforeAll
    static void start() throws Exception {
        for (String tool : List.of("as", "ld")) {
            boolean present =
                    Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                            .anyMatch(dir -> Files.isExecutable(Path.of(dir, tool)));
            assumeTrue(present, "needs " + tool + ": apt-get install binutils");
        }
        engine = Optional.of(Engine.start(EngineConfig.defaults().withPoolSize(4)));
    }

    @AfterAll
    static void stop() {
        engine.ifPresent(Engine::close);
    }

    static Stream<String> programs() throws IOException {
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".s"))
                    .map(name -> name.substring(0, name.length() - 2))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramEndsAsItsHeadSays(String name) throws Exception {
        String source = Files.readString(PROGRAMS.resolve(name + ".s"));
        String expected = head(source, "expect").orElseThrow();
        byte[] nexe = Guests.assemble(source);
        if (expected.startsWith("refused: ")) {
            EngineException.ProgramRefused refused =
                    catchThrowableOfType(
                            EngineException.ProgramRefused.class,
                            () -> engine().load(new ByteArrayInputStream(nexe)).close());
            assertThat(refused).isNotNull();
            assertThat(refused.getMessage()).contains(expected.substring("refused: ".length()));
            return;
        }
        Outcome outcome = run(nexe, options(source)).outcome();
        assertThat(outcome.cause()).matches(expected);
    }

    /** After all those programs nothing is left of them, and an honest one runs. */
    @Test
    void theEngineServesHonestGuestsAfterHostileOnes() throws Exception {
        for (String name : programs().toList()) {
            if (name.startsWith("store-") || name.startsWith("trap-on-")) {
                byte[] hostile = Guests.assemble(Files.readString(PROGRAMS.resolve(name + ".s")));
                assertThat(run(hostile, Map.of()).outcome())
                        .isNotInstanceOf(Outcome.EngineFailed.class);
                Run honest = Run.of(engine(), Guests.nexe("hello"));
                assertThat(honest.stdout()).isEqualTo("Hello, ZeroCloud\n");
            }
        }
        Engine.Usage usage = engine().usage();
        assertThat(usage.sessions()).isZero();
        assertThat(usage.memoryBytes()).isZero();
        assertThat(usage.poolRestarts()).isZero();
    }

    private static Engine engine() {
        return engine.orElseThrow();
    }

    private static Report run(byte[] nexe, Map<String, String> options) throws Exception {
        ChannelLimits in =
                new ChannelLimits(
                        number(options, "gets", ChannelLimits.UNLIMITED),
                        number(options, "get-bytes", ChannelLimits.UNLIMITED),
                        0,
                        0);
        ChannelLimits out =
                new ChannelLimits(
                        0,
                        0,
                        number(options, "puts", ChannelLimits.UNLIMITED),
                        number(options, "put-bytes", ChannelLimits.UNLIMITED));
        InputStream stdin =
                new ByteArrayInputStream(
                        options.getOrDefault("stdin", "").getBytes(StandardCharsets.UTF_8));
        Limits limits =
                new Limits(Run.MEMORY, Duration.ofMillis(number(options, "timeout", 20_000)));
        try (Program program = engine().load(new ByteArrayInputStream(nexe));
                OpenFile random = OpenFile.of(new byte[RANDOM_BYTES])) {
            SessionSpec.Builder spec =
                    SessionSpec.of(program, limits)
                            .channel(
                                    new Channel(
                                            Channel.STDIN,
                                            ChannelType.SEQUENTIAL,
                                            in,
                                            new Backing.FromStream(stdin)))
                            .channel(
                                    new Channel(
                                            Channel.STDOUT,
                                            ChannelType.SEQUENTIAL,
                                            out,
                                            new Backing.ToStream(new ByteArrayOutputStream())))
                            .channel(Run.nothing(Channel.STDERR))
                            .jail(options.containsKey("jail"));
            if (options.containsKey("data")) {
                spec.channel(
                        new Channel(
                                "/dev/data",
                                ChannelType.RANDOM,
                                ChannelLimits.reads(ChannelLimits.UNLIMITED),
                                Backing.FileRegion.whole(random)));
            }
            return engine().start(spec.build()).await();
        }
    }

    private static long number(Map<String, String> options, String name, long otherwise) {
        return options.containsKey(name) ? Long.parseLong(options.get(name)) : otherwise;
    }

    private static Map<String, String> options(String source) {
        Map<String, String> options = new HashMap<>();
        for (String word : head(source, "options").orElse("").split("\\s+")) {
            String[] parts = word.split("=", 2);
            options.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return options;
    }

    private static Optional<String> head(String source, String name) {
        String mark = "# " + name + ": ";
        return source.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .findFirst();
    }
}
