package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.cli.guest.SampleGuest;
import io.zerocloud.demo.JobFigures;
import io.zerocloud.folder.ScratchFolder;
import java.util.function.Consumer;

/**
 * {@code zerocloud bench cluster}: what {@code bench job} measures, on Debian's Swift of four
 * nodes, and what jobs at the admission limit do to that Swift's own latency.
 */
final class ClusterBenchmark implements Benchmark {
    /** Swift answers a hundred small requests a second. */
    private static final int SMALL_RUNS = 300;

    /** Eight sessions each; the four agents of {@code swift-cluster} have 16 slots. */
    private static final int CROWD = 4;

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String description() {
        return "pass-through, trivial job and word count beside Debian's Swift of four nodes";
    }

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        byte[] hello = SampleGuest.compile("hello");
        byte[] wordcount = SampleGuest.compile("wordcount");
        try (ScratchFolder folder = ScratchFolder.inMemory("zerocloud-bench-cluster");
                DebianSwift swift = DebianSwift.start(folder.path(), "--zerocloud", "--no-ec")) {
            JobFigures figures = new JobFigures(figure -> results.accept(measurement(figure)));
            figures.beside(swift.zerocloudAuthUrl(), swift.authUrl(), SMALL_RUNS, hello, wordcount);
            figures.crowded(
                    swift.zerocloudAuthUrl(), swift.authUrl(), SMALL_RUNS, CROWD, wordcount);
        }
    }

    private static Measurement measurement(JobFigures.Figure figure) {
        Target target =
                figure.name().startsWith("Swift's own")
                        ? new Target.None()
                        : JobBenchmark.target(figure);
        return new Measurement(
                figure.name(), figure.ours(), figure.yardstick(), figure.unit(), target);
    }
}
