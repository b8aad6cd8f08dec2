package io.zerocloud.sandbox.session;

import static io.zerocloud.sandbox.session.Driver.AREA;
import static io.zerocloud.sandbox.session.Driver.JAIL;
import static io.zerocloud.sandbox.session.Driver.UNJAIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Engines.class)
class JailTest {
    private static final long PAGE = 4096;

    /** A page of hlt with one instruction. */
    private static Backing.FileRegion page(int... bytes) throws Exception {
        byte[] page = new byte[(int) PAGE];
        java.util.Arrays.fill(page, (byte) 0xF4);
        for (int i = 0; i < bytes.length; i++) {
            page[i] = (byte) bytes[i];
        }
        return Backing.FileRegion.whole(OpenFile.of(page));
    }

    private static List<Long> run(Engine engine, Driver driver, Backing.FileRegion code)
            throws Exception {
        UnaryOperator<SessionSpec.Builder> more =
                spec ->
                        spec.jail(true)
                                .channel(
                                        new Channel(
                                                "/dev/code",
                                                ChannelType.RANDOM,
                                                ChannelLimits.reads(1 << 30),
                                                code));
        Run run = Run.of(engine, Guests.nexe("driver"), driver.input(), more);
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        return Driver.results(run);
    }

    @Test
    void validCodeBecomesExecutableAndReadOnlyUntilUnjailed(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .read(3, AREA, PAGE, 0)
                        .trap(UNJAIL, AREA, PAGE, 0, 0) // not jailed
                        .trap(JAIL, AREA, PAGE, 0, 0)
                        .read(3, AREA, 1, 0) // no longer writable
                        .write(2, AREA, PAGE, 0) // still readable
                        .read(3, AREA + PAGE, 1, 0) // the next page is
                        .trap(JAIL, AREA, PAGE, 0, 0) // again
                        .trap(UNJAIL, AREA, PAGE, 0, 0)
                        .read(3, AREA, 1, 0)
                        .trap(UNJAIL, AREA, PAGE, 0, 0);
        assertThat(run(engine, driver, page(0x90)))
                .containsExactly(PAGE, -22L, 0L, -22L, PAGE, 1L, 0L, 0L, 1L, -22L);
    }

    @Test
    void invalidCodeIsRefusedOnTheWholePage(Engine engine) throws Exception {
        // syscall behind the stated size, on the same page
        int[] bytes = new int[102];
        java.util.Arrays.fill(bytes, 0xF4);
        bytes[100] = 0x0F;
        bytes[101] = 0x05;
        Driver driver =
                new Driver().read(3, AREA, PAGE, 0).trap(JAIL, AREA, 32, 0, 0).read(3, AREA, 1, 0);
        assertThat(run(engine, driver, page(bytes))).containsExactly(PAGE, -1L, 1L);
    }

    @Test
    void onlyAlignedRangesOfTheHeapCanBeJailed(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .trap(JAIL, AREA + PAGE, PAGE, 0, 0)
                        .trap(JAIL, AREA, 0, 0, 0)
                        .trap(JAIL, AREA, -1, 0, 0)
                        .trap(JAIL, 0x20000, PAGE, 0, 0)
                        .trap(JAIL, 0x40000, PAGE, 0, 0)
                        .trap(JAIL, 0xFF000000L, PAGE, 0, 0)
                        .trap(JAIL, 0x2FF0000, 0x20000, 0, 0)
                        .trap(UNJAIL, AREA + 1, PAGE, 0, 0);
        assertThat(run(engine, driver, page())).containsOnly(-22L).hasSize(8);
    }

