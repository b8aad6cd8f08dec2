package io.zerocloud.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.cli.bench.Benchmark.BenchmarkSkipped;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud bench}: runs benchmarks and says which targets are met. */
@Command(
        name = "bench",
        description = "Measures ZeroCloud and a yardstick in one run and prints both.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every target was met",
            "1:a target was missed, or a benchmark could not run"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud bench --list", "  zerocloud bench engine --json"})
public final class BenchCommand implements Callable<Integer> {
    /** Every benchmark, in the order in which they run. */
    private static final List<Benchmark> BENCHMARKS =
            List.of(
                    new ValidateBenchmark(),
                    new GuestBenchmark(),
                    new PlanBenchmark(),
                    new StoreBenchmark(),
                    new EngineBenchmark(),
                    new SoakBenchmark(),
                    new JobBenchmark(),
                    new ClusterBenchmark(),
                    new NetworkBenchmark());

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Which to run; all by default.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    @Option(names = "--list", description = "Lists the benchmarks.")
    private boolean list;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (list) {
            BENCHMARKS.forEach(b -> out.printf("%-10s %s%n", b.name(), b.description()));
            return 0;
        }
        List<Benchmark> chosen = chosen();
        Tally tally = new Tally(json ? new JsonLines(out) : new Table(out));
        for (Benchmark benchmark : chosen) {
            err.printf("%s: %s%n", benchmark.name(), benchmark.description());
            err.flush();
            try {
                benchmark.run(tally);
            } catch (BenchmarkSkipped skipped) {
                err.printf("%s: cannot run here: %s%n", benchmark.name(), skipped.getMessage());
                tally.missed++;
            }
        }
        return tally.missed == 0 ? 0 : 1;
    }

    private List<Benchmark> chosen() {
        if (names.isEmpty()) {
            return BENCHMARKS;
        }
        List<Benchmark> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(
                    BENCHMARKS.stream()
                            .filter(b -> b.name().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new ParameterException(
                                                    spec.commandLine(),
                                                    "no benchmark '"
                                                            + name
                                                            + "'; there are: "
                                                            + String.join(
                                                                    ", ",
                                                                    BENCHMARKS.stream()
                                                                            .map(Benchmark::name)
                                                                            .toList()))));
        }
        return chosen;
    }

    /** Counts what missed its target on the way to the printer. */
    private static final class Tally implements Consumer<Measurement> {
        private final Consumer<Measurement> printer;
        private int missed;

        Tally(Consumer<Measurement> printer) {
            this.printer = printer;
        }

        @Override
        public void accept(Measurement measurement) {
            if (!measurement.met()) {
                missed++;
            }
            printer.accept(measurement);
        }
    }

    private static final class Table implements Consumer<Measurement> {
        private static final String ROW = "%-44s %12s %12s %-7s %8s  %-18s %s%n";
        private final PrintWriter out;
        private boolean started;

        Table(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void accept(Measurement m) {
            if (!started) {
                out.printf(ROW, "what", "ours", "yardstick", "unit", "ratio", "target", "met");
                started = true;
            }
            out.printf(
                    Locale.ROOT,
                    ROW,
                    m.name(),
                    Measurement.number(m.ours()),
                    Measurement.number(m.yardstick()),
                    m.unit(),
                    Measurement.number(m.ratio()),
                    m.target().text(),
                    m.target() instanceof Measurement.Target.None ? "" : m.met() ? "yes" : "NO");
            out.flush();
        }
    }

    private record JsonLines(PrintWriter out) implements Consumer<Measurement> {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public void accept(Measurement m) {
            ObjectNode line = JSON.createObjectNode();
            line.put("name", m.name());
            put(line, "ours", m.ours());
            put(line, "yardstick", m.yardstick());
            line.put("unit", m.unit());
            put(line, "ratio", m.ratio());
            line.put("target", m.target().text());
            line.put("met", m.met());
            out.println(line);
            out.flush();
        }

        /** JSON has no NaN. */
        private static void put(ObjectNode line, String field, double value) {
            if (Double.isNaN(value)) {
                line.putNull(field);
            } else {
                line.put(field, value);
            }
        }
    }
}
