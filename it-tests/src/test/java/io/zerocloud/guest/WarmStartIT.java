package io.zerocloud.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Channel;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.GuestConfiguration;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.Session;
import io.zerocloud.sandbox.session.SessionSpec;
import io.zerocloud.sandbox.session.Template;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code samples/warm.c}: a program that reaches its fork point once and serves many requests. */
class WarmStartIT {
    private static final Limits LIMITS = new Limits(64L << 20, Duration.ofSeconds(20));

    @TempDir static Path folder;

    private static Path nexe;

    @BeforeAll
    static void compile() throws Exception {
        nexe = folder.resolve("warm.nexe");
        Process process =
                new ProcessBuilder(
                                Path.of("../zerocloud").toAbsolutePath().toString(),
                                "cc",
                                "-O2",
                                "../sandbox-engine/guest/samples/warm.c",
                                "-o",
                                nexe.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static SessionSpec.Builder session(
            Program program, String input, ByteArrayOutputStream out, String who, long clock) {
        return SessionSpec.of(program, LIMITS)
                .channel(
                        channel(
                                Channel.STDIN,
                                true,
                                new Backing.FromStream(
                                        new ByteArrayInputStream(
                                                input.getBytes(StandardCharsets.UTF_8)))))
                .channel(channel(Channel.STDOUT, false, new Backing.ToStream(out)))
                .channel(channel(Channel.STDERR, false, new Backing.Nothing()))
                .configuration(
                        new GuestConfiguration(
                                List.of("warm"),
                                Map.of("WHO", who),
                                List.of(),
                                Map.of(),
                                clock,
                                1,
                                false));
    }

    private static Channel channel(String alias, boolean reads, Backing backing) {
        return new Channel(
                alias,
                ChannelType.SEQUENTIAL,
                reads ? ChannelLimits.reads(1L << 30) : ChannelLimits.writes(1L << 30),
                backing);
    }

    private static String request(
            Engine engine, Program program, Template template, String input, String who, long clock)
            throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Report report =
                engine.start(session(program, input, out, who, clock).template(template).build())
                        .await();
        assertThat(report.outcome()).isEqualTo(new Outcome.Exited(0));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void each_request_has_its_own_input_environment_clock_and_seed() throws Exception {
        ByteArrayOutputStream warming = new ByteArrayOutputStream();
        try (Engine engine = Engine.start(EngineConfig.defaults().withPoolSize(1));
                InputStream file = Files.newInputStream(nexe);
                Program program = engine.load(file)) {
            Session maker =
                    engine.start(
                            session(program, "99 unused", warming, "maker", 1)
                                    .takeTemplate(true)
                                    .build());
            assertThat(maker.await().outcome()).isEqualTo(new Outcome.Snapshotted());
            assertThat(warming.toString(StandardCharsets.UTF_8)).isEqualTo("warming up\n");
            try (Template template = maker.template().orElseThrow()) {
                String ann = request(engine, program, template, "7 8", "ann", 1000);
                String bob = request(engine, program, template, "999983", "bob", 2000);
                assertThat(ann).startsWith("7 is prime\n8 is not prime\nann at 1000, drew ");
                assertThat(bob).startsWith("999983 is prime\nbob at 2000, drew ");
                assertThat(ann.lines().toList().getLast().replaceFirst(".* drew ", ""))
                        .isNotEqualTo(bob.lines().toList().getLast().replaceFirst(".* drew ", ""));
                assertThat(request(engine, program, template, "7 8", "ann", 1000)).isEqualTo(ann);
            }
        }
    }
}