    @Test
    void aRangeLongerThanTheAgentJudgesIsRefusedBeforeItIsCopied(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .trap(JAIL, AREA, Jail.MAX_BYTES + PAGE, 0, 0)
                        .trap(JAIL, AREA, Jail.MAX_BYTES, 0, 0)
                        .trap(UNJAIL, AREA, Jail.MAX_BYTES, 0, 0);
        try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("driver")))) {
            Run run =
                    Run.of(
                            engine,
                            program,
                            new Limits(200L << 20, Duration.ofSeconds(60)),
                            driver.input(),
                            spec -> spec.jail(true));
            // Zeros are add %al,(%rax), which no guest may do.
            assertThat(Driver.results(run)).containsExactly(-12L, -1L, -22L);
        }
    }

    @Test
    void theBufferForRangesCannotGrow() throws Exception {
        try (Descriptor buffer = Jail.buffer();
                Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(PAGE);
            Posix.pwriteFully(buffer.number(), page, Jail.MAX_BYTES - PAGE);
            assertThatThrownBy(() -> Posix.pwriteFully(buffer.number(), page, Jail.MAX_BYTES))
                    .hasMessageContaining("EPERM");
            assertThatThrownBy(() -> Posix.truncate(buffer.number(), Jail.MAX_BYTES + PAGE))
                    .hasMessageContaining("EPERM");
        }
    }

    @Test
    void aSessionThatMayJailReservesWhatItsCopiesTake() throws Exception {
        try (Engine engine = Engine.start(EngineConfig.defaults().withPoolSize(1));
                Link link = Link.open();
                Program program = engine.load(new ByteArrayInputStream(Guests.nexe("echo")))) {
            Session session =
                    engine.start(
                            SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(60)))
                                    .channel(
                                            new Channel(
                                                    Channel.STDIN,
                                                    ChannelType.SEQUENTIAL,
                                                    ChannelLimits.reads(1),
                                                    new Backing.LinkEnd(link.reader())))
                                    .channel(Run.nothing(Channel.STDOUT))
                                    .channel(Run.nothing(Channel.STDERR))
                                    .jail(true)
                                    .build());
            assertThat(engine.usage().memoryBytes()).isEqualTo(2 * Run.MEMORY + Jail.MAX_BYTES);
            session.cancel("seen");
            session.await();
            assertThat(engine.usage().memoryBytes()).isZero();
        }
    }

    /** A worker that does not wait for its answer runs hostile code. */
    @Test
    void aSecondRangeWhileOneIsJudgedEndsTheSession(Engine engine) throws Exception {
        try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("hello")));
                Descriptor control = Jail.buffer();
                Arena arena = Arena.ofConfined()) {
            SessionSpec spec =
                    SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(1)))
                            .channels(EngineFigures.silence())
                            .jail(true)
                            .build();
            List<Runnable> judged = new ArrayList<>();
            LiveSession session =
                    new LiveSession(
                            new Worker(1, 1, control),
                            spec,
                            spec.channels(),
                            List.of(),
                            0,
                            0,
                            new LiveSession.Hooks() {
                                @Override
                                public void kill(Worker worker) {}

                                @Override
                                public void jail(
                                        Worker worker,
                                        Wire.JailQuestion question,
                                        Runnable beforeAnswer) {
                                    judged.add(beforeAnswer);
                                }

                                @Override
                                public Optional<Template> snapshot() {
                                    return Optional.empty();
                                }

                                @Override
                                public Optional<Outcome> changedInput() {
                                    return Optional.empty();
                                }

                                @Override
                                public void ended() {}
                            });
            MemorySegment question = arena.allocate(Wire.JAIL_QUESTION_BYTES, 8);
            question.set(ValueLayout.JAVA_INT, 0, 0x4c49414a);
            session.received(question, Wire.JAIL_QUESTION_BYTES);
            assertThatThrownBy(() -> session.received(question, Wire.JAIL_QUESTION_BYTES))
                    .isInstanceOf(Wire.ProtocolException.class);
            judged.getFirst().run();
            session.received(question, Wire.JAIL_QUESTION_BYTES);
            assertThat(judged).hasSize(2);
        }
    }

    @Test
    void aStormOfJailsLeavesNothingOpen(Engine engine) throws Exception {
        Driver driver = new Driver().read(3, AREA, PAGE, 0);
        for (int i = 0; i < 600; i++) {
            driver.trap(JAIL, AREA, PAGE, 0, 0).trap(UNJAIL, AREA, PAGE, 0, 0);
        }
        List<Long> results = run(engine, driver, page(0x90));
        assertThat(results).hasSize(1201);
        assertThat(results.subList(1, 1201)).containsOnly(0L);
    }

    /** The code: movl $77,%eax; popq %r11; and, add, jmp *%r11 as validated guests return. */
    @Test
    void jailedCodeRuns(Engine engine) throws Exception {
        String source =
                """
                .include "zerovm.inc"
                .globl _start
                .text
                .p2align 5
                _start:
                    trap read_code
                    trap jail_block
                    movl $0x01000000, %eax
                    pushq $9f
                    .bundle_lock
                    andl $-32, %eax
                    addq %r15, %rax
                    jmp *%rax
                    .bundle_unlock
                    .p2align 5
                9:  exit_with_rax
                .data
                    call_block read_code, READ, 3, 0x01000000, 4096, 0
                    call_block jail_block, JAIL, 0x01000000, 4096
                """;
        int[] code = {
            0xb8, 77, 0, 0, 0, 0x41, 0x5b, 0x41, 0x83, 0xe3, 0xe0, 0x4d, 0x01, 0xfb, 0x41, 0xff,
            0xe3
        };
        Backing.FileRegion region = page(code);
        Run run =
                Run.of(
                        engine,
                        Guests.assemble(source),
                        java.io.InputStream.nullInputStream(),
                        spec ->
                                spec.jail(true)
                                        .channel(
                                                new Channel(
                                                        "/dev/code",
                                                        ChannelType.RANDOM,
                                                        ChannelLimits.reads(1 << 30),
                                                        region)));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(77));
    }
}
