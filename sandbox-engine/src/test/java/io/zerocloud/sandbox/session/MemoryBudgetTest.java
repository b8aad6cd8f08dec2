package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What takes memory is counted, and more than there is never begins. */
class MemoryBudgetTest {
    private static final Limits LIMITS = new Limits(Run.MEMORY, Duration.ofSeconds(20));

    private static Engine engine(long budget) throws EngineException {
        return Engine.start(
                EngineConfig.defaults()
                        .withPoolSize(1)
                        .withMemoryBudgetBytes(budget)
                        .withAdmissionTimeout(Duration.ofMillis(50)));
    }

    private static Program load(Engine engine, String name) throws Exception {
        return engine.load(new ByteArrayInputStream(Guests.nexe(name)));
    }

    private static Program warm(Engine engine) throws Exception {
        String source = Files.readString(Path.of("src/test/guests/warm.s"));
        return engine.load(new ByteArrayInputStream(Guests.assemble(source, "PAGES=64")));
    }

    private static long bytes(Program program) throws EngineException {
        return ((Programs.Held) program).sealed().bytes();
    }

    private static Outcome run(Engine engine, Program program) throws Exception {
        return Run.of(engine, program, LIMITS, InputStream.nullInputStream(), spec -> spec)
                .outcome();
    }

    private static Session takeTemplate(Engine engine, Program program) throws Exception {
        return engine.start(
                SessionSpec.of(program, LIMITS)
                        .channels(EngineFigures.silence())
                        .takeTemplate(true)
                        .build());
    }

    @Test
    void aProgramCountsAndOneThatNobodyHoldsMakesRoom() throws Exception {
        long hello;
        long echo;
        try (Engine engine = engine(Run.MEMORY);
                Program first = load(engine, "hello");
                Program second = load(engine, "echo")) {
            hello = bytes(first);
            echo = bytes(second);
            assertThatThrownBy(() -> run(engine, first)).isInstanceOf(EngineException.Busy.class);
        }
        try (Engine engine = engine(Run.MEMORY + Math.max(hello, echo))) {
            Program first = load(engine, "hello");
            try (Program second = load(engine, "echo")) {
                assertThatThrownBy(() -> run(engine, second))
                        .isInstanceOf(EngineException.Busy.class);
                first.close();
                assertThat(run(engine, second)).isEqualTo(new Outcome.Exited(0));
            }
        }
        try (Engine engine = engine(hello - 1)) {
            assertThatThrownBy(() -> load(engine, "hello").close())
                    .isInstanceOf(EngineException.Busy.class)
                    .hasMessageContaining("for the program is not free");
        }
    }

    @Test
    void aTemplateCountsUntilItIsClosed() throws Exception {
        long program;
        long template;
        try (Engine engine = engine(1L << 32);
                Program warm = warm(engine)) {
            program = bytes(warm);
            Session session = takeTemplate(engine, warm);
            assertThat(engine.usage().memoryBytes()).isIn(2 * Run.MEMORY, 0L);
            assertThat(session.await().outcome()).isEqualTo(new Outcome.Snapshotted());
            try (Template taken = session.template().orElseThrow()) {
                template = taken.bytes();
            }
        }
        assertThat(template).isPositive();
        try (Engine engine = engine(2 * Run.MEMORY + program + template / 2);
                Program warm = warm(engine)) {
            Session session = takeTemplate(engine, warm);
            session.await();
            Template taken = session.template().orElseThrow();
            assertThatThrownBy(() -> takeTemplate(engine, warm))
                    .isInstanceOf(EngineException.Busy.class);
            taken.close();
            taken.close();
            assertThat(takeTemplate(engine, warm).await().outcome())
                    .isEqualTo(new Outcome.Snapshotted());
        }
    }

    @Test
    void manyWhoLoadAProgramAtOnceShareIt() throws Exception {
        byte[] nexe = Guests.nexe("echo");
        try (Engine engine = engine(1L << 32);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Program>> loads = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                loads.add(threads.submit(() -> engine.load(new ByteArrayInputStream(nexe))));
            }
            List<SealedProgram> sealed = new ArrayList<>();
            for (Future<Program> load : loads) {
                sealed.add(((Programs.Held) load.get()).sealed());
            }
            assertThat(sealed)
                    .allSatisfy(program -> assertThat(program).isSameAs(sealed.getFirst()));
        }
    }
}
