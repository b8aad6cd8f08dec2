package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.Soak;
import java.util.function.Consumer;

/** What a hundred thousand sessions of several kinds leave behind. */
final class SoakBenchmark implements Benchmark {
    private static final int SESSIONS = 100_000;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String description() {
        return "descriptors, processes and memory left behind by 100 000 sessions";
    }

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        try (Engine engine = Engine.start(EngineConfig.defaults())) {
            Soak.Result soak = Soak.run(engine, SESSIONS);
            left(
                    results,
                    "descriptors left in this process",
                    soak.after().descriptors() - soak.before().descriptors(),
                    4);
            left(
                    results,
                    "descriptors left in the supervisor",
                    soak.after().supervisorDescriptors() - soak.before().supervisorDescriptors(),
                    0);
            left(results, "zombies left", soak.after().zombies(), 0);
            left(
                    results,
                    "processes left",
                    soak.after().processes() - soak.before().processes(),
                    0);
            left(
                    results,
                    "KiB that the supervisor grew",
                    soak.after().supervisorKilobytes() - soak.before().supervisorKilobytes(),
                    64);
            left(results, "sessions with another end than expected", soak.unexpected(), 0);
        }
    }

    private static void left(Consumer<Measurement> results, String name, long value, long most) {
        results.accept(new Measurement(name, value, Double.NaN, "", new Target.OursAtMost(most)));
    }
}
