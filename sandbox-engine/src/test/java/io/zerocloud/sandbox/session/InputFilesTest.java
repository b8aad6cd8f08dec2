package io.zerocloud.sandbox.session;

import static io.zerocloud.sandbox.session.Driver.AREA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What others do to a file that a session reads: the guest gets the bytes that were there at the
 * start, or the session fails and says so. The driver guest reads half, waits until the file has
 * been tampered with, and reads the rest.
 */
@ExtendWith(Engines.class)
class InputFilesTest {
    private static final int SIZE = 100_000;
    private static final int HALF = SIZE / 2;

    @TempDir Path directory;
    private Path object;
    private final byte[] bytes = new byte[SIZE];

    @FunctionalInterface
    private interface Tampering {
        void with(Path file) throws IOException;
    }

    @BeforeEach
    void write() throws Exception {
        new java.util.Random(7).nextBytes(bytes);
        object = Files.write(directory.resolve("object.data"), bytes);
        // Written long ago, as objects are: the clock of file systems has steps of milliseconds.
        Files.setLastModifiedTime(object, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }

    @Test
    void aRenamedFileKeepsItsBytes(Engine engine) throws Exception {
        Run run = run(engine, file -> Files.move(file, directory.resolve("elsewhere")));
        assertWhole(run);
    }

    @Test
    void aReplacedFileKeepsItsBytes(Engine engine) throws Exception {
        Run run =
                run(
                        engine,
                        file ->
                                Files.move(
                                        Files.write(directory.resolve("new"), new byte[10]),
                                        file,
                                        StandardCopyOption.ATOMIC_MOVE));
        assertWhole(run);
    }

    @Test
    void aRemovedFileKeepsItsBytes(Engine engine) throws Exception {
        assertWhole(run(engine, Files::delete));
    }

    @Test
    void aTruncatedFileIsNoEndOfFile(Engine engine) throws Exception {
        Run run =
                run(
                        engine,
                        file -> {
                            try (FileChannel channel =
                                    FileChannel.open(file, StandardOpenOption.WRITE)) {
                                channel.truncate(HALF + 10);
                            }
                        });
        assertThat(run.outcome())
                .isEqualTo(
                        new Outcome.ChannelFailed(
                                "/dev/input", "its file became shorter during the session"));
    }

    @Test
    void anOverwrittenFileFailsTheSession(Engine engine) throws Exception {
        Run run = run(engine, file -> Files.write(file, new byte[SIZE], StandardOpenOption.WRITE));
        assertThat(run.outcome())
                .isEqualTo(
                        new Outcome.ChannelFailed(
                                "/dev/input", "its file was changed during the session"));
    }

    @Test
    void aRegionBehindTheFilesEndIsRefused(Engine engine) throws Exception {
        try (OpenFile file = OpenFile.readOnly(object);
                Program program = engine.load(new ByteArrayInputStream(Guests.nexe("hello")))) {
            Backing.FileRegion region = new Backing.FileRegion(file, HALF, HALF + 1);
            assertThatThrownBy(
                            () ->
                                    Run.of(
                                            engine,
                                            program,
                                            new Limits(Run.MEMORY, Duration.ofSeconds(10)),
                                            InputStream.nullInputStream(),
                                            spec -> spec.channel(input(region))))
                    .isInstanceOf(EngineException.InvalidSpec.class)
                    .hasMessageContaining("its file of 100000 bytes ends before the region");
        }
    }

    private Run run(Engine engine, Tampering tampering) throws Exception {
        Driver before =
                new Driver().read(3, AREA, HALF, 0).write(1, AREA, HALF, 0).write(4, AREA, 1, 0);
        Driver after = new Driver().read(3, AREA, HALF, HALF).write(1, AREA, HALF, 0);
        try (OpenFile file = OpenFile.readOnly(object);
                PipedInputStream stdin = new PipedInputStream(1 << 16);
                PipedOutputStream half = new PipedOutputStream();
                PipedInputStream halfRead = new PipedInputStream(half)) {
            PipedOutputStream commands = new PipedOutputStream(stdin);
            commands.write(before.input().readAllBytes());
            commands.flush();
            Thread tamperer =
                    Thread.startVirtualThread(
                            () -> {
                                try (commands) {
                                    halfRead.read();
                                    tampering.with(object);
                                    commands.write(after.input().readAllBytes());
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            Backing.FileRegion region = Backing.FileRegion.whole(file);
            Run run =
                    Run.of(
                            engine,
                            Guests.nexe("driver"),
                            stdin,
                            spec ->
                                    spec.channel(input(region))
                                            .channel(
                                                    new Channel(
                                                            "/dev/out/half",
                                                            ChannelType.SEQUENTIAL,
                                                            ChannelLimits.writes(1),
                                                            new Backing.ToStream(half))));
            tamperer.join();
            return run;
        }
    }

    private static Channel input(Backing.FileRegion region) {
        return new Channel(
                "/dev/input",
                ChannelType.RANDOM,
                ChannelLimits.reads(ChannelLimits.UNLIMITED),
                region);
    }

    private void assertWhole(Run run) {
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        // The driver's own results come between: the object's bytes are all there, in order.
        String output = new String(run.bytes(), StandardCharsets.ISO_8859_1);
        for (int half : new int[] {0, HALF}) {
            byte[] part = Arrays.copyOfRange(bytes, half, half + HALF);
            assertThat(output).contains(new String(part, StandardCharsets.ISO_8859_1));
        }
    }
}
