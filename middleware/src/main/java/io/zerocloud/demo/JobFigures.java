package io.zerocloud.demo;

import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.serve.EmbeddedCluster;
import io.zerocloud.swift.store.StoreConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What the data path and a trivial job cost beside the store alone: both in one run, alternating,
 * so that what else the machine does hits both.
 */
public final class JobFigures {
    private static final int LARGE = 50_000_000;
    private static final int PAIRS = 10;

    /** Until the relay's code is compiled, which on two cores costs more than the relay itself. */
    private static final int WARM_UP = 60;

    private static final int SMALL_RUNS = 2_000;
    private static final int JOBS = 200;

    /** Before them: a service has run for long when most of its jobs come. */
    private static final int EARLIER_JOBS = 1_000;

    private final Consumer<Figure> figures;

    /**
     * Ours beside the yardstick.
     *
     * @param unit {@code MB/s}, {@code ms} or {@code s}
     */
    public record Figure(String name, double ours, double yardstick, String unit) {}

    public JobFigures(Consumer<Figure> figures) {
        this.figures = figures;
    }

    /**
     * Measures an embedded cluster.
     *
     * @param folder for the cluster; left as it is
     * @param hello a guest that does nothing
     * @param wordcount a guest that counts its standard input
     */
    public void run(Path folder, byte[] hello, byte[] wordcount)
            throws IOException, InterruptedException, EngineException {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder))) {
            beside(
                    URI.create(cluster.authUrl()),
                    URI.create(cluster.storeUrl()),
                    SMALL_RUNS,
                    hello,
                    wordcount);
        }
    }

    /**
     * Measures a cluster that runs already, for the default user of test set-ups.
     *
     * @param front TempAuth's address through our proxy
     * @param store an address of the Swift behind it
     * @param smallRuns how many small requests are measured
     */
    public void beside(URI front, URI store, int smallRuns, byte[] hello, byte[] wordcount)
            throws IOException, InterruptedException {
        try (UserClient user = login(front)) {
            String path = URI.create(user.storage()).getPath();
            user.put("bench", new byte[0]);
            user.put("bench/large", new byte[LARGE]);
            user.put("bench/small", new byte[1024]);
            user.put("bench/hello", hello);
            try (RawHttp ours = new RawHttp(front);
                    RawHttp alone = new RawHttp(store)) {
                throughput(
                        "pass-through GET of 50 MB",
                        ours,
                        alone,
                        head("GET", path + "/bench/large", user, 0),
                        new byte[0],
                        200);
                throughput(
                        "pass-through PUT of 50 MB",
                        ours,
                        alone,
                        head("PUT", path + "/bench/put", user, LARGE),
                        new byte[LARGE],
                        201);
                latency(
                        "pass-through GET of 1 KiB, p50",
                        ours,
                        alone,
                        head("GET", path + "/bench/small", user, 0),
                        smallRuns);
                job(ours, alone, path, user);
            }
            Demo.Comparison words =
                    new Demo(new java.io.PrintWriter(java.io.Writer.nullWriter()))
                            .compare(user, wordcount);
            figures.accept(
                    new Figure(
                            "word count of 128 MiB against download and count",
                            words.here(),
                            words.away(),
                            "s"));
        }
    }

    /**
     * What jobs at the admission limit do to the store's own latency: its GETs of 1 KiB, while
     * clients count words without pause, beside the same GETs with no job. Reads what {@link
     * #beside} stored.
     *
     * @param clients so many that not all their jobs' sessions find a slot
     */
    public void crowded(URI front, URI store, int runs, int clients, byte[] wordcount)
            throws IOException, InterruptedException, ExecutionException {
        AtomicBoolean over = new AtomicBoolean();
        try (UserClient user = login(front);
                RawHttp alone = new RawHttp(store);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String get =
                    head("GET", URI.create(user.storage()).getPath() + "/bench/small", user, 0);
            double[] idle = sorted(alone, get, runs);
            byte[] zapp = Demo.wordCount(wordcount);
            CountDownLatch begun = new CountDownLatch(clients);
            List<Future<?>> crowd = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                crowd.add(
                        threads.submit(
                                () -> {
                                    try {
                                        user.run(zapp, false);
                                    } finally {
                                        begun.countDown();
                                    }
                                    // 503 at the limit is as good: the next comes at once.
                                    while (!over.get()) {
                                        user.run(zapp, false);
                                    }
                                    return null;
                                }));
            }
            double[] busy;
            try {
                begun.await();
                busy = sorted(alone, get, runs);
            } finally {
                over.set(true);
            }
            for (Future<?> client : crowd) {
                client.get();
            }
            for (int percent : new int[] {50, 99}) {
                figures.accept(
                        new Figure(
                                "Swift's own GET of 1 KiB beside jobs at the limit, p" + percent,
                                busy[busy.length * percent / 100],
                                idle[idle.length * percent / 100],
                                "ms"));
            }
        }
    }

    private static double[] sorted(RawHttp server, String head, int runs) throws IOException {
        double[] times = new double[runs];
        for (int i = -runs / 10; i < runs; i++) {
            double time = server.exchange(head, new byte[0], 200) / 1e6;
            if (i >= 0) {
                times[i] = time;
            }
        }
        Arrays.sort(times);
        return times;
    }

    private static UserClient login(URI authUrl) throws IOException, InterruptedException {
        return new UserClient(
                authUrl.toString(),
                StoreConfig.DEFAULT_USER.name(),
                StoreConfig.DEFAULT_USER.key());
    }

    private static String head(String method, String target, UserClient user, long length) {
        return method
                + " "
                + target
                + " HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: "
                + user.token()
                + (length > 0 ? "\r\nContent-Length: " + length : "");
    }

    private void throughput(
            String name, RawHttp ours, RawHttp alone, String head, byte[] body, int status)
            throws IOException {
        double[] front = new double[PAIRS];
        double[] store = new double[PAIRS];
        for (int i = -WARM_UP; i < PAIRS; i++) {
            double a = LARGE / 1e6 / (ours.exchange(head, body, status) / 1e9);
            double b = LARGE / 1e6 / (alone.exchange(head, body, status) / 1e9);
            if (i >= 0) {
                front[i] = a;
                store[i] = b;
            }
        }
        figures.accept(new Figure(name, median(front), median(store), "MB/s"));
    }

    private void latency(String name, RawHttp ours, RawHttp alone, String head, int runs)
            throws IOException {
        double[] front = new double[runs];
        double[] store = new double[runs];
        for (int i = -runs; i < runs; i++) {
            double a = ours.exchange(head, new byte[0], 200) / 1e6;
            double b = alone.exchange(head, new byte[0], 200) / 1e6;
            if (i >= 0) {
                front[i] = a;
                store[i] = b;
            }
        }
        figures.accept(new Figure(name, median(front), median(store), "ms"));
    }

    /**
     * Beside a job: the one request that it makes of the store when rights and program are known.
     */
    private void job(RawHttp ours, RawHttp alone, String path, UserClient user) throws IOException {
        byte[] map =
                "[{\"name\":\"n\",\"exec\":{\"path\":\"swift://~/bench/hello\"},\"devices\":[{\"name\":\"stdout\"}]}]"
                        .getBytes(StandardCharsets.UTF_8);
        String post =
                head("POST", path, user, map.length)
                        + "\r\nX-Zerovm-Execute: 1.0\r\nContent-Type: application/json";
        String requests = head("HEAD", path + "/bench/hello", user, 0);
        double[] jobs = new double[JOBS];
        double[] store = new double[JOBS];
        for (int i = -EARLIER_JOBS; i < JOBS; i++) {
            double a = ours.exchange(post, map, 200) / 1e6;
            double b = alone.exchange(requests, new byte[0], 200) / 1e6;
            if (i >= 0) {
                jobs[i] = a;
                store[i] = b;
            }
        }
        figures.accept(
                new Figure(
                        "trivial job against its requests to the store, p50",
                        median(jobs),
                        median(store),
                        "ms"));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
