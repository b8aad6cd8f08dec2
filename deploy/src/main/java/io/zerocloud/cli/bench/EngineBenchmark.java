package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Channel;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.EngineFigures;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.SessionSpec;
import io.zerocloud.sandbox.session.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Session starts, throughput, templates, idle workers, traps and local reads. */
final class EngineBenchmark implements Benchmark {
    private static final int WARM_UP = 5_000;
    private static final int SESSIONS = 20_000;
    private static final int CLIENTS = 16;
    private static final int READS = 2_000_000;
    private static final Limits LIMITS = new Limits(64L << 20, Duration.ofSeconds(30));
    private static final Limits LARGE = new Limits(300L << 20, Duration.ofSeconds(30));
    private static final double NONE = Double.NaN;

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public String description() {
        return "session start, sessions per second, templates, idle workers, trap overhead, local reads";
    }

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        try (Engine engine = Engine.start(EngineConfig.defaults());
                Program hello = EngineFigures.guest(engine, "hello")) {
            SessionSpec spec =
                    SessionSpec.of(hello, LIMITS).channels(EngineFigures.silence()).build();
            starts(engine, spec, WARM_UP, 0);
            long[] closed = starts(engine, spec, SESSIONS, 0);
            results.accept(
                    new Measurement(
                            "session start p50",
                            millis(closed, 50),
                            NONE,
                            "ms",
                            new Target.OursAtMost(0.2)));
            results.accept(
                    new Measurement(
                            "session start p99",
                            millis(closed, 99),
                            NONE,
                            "ms",
                            new Target.OursAtMost(2)));
            long[] hundred = starts(engine, spec, 500, 100);
            results.accept(
                    new Measurement(
                            "session start p50 at 100/s",
                            millis(hundred, 50),
                            NONE,
                            "ms",
                            new Target.None()));
            results.accept(
                    new Measurement(
                            "session start p99 at 100/s",
                            millis(hundred, 99),
                            NONE,
                            "ms",
                            new Target.None()));
            long[] twenty = starts(engine, spec, 100, 20);
            results.accept(
                    new Measurement(
                            "session start p50 at 20/s",
                            millis(twenty, 50),
                            NONE,
                            "ms",
                            new Target.None()));
            results.accept(
                    new Measurement(
                            "idle worker",
                            idleWorkerMegabytes(),
                            NONE,
                            "MB",
                            new Target.OursAtMost(0.2)));
            EngineFigures.Cold cold = EngineFigures.cold(engine, 1_000);
            results.accept(
                    new Measurement(
                            "cold session p50 against /bin/true",
                            cold.worker() / 1e6,
                            cold.binTrue() / 1e6,
                            "ms",
                            new Target.DifferenceAtMost(1)));
            saturated(engine, spec, results);
            templates(engine, results);
            traps(engine, results);
            localReads(engine, results);
        }
    }

    /** Times of starts, sorted; one client, closed loop or at a rate. */
    private static long[] starts(Engine engine, SessionSpec spec, int count, int perSecond)
            throws EngineException, InterruptedException {
        long[] times = new long[count];
        long next = System.nanoTime();
        for (int i = 0; i < count; i++) {
            times[i] = succeeded(engine.start(spec).await()).timings().start().toNanos();
            if (perSecond > 0) {
                next += 1_000_000_000L / perSecond;
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
        Arrays.sort(times);
        return times;
    }

    private static void saturated(Engine engine, SessionSpec spec, Consumer<Measurement> results)
            throws Exception {
        AtomicInteger left = new AtomicInteger(SESSIONS);
        List<Future<List<Long>>> clients = new ArrayList<>();
        long start = System.nanoTime();
        long[] all;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                Callable<List<Long>> client =
                        () -> {
                            List<Long> times = new ArrayList<>();
                            while (left.getAndDecrement() > 0) {
                                times.add(
                                        succeeded(engine.start(spec).await())
                                                .timings()
                                                .start()
                                                .toNanos());
                            }
                            return times;
                        };
                clients.add(threads.submit(client));
            }
            List<Long> times = new ArrayList<>();
            for (Future<List<Long>> client : clients) {
                times.addAll(client.get());
            }
            all = times.stream().mapToLong(Long::longValue).sorted().toArray();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        results.accept(
                new Measurement(
                        "sessions per second",
                        SESSIONS / seconds,
                        NONE,
                        "1/s",
                        new Target.OursAtLeast(2_000)));
        results.accept(
                new Measurement(
                        "session start p50, saturated",
                        millis(all, 50),
                        NONE,
                        "ms",
                        new Target.None()));
    }

    private static void templates(Engine engine, Consumer<Measurement> results) throws Exception {
        try (Program program = EngineFigures.guest(engine, "warm200")) {
            SessionSpec.Builder taking =
                    SessionSpec.of(program, LARGE)
                            .channels(EngineFigures.silence())
                            .takeTemplate(true);
            var session = engine.start(taking.build());
            session.await();
            try (Template template = session.template().orElseThrow()) {
                SessionSpec spec =
                        SessionSpec.of(program, LARGE)
                                .channels(EngineFigures.silence())
                                .template(template)
                                .build();
                starts(engine, spec, 500, 0);
                long[] times = starts(engine, spec, 2_000, 0);
                results.accept(
                        new Measurement(
                                "start from a 200 MB template p50",
                                millis(times, 50),
                                NONE,
                                "ms",
                                new Target.OursAtMost(1)));
            }
        }
    }

    /** Processor time in nanoseconds of a session that reads one byte that often. */
    private static long reads(Engine engine, Program program, OpenFile file, long count)
            throws EngineException, InterruptedException {
        ChannelLimits limits = new ChannelLimits(count, ChannelLimits.UNLIMITED, 0, 0);
        Report report =
                succeeded(engine.start(input(program, file, ChannelType.RANDOM, limits)).await());
        return report.userTime().plus(report.systemTime()).toNanos();
    }

    /** Processor time against processor time: other load on the machine does not count. */
    private static void traps(Engine engine, Consumer<Measurement> results) throws Exception {
        double[] ours = new double[5];
        double[] plain = new double[5];
        try (Program program = EngineFigures.guest(engine, "reads");
                OpenFile file = OpenFile.of(new byte[1])) {
            for (int i = 0; i < ours.length; i++) {
                // The guest reads until its limit; what a session costs beside is taken off.
                long none = reads(engine, program, file, 1);
                ours[i] = (reads(engine, program, file, 1 + READS) - none) / (double) READS;
                plain[i] = EngineFigures.pread(READS);
            }
        }
        Arrays.sort(ours);
        Arrays.sort(plain);
        double cycles = megahertz() / 1_000;
        results.accept(
                new Measurement(
                        "1-byte read trap against pread64",
                        ours[2] * cycles,
                        plain[2] * cycles,
                        "cycles",
                        new Target.DifferenceAtMost(300)));
    }

    private static void localReads(Engine engine, Consumer<Measurement> results) throws Exception {
        Path file = Files.createTempFile("zerocloud-", ".data");
        try (Program program = EngineFigures.guest(engine, "scan")) {
            byte[] block = new byte[1 << 20];
            new java.util.Random(1).nextBytes(block);
            try (var out = Files.newOutputStream(file)) {
                for (int i = 0; i < 1024; i++) {
                    out.write(block);
                }
            }
            double[] ours = new double[5];
            double[] cat = new double[5];
            try (OpenFile open = OpenFile.readOnly(file)) {
                SessionSpec spec =
                        input(
                                program,
                                open,
                                ChannelType.SEQUENTIAL,
                                ChannelLimits.reads(ChannelLimits.UNLIMITED));
                for (int i = -1; i < ours.length; i++) {
                    Report report = succeeded(engine.start(spec).await());
                    double reference = cat(file);
                    if (i >= 0) {
                        ours[i] = 1024 / (report.timings().total().toNanos() / 1e9);
                        cat[i] = 1024 / reference;
                    }
                }
            }
            Arrays.sort(ours);
            Arrays.sort(cat);
            results.accept(
                    new Measurement(
                            "local object of 1 GiB against cat",
                            ours[2],
                            cat[2],
                            "MiB/s",
                            new Target.RatioAtLeast(0.9)));
        } finally {
            Files.delete(file);
        }
    }

    private static SessionSpec input(
            Program program, OpenFile file, ChannelType type, ChannelLimits limits) {
        return SessionSpec.of(program, LIMITS)
                .channels(EngineFigures.silence())
                .channel(new Channel("/dev/input", type, limits, Backing.FileRegion.whole(file)))
                .build();
    }

    private static double cat(Path file) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder("cat", file.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.waitFor();
        return (System.nanoTime() - start) / 1e9;
    }

    /** RssAnon and VmPTE of a worker that waits: the median of this process's leaves. */
    private static double idleWorkerMegabytes() throws IOException {
        List<Double> sizes = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
            Path status = Path.of("/proc/" + process.pid() + "/status");
            if (process.children().findAny().isPresent() || !Files.exists(status)) {
                continue;
            }
            double kilobytes = 0;
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("RssAnon:") || line.startsWith("VmPTE:")) {
                    kilobytes += Double.parseDouble(line.split("\\s+")[1]);
                }
            }
            sizes.add(kilobytes * 1024 / 1e6);
        }
        sizes.sort(Double::compare);
        return sizes.get(sizes.size() / 2);
    }

    private static double megahertz() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("cpu MHz"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .max()
                .orElse(1_000);
    }

    private static Report succeeded(Report report) {
        if (!(report.outcome() instanceof Outcome.Exited)) {
            throw new IllegalStateException("a session of the benchmark ended: " + report.state());
        }
        return report;
    }

    private static double millis(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }
}
