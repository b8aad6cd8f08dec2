package io.zerocloud.sandbox.session;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Runs many sessions of several kinds at once (exits, streams, files, time-outs, cancelled ones)
 * and looks for what they leave behind.
 */
public final class Soak {
    private static final int CLIENTS = 8;
    private static final Limits LIMITS = new Limits(64L << 20, Duration.ofSeconds(30));

    private Soak() {}

    /**
     * What there is at one moment: this process's descriptors, the supervisor's descriptors and
     * resident kilobytes, zombies among all descendants, processes.
     */
    public record State(
            long descriptors,
            long supervisorDescriptors,
            long supervisorKilobytes,
            long zombies,
            long processes) {}

    /** Before and after, and how many sessions ended otherwise than they should. */
    public record Result(State before, State after, int unexpected) {}

    /** Runs {@code sessions} sessions after a twentieth to warm up. */
    public static Result run(Engine engine, int sessions)
            throws EngineException, IOException, InterruptedException, ExecutionException {
        try (Program hello = EngineFigures.guest(engine, "hello");
                Program scan = EngineFigures.guest(engine, "scan");
                OpenFile file = OpenFile.of(new byte[300_000])) {
            int unexpected = many(engine, hello, scan, file, Math.max(sessions / 20, 100));
            State before = settled(engine);
            unexpected += many(engine, hello, scan, file, sessions);
            return new Result(before, settled(engine), unexpected);
        }
    }

    private static int many(Engine engine, Program hello, Program scan, OpenFile file, int sessions)
            throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger unexpected = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Callable<Integer> client =
                        () -> {
                            for (int n; (n = next.getAndIncrement()) < sessions; ) {
                                if (!one(engine, hello, scan, file, n)) {
                                    unexpected.incrementAndGet();
                                }
                            }
                            return 0;
                        };
                clients.add(threads.submit(client));
            }
            for (Future<Integer> client : clients) {
                client.get();
            }
        }
        return unexpected.get();
    }

    private static boolean one(Engine engine, Program hello, Program scan, OpenFile file, int n)
            throws EngineException, IOException, InterruptedException {
        if (n % 50 == 0) {
            // The link's other end is never written: only the time-out or the cancellation ends it.
            try (Link link = Link.open()) {
                Limits limits =
                        n % 100 == 0
                                ? new Limits(LIMITS.memoryBytes(), Duration.ofMillis(5))
                                : LIMITS;
                Session session =
                        engine.start(scanning(scan, limits, new Backing.LinkEnd(link.reader())));
                if (n % 100 != 0) {
                    session.cancel("soak");
                }
                Outcome outcome = session.await().outcome();
                return outcome instanceof Outcome.TimedOut || outcome instanceof Outcome.Cancelled;
            }
        }
        return switch (n % 3) {
            case 0 -> {
                Report report =
                        engine.start(scanning(scan, LIMITS, Backing.FileRegion.whole(file)))
                                .await();
                yield report.channel("/dev/input").getBytes() == file.size();
            }
            case 1 -> {
                byte[] bytes = "some input".getBytes(StandardCharsets.UTF_8);
                Report report =
                        engine.start(
                                        scanning(
                                                scan,
                                                LIMITS,
                                                new Backing.FromStream(
                                                        new ByteArrayInputStream(bytes))))
                                .await();
                yield report.channel("/dev/input").getBytes() == bytes.length;
            }
            default -> {
                SessionSpec.Builder spec = SessionSpec.of(hello, LIMITS);
                for (Channel channel : EngineFigures.silence()) {
                    spec.channel(
                            channel.alias().equals(Channel.STDOUT)
                                    ? new Channel(
                                            Channel.STDOUT,
                                            ChannelType.SEQUENTIAL,
                                            ChannelLimits.writes(1000),
                                            new Backing.ToStream(OutputStream.nullOutputStream()))
                                    : channel);
                }
                yield engine.start(spec.build()).await().outcome().equals(new Outcome.Exited(7));
            }
        };
    }

    private static SessionSpec scanning(Program scan, Limits limits, Backing backing) {
        return SessionSpec.of(scan, limits)
                .channels(EngineFigures.silence())
                .channel(
                        new Channel(
                                "/dev/input",
                                ChannelType.SEQUENTIAL,
                                ChannelLimits.reads(ChannelLimits.UNLIMITED),
                                backing))
                .build();
    }

    /** The state once the pool is full again and the pumps of the last sessions have gone. */
    private static State settled(Engine engine) throws IOException, InterruptedException {
        State state = state();
        for (int stable = 0, i = 0; stable < 5 && i < 200; i++) {
            Thread.sleep(20);
            State next = state();
            stable = next.equals(state) && engine.usage().sessions() == 0 ? stable + 1 : 0;
            state = next;
        }
        return state;
    }

    private static State state() throws IOException {
        long supervisorDescriptors = 0;
        long kilobytes = 0;
        long zombies = 0;
        long processes = 0;
        for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
            Path proc = Path.of("/proc/" + process.pid());
            try {
                List<String> status = Files.readAllLines(proc.resolve("status"));
                processes++;
                zombies += status.stream().anyMatch(line -> line.startsWith("State:\tZ")) ? 1 : 0;
                if (process.children().findAny().isPresent()) {
                    supervisorDescriptors += count(proc.resolve("fd"));
                    kilobytes +=
                            status.stream()
                                    .filter(line -> line.startsWith("VmRSS:"))
                                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                                    .sum();
                }
            } catch (IOException e) {
                processes--; // it ended while it was looked at
            }
        }
        return new State(
                count(Path.of("/proc/self/fd")),
                supervisorDescriptors,
                kilobytes,
                zombies,
                processes);
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }
}
