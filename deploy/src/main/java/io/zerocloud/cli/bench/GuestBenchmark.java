package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.folder.ScratchFolder;
import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Channel;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.GuestConfiguration;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.SessionSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Processor time of sandboxed programs against the same sources compiled natively (gcc -O2, LP64,
 * the same C library): small kernels, zlib, Lua and SQLite. Runs alternate, and the least user time
 * of each side counts: whatever else the machine does only ever adds to it.
 */
public final class GuestBenchmark implements Benchmark {
    private static final int MOST_RUNS = 7;
    private static final int LEAST_RUNS = 3;

    /** After this long a program is not run again, so that all of them take a few minutes. */
    private static final Duration ENOUGH = Duration.ofSeconds(10);

    private static final double WORST = 1.25;
    private static final double GEOMETRIC_MEAN = 1.07;
    private static final Limits LIMITS = new Limits(1L << 30, Duration.ofMinutes(2));

    @Override
    public String name() {
        return "guest";
    }

    @Override
    public String description() {
        return "processor time and size of guests against native programs of the same sources";
    }

    /** One program in both forms. */
    private record Pair(String name, Path guest, Path hostProgram, Path input) {}

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        try (ScratchFolder scratch = ScratchFolder.create("zerocloud-bench");
                Engine engine = Engine.start(EngineConfig.defaults().withPoolSize(2))) {
            Path directory = scratch.path();
            build(directory);
            double logarithms = 0;
            List<Pair> pairs = pairs(directory);
            for (Pair pair : pairs) {
                Measurement time = compare(engine, pair);
                results.accept(time);
                results.accept(size(pair));
                logarithms += Math.log(time.ratio());
            }
            double mean = Math.exp(logarithms / pairs.size());
            results.accept(
                    new Measurement(
                            "guest time, geometric mean of " + pairs.size(),
                            mean,
                            1,
                            "x",
                            new Target.RatioAtMost(GEOMETRIC_MEAN)));
        }
    }

    private static void build(Path directory) throws Exception {
        Path home = Path.of(System.getenv().getOrDefault("ZEROCLOUD_HOME", "."));
        Path script = home.resolve("sandbox-engine/guest/bench/build.sh");
        if (!Files.isExecutable(script)) {
            throw new BenchmarkSkipped("no guest sources at " + script);
        }
        ProcessBuilder builder = new ProcessBuilder(script.toString(), directory.toString());
        builder.environment().put("ZEROCLOUD_CC", home.resolve("zerocloud") + " cc");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (builder.start().waitFor() != 0) {
            throw new BenchmarkSkipped("the programs do not build (messages above)");
        }
    }

    private static List<Pair> pairs(Path directory) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path guest : files.filter(f -> f.toString().endsWith(".nexe")).sorted().toList()) {
                String stem = guest.toString().replaceAll("\\.nexe$", "");
                Path input = Path.of(stem + ".in");
                pairs.add(
                        new Pair(
                                Path.of(stem).getFileName().toString(),
                                guest,
                                Path.of(stem + ".native"),
                                Files.exists(input) ? input : Path.of("/dev/null")));
            }
        }
        return pairs;
    }

    private static Measurement compare(Engine engine, Pair pair) throws Exception {
        double ours = Double.MAX_VALUE;
        double theirs = Double.MAX_VALUE;
        long end = System.nanoTime() + ENOUGH.toNanos();
        try (Program program = engine.load(pair.guest())) {
            for (int i = 0; i < MOST_RUNS && (i < LEAST_RUNS || System.nanoTime() < end); i++) {
                ByteArrayOutputStream hostOutput = new ByteArrayOutputStream();
                theirs = Math.min(theirs, hostMillis(pair, hostOutput));
                ByteArrayOutputStream guestOutput = new ByteArrayOutputStream();
                ours = Math.min(ours, guestMillis(engine, program, pair, guestOutput));
                if (!text(guestOutput).equals(text(hostOutput))) {
                    throw new IOException(pair.name() + " prints different results");
                }
            }
        }
        return new Measurement(
                "guest time of " + pair.name(), ours, theirs, "ms", new Target.RatioAtMost(WORST));
    }

    private static double guestMillis(
            Engine engine, Program program, Pair pair, ByteArrayOutputStream output)
            throws EngineException, IOException, InterruptedException {
        byte[] bytes =
                pair.input().startsWith("/dev") ? new byte[0] : Files.readAllBytes(pair.input());
        try (OpenFile input = OpenFile.of(bytes)) {
            SessionSpec spec =
                    SessionSpec.of(program, LIMITS)
                            .channel(
                                    channel(
                                            Channel.STDIN,
                                            ChannelLimits.reads(ChannelLimits.UNLIMITED),
                                            Backing.FileRegion.whole(input)))
                            .channel(
                                    channel(
                                            Channel.STDOUT,
                                            ChannelLimits.writes(ChannelLimits.UNLIMITED),
                                            new Backing.ToStream(output)))
                            .channel(
                                    channel(
                                            Channel.STDERR,
                                            ChannelLimits.writes(ChannelLimits.UNLIMITED),
                                            new Backing.Nothing()))
                            .configuration(
                                    new GuestConfiguration(
                                            List.of(pair.name()),
                                            Map.of(),
                                            List.of(),
                                            Map.of(),
                                            0,
                                            0,
                                            false))
                            .build();
            Report report = engine.start(spec).await();
            if (!report.succeeded()) {
                throw new IOException(pair.name() + ": " + report.outcome().cause());
            }
            return report.userTime().toNanos() / 1e6;
        }
    }

    private static Channel channel(String alias, ChannelLimits limits, Backing backing) {
        return new Channel(alias, ChannelType.SEQUENTIAL, limits, backing);
    }

    /** bash reports the processor time of what it waited for in milliseconds. */
    private static double hostMillis(Pair pair, ByteArrayOutputStream output)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "TIMEFORMAT=%U; time \"$0\" 2>/dev/null",
                                pair.hostProgram().toString())
                        .redirectInput(pair.input().toFile())
                        .start();
        process.getInputStream().transferTo(output);
        String seconds =
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(pair.name() + " fails natively");
        }
        return Double.parseDouble(seconds.strip().replace(',', '.')) * 1000;
    }

    private static Measurement size(Pair pair) throws IOException, ElfRejected {
        long guest = NexeImage.parse(Files.readAllBytes(pair.guest())).text().fileSize();
        Process size = new ProcessBuilder("size", "-A", pair.hostProgram().toString()).start();
        long host =
                new String(size.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.startsWith(".text"))
                        .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                        .sum();
        return new Measurement(
                "code size of " + pair.name(),
                guest / 1024.0,
                host / 1024.0,
                "KiB",
                new Target.None());
    }

    private static String text(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.ISO_8859_1);
    }
}
