package io.zerocloud.cli.bench;

import com.sun.management.ThreadMXBean;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.PlanSettings;
import io.zerocloud.plan.Planner;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Plans large jobs against listings in memory: parsing, wildcard, sessions, connections, pins,
 * placement. A plan must cost no more for each object when there are ten times as many.
 */
final class PlanBenchmark implements Benchmark {
    private static final int OBJECTS = 10_000;
    private static final int FEW = 1_000;
    private static final int WARM_UP = 20;
    private static final int RUNS = 21;

    private static final String MAP_REDUCE =
            """
            [{"name": "map", "exec": {"path": "swift://~/data/exe", "args": "a b"}, "connect": ["reduce"],
              "devices": [{"name": "input", "path": "swift://~/data/part-*.txt"},
                          {"name": "stderr", "path": "swift://~/log/*.log"}]},
             {"name": "reduce", "exec": {"path": "swift://~/data/exe"}, "devices": [{"name": "stdout"}]}]
            """;
    private static final String MESH =
            """
            [{"name": "node", "exec": {"path": "swift://~/data/exe"}, "count": 300, "connect": ["node"]}]
            """;

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String description() {
        return "planning a job of 10 000 objects, and one of 89 700 connections";
    }

    @Override
    public void run(Consumer<Measurement> results) throws IOException, JobRefused {
        Cost many = cost(MAP_REDUCE, OBJECTS);
        Cost few = cost(MAP_REDUCE, FEW);
        results.accept(
                new Measurement(
                        "plan of 10 000 objects",
                        many.milliseconds,
                        Double.NaN,
                        "ms",
                        new Measurement.Target.OursAtMost(500)));
        results.accept(
                new Measurement(
                        "memory per object, 10 000 against 1 000",
                        many.bytes / OBJECTS,
                        few.bytes / FEW,
                        "B",
                        new Measurement.Target.RatioAtMost(1.1)));
        results.accept(
                new Measurement(
                        "plan of 300 nodes, 89 700 connections",
                        cost(MESH, 1).milliseconds,
                        Double.NaN,
                        "ms",
                        new Measurement.Target.OursAtMost(500)));
    }

    /**
     * What one plan costs.
     *
     * @param milliseconds median
     * @param bytes allocated, garbage included
     */
    private record Cost(double milliseconds, double bytes) {}

    private static Cost cost(String job, int objects) throws IOException, JobRefused {
        SnapshotParser.Read given = SnapshotParser.parse(listing(objects));
        byte[] document = job.getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sessions = 0;
        for (int i = 0; i < WARM_UP; i++) {
            sessions += plan(document, given).sessions().size();
        }
        double[] times = new double[RUNS];
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            sessions += plan(document, given).sessions().size();
            times[i] = (System.nanoTime() - start) / 1e6;
        }
        double bytes = (double) (threads.getCurrentThreadAllocatedBytes() - before) / RUNS;
        if (sessions == 0) {
            throw new IllegalStateException("nothing was planned");
        }
        Arrays.sort(times);
        return new Cost(times[RUNS / 2], bytes);
    }

    private static Plan plan(byte[] document, SnapshotParser.Read given) throws JobRefused {
        Job job =
                JobParser.parse(document, JobContext.of("AUTH_test", Set.of()), JobLimits.DEFAULT);
        Planner planner = new Planner(PlanSettings.DEFAULT);
        Plan pinned = planner.pin(planner.expand(job, given.store()), given.store());
        return planner.place(pinned, given.store().cluster(), given.store());
    }

    /** Forty nodes with room for all, so that a whole map-reduce fits at once. */
    private static byte[] listing(int objects) {
        StringBuilder json = new StringBuilder("{\"replicas\": 3, \"nodes\": [");
        for (int i = 0; i < 40; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(String.format(Locale.ROOT, "{\"id\": \"node%d\", \"slots\": 300}", i));
        }
        json.append("], \"containers\": {\"data\": {\"objects\": {\"exe\": {\"bytes\": 1}");
        for (int i = 0; i < objects; i++) {
            json.append(
                    String.format(
                            Locale.ROOT,
                            ",\"part-%06d.txt\": {\"bytes\": %d, \"nodes\": [\"node%d\", \"node%d\","
                                    + " \"node%d\"]}",
                            i,
                            i,
                            i % 40,
                            (i + 13) % 40,
                            (i + 29) % 40));
        }
        return json.append("}}}}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
