package io.zerocloud.cli.bench;

import java.util.function.Consumer;

/** One named group of measurements, for example {@code engine} or {@code plan}. */
public interface Benchmark {
    /** The word after {@code zerocloud bench}; lower case. */
    String name();

    /** One line for {@code zerocloud bench --list}. */
    String description();

    /**
     * Measures, giving each result to {@code results} as soon as it is known. Runs alone: no other
     * benchmark runs meanwhile.
     *
     * @throws BenchmarkSkipped if the machine lacks something; the message names it
     */
    void run(Consumer<Measurement> results) throws Exception;

    /** The machine lacks what the benchmark needs (a package, a right). */
    final class BenchmarkSkipped extends Exception {
        private static final long serialVersionUID = 1;

        public BenchmarkSkipped(String missing) {
            super(missing);
        }
    }
}
