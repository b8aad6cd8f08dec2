package io.zerocloud.sandbox.toolchain.driver;

import io.zerocloud.sandbox.toolchain.driver.GccArguments.Input.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Several files of one call are compiled at a time, one a processor; all are tried. */
final class ParallelSources {
    private ParallelSources() {}

    /** What is done with one source. */
    @FunctionalInterface
    interface Step {
        void compile(Source source) throws CompileException, IOException;
    }

    /**
     * Compiles every source.
     *
     * @throws CompileException with the messages of all that failed
     */
    static void each(List<Source> sources, Step step) throws CompileException, IOException {
        if (sources.size() == 1) {
            step.compile(sources.getFirst());
            return;
        }
        Semaphore slots = new Semaphore(Runtime.getRuntime().availableProcessors());
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Source source : sources) {
                running.add(
                        workers.submit(
                                () -> {
                                    slots.acquire();
                                    try {
                                        step.compile(source);
                                    } finally {
                                        slots.release();
                                    }
                                    return source;
                                }));
            }
        }
        List<String> messages = new ArrayList<>();
        boolean failed = false;
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case CompileException compile -> {
                        failed = true;
                        messages.add(String.valueOf(compile.getMessage()));
                    }
                    case IOException io -> throw io;
                    case null, default -> throw new IllegalStateException(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CompileException("interrupted");
            }
        }
        if (failed) {
            messages.removeIf(String::isEmpty);
            throw new CompileException(String.join("\n", messages));
        }
    }
}
