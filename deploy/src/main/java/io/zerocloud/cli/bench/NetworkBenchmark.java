package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.cli.guest.SampleGuest;
import io.zerocloud.demo.JobFigures;
import io.zerocloud.demo.NetworkFigures;
import io.zerocloud.folder.ScratchFolder;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code zerocloud bench network}: channels between nodes, and the jobs that use them. */
final class NetworkBenchmark implements Benchmark {
    private static final long SORTED_BYTES = 1_080_000_000;

    @Override
    public String name() {
        return "network";
    }

    @Override
    public String description() {
        return "connections beside pipes and sockets, word count and sort beside native tools";
    }

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        System.setProperty("zerocloud.log", "WARN");
        Map<String, byte[]> programs = new TreeMap<>();
        for (String name : new String[] {"flow", "pingpong", "wordmap", "wordreduce", "disort"}) {
            programs.put(name, SampleGuest.compile(name));
        }
        try (ScratchFolder folder = ScratchFolder.create("zerocloud-bench")) {
            new NetworkFigures(SORTED_BYTES, figure -> results.accept(measurement(figure)))
                    .run(folder.path(), programs);
        }
    }

    private static Measurement measurement(JobFigures.Figure figure) {
        boolean compared = !Double.isNaN(figure.yardstick());
        Target target =
                switch (figure.unit()) {
                    case "s" -> compared ? new Target.RatioAtMost(1 / 3.0) : new Target.None();
                    default -> new Target.None();
                };
        return new Measurement(
                figure.name(), figure.ours(), figure.yardstick(), figure.unit(), target);
    }
}
