package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Which backing goes with which type and direction, and what then happens. */
@ExtendWith(Engines.class)
class ChannelMatrixTest {
    private static final ChannelLimits READ = ChannelLimits.reads(1000);
    private static final ChannelLimits WRITE = ChannelLimits.writes(1000);
    private static final ChannelLimits BOTH = new ChannelLimits(10, 1000, 10, 1000);

    /** The matrix of docs/reference/engine.md: every pair, legal or not. */
    @ParameterizedTest(name = "{0} of type {1}, {2}: {3}")
    @CsvFileSource(resources = "/sandbox/channel-matrix.csv", numLinesToSkip = 1)
    void everyPairIsAcceptedOrRefused(
            String backing, int type, String direction, String verdict, Engine engine)
            throws Exception {
        try (Link link = Link.open();
                OpenFile file = OpenFile.memory()) {
            Channel channel =
                    new Channel(
                            "/dev/x",
                            ChannelType.of(type),
                            switch (direction) {
                                case "read" -> READ;
                                case "write" -> WRITE;
                                default -> BOTH;
                            },
                            switch (backing) {
                                case "FileRegion" ->
                                        Backing.FileRegion.whole(OpenFile.of(new byte[10]));
                                case "WritableFile" -> new Backing.WritableFile(file);
                                case "FromStream" ->
                                        new Backing.FromStream(
                                                new ByteArrayInputStream(new byte[10]));
                                case "ToStream" ->
                                        new Backing.ToStream(new ByteArrayOutputStream());
                                case "LinkReader" -> new Backing.LinkEnd(link.reader());
                                case "LinkWriter" -> new Backing.LinkEnd(link.writer());
                                default -> new Backing.Nothing();
                            });
            if (backing.equals("LinkReader")) {
                link.writer().descriptor().close();
            }
            if (verdict.equals("refused")) {
                assertThatThrownBy(() -> run(engine, channel))
                        .isInstanceOf(EngineException.InvalidSpec.class);
            } else {
                List<Long> results = run(engine, channel);
                if (direction.equals("write")) {
                    assertThat(results.get(0)).as("read").isLessThanOrEqualTo(0);
                } else {
                    assertThat(results.get(0)).as("read").isGreaterThanOrEqualTo(0);
                }
                assertThat(results.get(1))
                        .as("write")
                        .isEqualTo(direction.equals("read") ? -122L : 5L);
            }
        }
    }

    private static List<Long> run(Engine engine, Channel channel) throws Exception {
        Driver driver = new Driver().read(3, Driver.AREA, 5, 0).write(3, 0x20000, 5, 0);
        Run run =
                Run.of(
                        engine,
                        Guests.nexe("driver"),
                        driver.input(),
                        spec -> spec.channel(channel));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        return Driver.results(run);
    }

