package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * What the benchmarks of the engine need beside its API: the guests that they run, and a worker's
 * life without this process in its path.
 */
public final class EngineFigures {
    private EngineFigures() {}

    /** Medians in nanoseconds. */
    public record Cold(long binTrue, long worker) {}

    /**
     * One of the shipped guests: {@code hello}, {@code reads}, {@code scan}, {@code touch}, {@code
     * warm200}.
     */
    public static Program guest(Engine engine, String name) throws EngineException, IOException {
        try (InputStream nexe = resource(name + ".nexe")) {
            return engine.load(nexe);
        }
    }

    /** Channels that a guest without input and output needs. */
    public static List<Channel> silence() {
        return List.of(
                new Channel(
                        Channel.STDIN,
                        ChannelType.SEQUENTIAL,
                        ChannelLimits.reads(1),
                        new Backing.Nothing()),
                new Channel(
                        Channel.STDOUT,
                        ChannelType.SEQUENTIAL,
                        ChannelLimits.writes(1 << 20),
                        new Backing.Nothing()),
                new Channel(
                        Channel.STDERR,
                        ChannelType.SEQUENTIAL,
                        ChannelLimits.writes(1 << 20),
                        new Backing.Nothing()));
    }

    /**
     * Starts workers by executing the supervisor each time, from a C program; and /bin/true in
     * turn.
     */
    public static Cold cold(Engine engine, int count)
            throws EngineException, IOException, InterruptedException {
        Path directory = Files.createTempDirectory("zerocloud-");
        Path supervisor = directory.resolve("zerocloud-supervisor");
        Path image = directory.resolve("image");
        Path request = directory.resolve("request");
        try (Program program = guest(engine, "hello");
                Arena arena = Arena.ofConfined()) {
            executable("zerocloud-supervisor", supervisor);
            SealedProgram sealed = ((Programs.Held) program).sealed();
            SessionSpec spec =
                    SessionSpec.of(program, new Limits(64 << 20, Duration.ofSeconds(10)))
                            .channels(silence())
                            .build();
            ChannelPlan plan = ChannelPlan.of(spec.channels());
            Files.write(image, SealedProgram.readSealed(sealed.image(), sealed.bytes()));
            try (Request bytes =
                    Request.of(
                            arena,
                            spec,
                            sealed,
                            plan.channels(),
                            plan.open(),
                            SessionFiles.of(spec))) {
                Files.write(request, bytes.bytes().toArray(JAVA_BYTE));
            }
            String[] answer =
                    yardstick(
                                    "cold",
                                    supervisor.toString(),
                                    image.toString(),
                                    request.toString(),
                                    "" + count)
                            .split(" ");
            return new Cold(Long.parseLong(answer[0]), Long.parseLong(answer[1]));
        } finally {
            for (Path file : List.of(supervisor, image, request)) {
                Files.deleteIfExists(file);
            }
            Files.delete(directory);
        }
    }

    /**
     * Processor time of a 1-byte pread64 in a process confined as a worker is, in nanoseconds; the
     * process's own set-up does not count.
     */
    public static double pread(int count) throws IOException, InterruptedException {
        return Long.parseLong(yardstick("pread", "" + count)) / 1000.0;
    }

    private static String yardstick(String... arguments) throws IOException, InterruptedException {
        Path file = Files.createTempFile("zerocloud-", "");
        try {
            executable("zerocloud-yardstick", file);
            ProcessBuilder builder = new ProcessBuilder(file.toString());
            builder.command().addAll(List.of(arguments));
            Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String answer =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.US_ASCII);
            if (process.waitFor() != 0) {
                throw new IOException("the yardstick failed; its reason is on standard error");
            }
            return answer.strip();
        } finally {
            Files.delete(file);
        }
    }

    private static void executable(String name, Path file) throws IOException {
        try (InputStream binary = resource(name)) {
            Files.copy(binary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = EngineFigures.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("this build contains no " + name);
        }
        return in;
    }
}
