package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How sessions end. */
@ExtendWith(Engines.class)
class OutcomeTest {
    private static Run fault(Engine engine, int kind) throws Exception {
        String source = Files.readString(Path.of("src/test/guests/fault.s"));
        return Run.of(engine, Guests.assemble(source, "KIND=" + kind));
    }

    private static Outcome.Faulted faulted(Engine engine, int kind) throws Exception {
        Outcome outcome = fault(engine, kind).outcome();
        assertThat(outcome).isInstanceOf(Outcome.Faulted.class);
        return (Outcome.Faulted) outcome;
    }

    @Test
    void divisionByZeroIsNamed(Engine engine) throws Exception {
        Outcome.Faulted fault = faulted(engine, 1);
        assertThat(fault.signal()).isEqualTo(8);
        assertThat(fault.bytes()).startsWith("f7f1");
        assertThat(fault.cause()).startsWith("SIGFPE at guest address 0x2000");
    }

    @Test
    void writesToConstantsAndTextFault(Engine engine) throws Exception {
        assertThat(faulted(engine, 2).access()).hasValue(0x30000);
        assertThat(faulted(engine, 9).access()).hasValue(0x20000);
    }

    @Test
    void accessToUnmappedMemoryFaults(Engine engine) throws Exception {
        assertThat(faulted(engine, 3).access()).hasValue(0x1000);
    }

    @Test
    void accessBehindTheHeapNamesTheMemoryLimit(Engine engine) throws Exception {
        Outcome outcome = fault(engine, 8).outcome();
        assertThat(outcome).isInstanceOf(Outcome.MemoryExceeded.class);
        Outcome.MemoryExceeded exceeded = (Outcome.MemoryExceeded) outcome;
        assertThat(exceeded.limitBytes()).isEqualTo(Run.MEMORY);
        assertThat(exceeded.fault().access()).hasValue(0x30000000);
        assertThat(exceeded.cause())
                .matches(
                        "SIGSEGV at guest address 0x2000[0-9a-f] .*, access to 0x30000000, beyond"
                                + " its memory limit of 67108864 bytes");
    }

    @Test
    void haltAndUndefinedInstructionsFault(Engine engine) throws Exception {
        assertThat(faulted(engine, 4).bytes()).startsWith("f4");
        assertThat(faulted(engine, 4).access()).isEmpty();
        assertThat(faulted(engine, 11).signal()).isEqualTo(4);
    }

    @Test
    void aFaultWithABadStackPointerIsReportedLikeAnyOther(Engine engine) throws Exception {
        assertThat(fault(engine, 10).outcome()).isInstanceOf(Outcome.MemoryExceeded.class);
    }

    @Test
    void anotherTrampolineSlotEndsTheSession(Engine engine) throws Exception {
        assertThat(fault(engine, 5).outcome()).isEqualTo(new Outcome.BadSystemCall(5));
    }

    @Test
    void anEndlessLoopRunsIntoItsTimeOut(Engine engine) throws Exception {
        String source = Files.readString(Path.of("src/test/guests/fault.s"));
        try (Program program =
                engine.load(new ByteArrayInputStream(Guests.assemble(source, "KIND=6")))) {
            Run run =
                    Run.of(
                            engine,
                            program,
                            new Limits(Run.MEMORY, Duration.ofMillis(150)),
                            InputStream.nullInputStream(),
                            spec -> spec);
            assertThat(run.outcome()).isEqualTo(new Outcome.TimedOut());
            assertThat(run.report().state()).isEqualTo("session timeout");
            assertThat(run.report().timings().total())
                    .isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
        }
    }

    @Test
    void aGuestThatWaitsForInputTimesOutWithItsCounts(Engine engine) throws Exception {
        try (Link link = Link.open();
                Program program = engine.load(new ByteArrayInputStream(Guests.nexe("driver")))) {
            Run run =
                    Run.of(
                            engine,
                            program,
                            new Limits(Run.MEMORY, Duration.ofMillis(150)),
                            new Driver()
                                    .write(2, Driver.AREA, 5, 0)
                                    .read(3, Driver.AREA, 1, 0)
                                    .input(),
                            spec ->
                                    spec.channel(
                                            new Channel(
                                                    "/dev/in/peer",
                                                    ChannelType.SEQUENTIAL,
                                                    ChannelLimits.reads(100),
                                                    new Backing.LinkEnd(link.reader()))));
            assertThat(run.outcome()).isEqualTo(new Outcome.TimedOut());
            assertThat(run.report().channel(Channel.STDERR).putBytes()).isEqualTo(5);
        }
    }

    @Test
    void cancellingKillsAtOnce(Engine engine) throws Exception {
        String source = Files.readString(Path.of("src/test/guests/fault.s"));
        try (Program program =
                engine.load(new ByteArrayInputStream(Guests.assemble(source, "KIND=6")))) {
            Session session =
                    engine.start(
                            SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(60)))
                                    .channel(Run.in(Channel.STDIN, InputStream.nullInputStream()))
                                    .channel(Run.nothing(Channel.STDOUT))
                                    .channel(Run.nothing(Channel.STDERR))
                                    .build());
            session.cancel("the client went away");
            Report report = session.await();
            assertThat(report.outcome()).isEqualTo(new Outcome.Cancelled("the client went away"));
            assertThat(report.timings().total()).isLessThan(Duration.ofSeconds(5));
        }
    }

    /** Not even if the guest is faster than who tells of the failure. */
    @RepeatedTest(20)
    void aFailingSourceIsNoEndOfFile(Engine engine) throws Exception {
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("disk on fire");
                    }

                    @Override
                    public int read(byte[] bytes, int from, int length) throws IOException {
                        return read();
                    }
                };
        Run run = Run.of(engine, Guests.nexe("echo"), broken, spec -> spec);
        assertThat(run.outcome())
                .isEqualTo(new Outcome.ChannelFailed(Channel.STDIN, "disk on fire"));
    }

    @Test
    void aFailingSinkEndsTheSession(Engine engine) throws Exception {
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("client gone");
                    }
                };
        Run run =
                Run.of(
                        engine,
                        Guests.nexe("driver"),
                        new Driver().write(3, 0x20000, 5, 0).input(),
                        spec ->
                                spec.channel(
                                        new Channel(
                                                "/dev/out",
                                                ChannelType.SEQUENTIAL,
                                                ChannelLimits.writes(100),
                                                new Backing.ToStream(full))));
        assertThat(run.outcome()).isEqualTo(new Outcome.ChannelFailed("/dev/out", "client gone"));
    }

    @Test
    void aSourceThatNeverAnswersDoesNotHoldTheReport(Engine engine) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        InputStream silent =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        return -1;
                    }

                    @Override
                    public int read(byte[] bytes, int from, int length) throws IOException {
                        return read();
                    }
                };
        Run run =
                Run.of(
                        engine,
                        Guests.nexe("hello"),
                        InputStream.nullInputStream(),
                        spec -> spec.channel(Run.in("/dev/in/silent", silent)));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(7));
    }

    @Test
    void bytesOfMegabytesArriveWhole(Engine engine) throws Exception {
        byte[] data = new byte[5_000_001];
        new java.util.Random(1).nextBytes(data);
        Run run = Run.of(engine, Guests.nexe("echo"), new ByteArrayInputStream(data), spec -> spec);
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited((data.length + 65535) / 65536));
        assertThat(run.bytes()).isEqualTo(data);
    }
}