    @Test
    void aSessionNeedsItsStandardChannelsAndUniqueNames(Engine engine) throws Exception {
        try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("hello")))) {
            Limits limits = new Limits(Run.MEMORY, Duration.ofSeconds(1));
            assertThatThrownBy(() -> engine.start(SessionSpec.of(program, limits).build()))
                    .isInstanceOf(EngineException.InvalidSpec.class)
                    .hasMessageContaining("/dev/stdin");
            assertThatThrownBy(
                            () ->
                                    Run.of(
                                            engine,
                                            program,
                                            limits,
                                            InputStream.nullInputStream(),
                                            spec -> spec.channel(Run.nothing(Channel.STDERR))))
                    .isInstanceOf(EngineException.InvalidSpec.class)
                    .hasMessageContaining("twice");
        }
    }

    @Test
    void digestsCoverTheBytesInTheirOrder(Engine engine) throws Exception {
        byte[] data = new byte[300_000];
        new java.util.Random(7).nextBytes(data);
        for (int length : new int[] {0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 300_000}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("echo")))) {
                SessionSpec spec =
                        SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(10)))
                                .channel(
                                        Run.in(
                                                        Channel.STDIN,
                                                        new ByteArrayInputStream(data, 0, length))
                                                .withDigest(DigestAlgorithm.MD5))
                                .channel(
                                        Run.out(Channel.STDOUT, out)
                                                .withDigest(DigestAlgorithm.SHA1))
                                .channel(Run.nothing(Channel.STDERR))
                                .build();
                Report report = engine.start(spec).await();
                assertThat(report.channel(Channel.STDIN).digest())
                        .isEqualTo(hex("MD5", data, length));
                assertThat(report.channel(Channel.STDOUT).digest())
                        .isEqualTo(hex("SHA-1", data, length));
                assertThat(report.channel(Channel.STDOUT).putBytes()).isEqualTo(length);
            }
        }
    }

    @Test
    void twoSessionsTalkThroughALink(Engine engine) throws Exception {
        byte[] data = new byte[1_000_000];
        new java.util.Random(3).nextBytes(data);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Link link = Link.open();
                Program program = engine.load(new ByteArrayInputStream(Guests.nexe("echo")))) {
            Limits limits = new Limits(Run.MEMORY, Duration.ofSeconds(20));
            Session reader =
                    engine.start(
                            SessionSpec.of(program, limits)
                                    .channel(
                                            new Channel(
                                                    Channel.STDIN,
                                                    ChannelType.SEQUENTIAL,
                                                    ChannelLimits.reads(1 << 30),
                                                    new Backing.LinkEnd(link.reader())))
                                    .channel(Run.out(Channel.STDOUT, out))
                                    .channel(Run.nothing(Channel.STDERR))
                                    .build());
            Session writer =
                    engine.start(
                            SessionSpec.of(program, limits)
                                    .channel(Run.in(Channel.STDIN, new ByteArrayInputStream(data)))
                                    .channel(
                                            new Channel(
                                                    Channel.STDOUT,
                                                    ChannelType.SEQUENTIAL,
                                                    ChannelLimits.writes(1 << 30),
                                                    new Backing.LinkEnd(link.writer())))
                                    .channel(Run.nothing(Channel.STDERR))
                                    .build());
            assertThat(writer.await().outcome()).isEqualTo(new Outcome.Exited(16));
            assertThat(reader.await().outcome()).isEqualTo(new Outcome.Exited(16));
            assertThat(out.toByteArray()).isEqualTo(data);
        }
    }

    @Test
    void aReaderThatHasEndedIsABrokenPipe(Engine engine) throws Exception {
        try (Link link = Link.open()) {
            link.reader().descriptor().close();
            Driver driver = new Driver().write(3, 0x20000, 5, 0).write(1, 0x20000, 1, 0);
            Run run =
                    Run.of(
                            engine,
                            Guests.nexe("driver"),
                            driver.input(),
                            spec ->
                                    spec.channel(
                                            new Channel(
                                                    "/dev/out/peer",
                                                    ChannelType.SEQUENTIAL,
                                                    WRITE,
                                                    new Backing.LinkEnd(link.writer()))));
            assertThat(Driver.results(run)).startsWith(-32L);
            assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        }
    }

    @Test
    void aSlowSinkMakesTheGuestWait(Engine engine) throws Exception {
        Semaphore permits = new Semaphore(0);
        List<Integer> sizes = new ArrayList<>();
        OutputStream slow =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new AssertionError();
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        permits.acquireUninterruptibly();
                        sizes.add(length);
                    }
                };
        int blocks = 64;
        try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("echo")));
                OpenFile input = OpenFile.of(new byte[blocks << 16])) {
            Session session =
                    engine.start(
                            SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(20)))
                                    .channel(
                                            new Channel(
                                                    Channel.STDIN,
                                                    ChannelType.SEQUENTIAL,
                                                    ChannelLimits.reads(1 << 30),
                                                    Backing.FileRegion.whole(input)))
                                    .channel(
                                            new Channel(
                                                    Channel.STDOUT,
                                                    ChannelType.SEQUENTIAL,
                                                    ChannelLimits.writes(1 << 30),
                                                    new Backing.ToStream(slow)))
                                    .channel(Run.nothing(Channel.STDERR))
                                    .build());
            assertThat(session.await(Duration.ofMillis(100))).as("the guest waits").isEmpty();
            permits.release(1 << 20);
            assertThat(session.await().outcome()).isEqualTo(new Outcome.Exited(blocks));
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(blocks << 16);
        }
    }

    @Test
    void manyChannelsPassTheirDescriptorsInSeveralPackets(Engine engine) throws Exception {
        try (OpenFile file = OpenFile.of(new byte[] {1, 2, 3})) {
            List<Channel> channels = new ArrayList<>();
            for (int i = 0; i < SessionSpec.MAX_CHANNELS - 3; i++) {
                String alias = "/dev/in/" + "x".repeat(200) + String.format("%04d", i);
                channels.add(
                        new Channel(
                                alias, ChannelType.RANDOM, READ, Backing.FileRegion.whole(file)));
            }
            Driver driver =
                    new Driver()
                            .read(3, Driver.AREA, 9, 0)
                            .read(1023, Driver.AREA, 9, 0)
                            .read(1024, Driver.AREA, 9, 0);
            Run run =
                    Run.of(
                            engine,
                            Guests.nexe("driver"),
                            driver.input(),
                            spec -> spec.channels(channels));
            assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
            assertThat(Driver.results(run)).containsExactly(3L, 3L, -22L);
        }
    }

    @Test
    void linksAndDirectoriesAreNotOpened(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path symbolic = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThatThrownBy(() -> OpenFile.readOnly(symbolic)).hasMessageContaining("ELOOP");
        assertThatThrownBy(() -> OpenFile.readOnly(directory))
                .hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> OpenFile.readOnly(Path.of("/dev/null")))
                .hasMessageContaining("not a regular file");
    }

    private static String hex(String algorithm, byte[] data, int length) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        digest.update(data, 0, length);
        return HexFormat.of().formatHex(digest.digest());
    }
}
