package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.cli.guest.SampleGuest;
import io.zerocloud.demo.JobFigures;
import io.zerocloud.folder.ScratchFolder;
import java.util.function.Consumer;

/**
 * {@code zerocloud bench job}: the data path, a trivial job, and the main job against downloading.
 */
final class JobBenchmark implements Benchmark {
    @Override
    public String name() {
        return "job";
    }

    @Override
    public String description() {
        return "pass-through, trivial job and word count beside the embedded store alone";
    }

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        System.setProperty("zerocloud.log", "WARN");
        try (ScratchFolder folder = ScratchFolder.create("zerocloud-bench")) {
            new JobFigures(figure -> results.accept(measurement(figure)))
                    .run(
                            folder.path(),
                            SampleGuest.compile("hello"),
                            SampleGuest.compile("wordcount"));
        }
    }

    private static Measurement measurement(JobFigures.Figure figure) {
        return new Measurement(
                figure.name(), figure.ours(), figure.yardstick(), figure.unit(), target(figure));
    }

    /** What is promised, of an embedded cluster as of a real one. */
    static Target target(JobFigures.Figure figure) {
        return switch (figure.unit()) {
            case "MB/s" ->
                    figure.name().contains("GET")
                            ? new Target.RatioAtLeast(0.9)
                            : new Target.None();
            case "ms" -> new Target.DifferenceAtMost(figure.name().contains("job") ? 5 : 1);
            default -> new Target.RatioAtMost(1 / 3.0);
        };
    }
}
