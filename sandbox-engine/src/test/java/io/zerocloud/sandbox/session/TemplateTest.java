package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Engines.class)
class TemplateTest {
    private static final Limits LIMITS = new Limits(Run.MEMORY, Duration.ofSeconds(10));

    private static Program warm(Engine engine) throws Exception {
        String source = Files.readString(Path.of("src/test/guests/warm.s"));
        return engine.load(new ByteArrayInputStream(Guests.assemble(source, "PAGES=1000")));
    }

    private static Template take(Engine engine, Program program) throws Exception {
        Session session =
                engine.start(
                        SessionSpec.of(program, LIMITS)
                                .channel(Run.in(Channel.STDIN, text("before12")))
                                .channel(Run.nothing(Channel.STDOUT))
                                .channel(Run.nothing(Channel.STDERR))
                                .takeTemplate(true)
                                .build());
        Report report = session.await();
        assertThat(report.outcome()).isEqualTo(new Outcome.Snapshotted());
        assertThat(report.succeeded()).isTrue();
        return session.template().orElseThrow();
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void sessionsGoOnBehindTheForkWithMemoryAsItWas(Engine engine) throws Exception {
        try (Program program = warm(engine);
                Template template = take(engine, program)) {
            assertThat(template.bytes()).isBetween(1000L * 4096, 1100L * 4096);
            for (String input : new String[] {"first678", "second78"}) {
                Run run =
                        Run.of(
                                engine,
                                program,
                                LIMITS,
                                text(input),
                                spec -> spec.template(template));
                assertThat(run.outcome()).isEqualTo(new Outcome.Exited(3));
                ByteBuffer found = ByteBuffer.wrap(run.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                assertThat(found.getLong(0)).as("result of fork").isZero();
                assertThat(found.getLong(8)).as("rbx").isEqualTo(0x1122334455667788L);
                assertThat(found.getLong(16)).as("r14").isEqualTo(0x99);
                assertThat(found.getLong(24)).as("stack").isEqualTo(0x1234);
                assertThat(found.getInt(32)).as("heap").isEqualTo(0x01001000);
                assertThat(found.getInt(40)).as("MXCSR").isEqualTo(0x7f80);
                assertThat(run.stdout()).contains("before12" + input);
            }
        }
    }

    @Test
    void withoutASinkForkJustReturns(Engine engine) throws Exception {
        try (Program program = warm(engine)) {
            Run run = Run.of(engine, program, LIMITS, text("first678second78"), spec -> spec);
            assertThat(run.outcome()).isEqualTo(new Outcome.Exited(3));
            assertThat(run.stdout()).contains("first678second78");
        }
    }

    @Test
    void aTemplateFitsItsProgramMemoryAndChannelsOnly(Engine engine) throws Exception {
        try (Program program = warm(engine);
                Program other = engine.load(new ByteArrayInputStream(Guests.nexe("hello")));
                Template template = take(engine, program)) {
            assertThatThrownBy(
                            () ->
                                    Run.of(
                                            engine,
                                            other,
                                            LIMITS,
                                            text(""),
                                            spec -> spec.template(template)))
                    .isInstanceOf(EngineException.InvalidSpec.class)
                    .hasMessageContaining("another program");
            Limits more = new Limits(Run.MEMORY * 2, Duration.ofSeconds(1));
            assertThatThrownBy(
                            () ->
                                    Run.of(
                                            engine,
                                            program,
                                            more,
                                            text(""),
                                            spec -> spec.template(template)))
                    .hasMessageContaining("bytes of memory");
            assertThatThrownBy(
                            () ->
                                    Run.of(
                                            engine,
                                            program,
                                            LIMITS,
                                            text(""),
                                            spec ->
                                                    spec.template(template)
                                                            .channel(Run.nothing("/dev/more"))))
                    .hasMessageContaining("with the channels");
        }
    }
}
