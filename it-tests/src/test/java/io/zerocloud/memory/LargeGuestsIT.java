package io.zerocloud.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.EngineFigures;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.SessionSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** More guests than the machine has memory for. */
class LargeGuestsIT {
    private static final int GUESTS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /**
     * Six guests of 4 GiB that write to every page: this process stays, and each guest runs to its
     * end when its turn has come, or is what the kernel kills for want of memory.
     */
    @Test
    void guestsThatTouchAllTheirMemoryNeverTakeTheAgentAlong() throws Exception {
        long memory = Limits.MAX_MEMORY;
        long spare = memory / 2;
        EngineConfig config = EngineConfig.defaults();
        long budget = Math.min(config.memoryBudgetBytes(), available() - spare);
        assumeTrue(budget > memory + spare, "needs 8 GiB of free memory");
        try (Engine engine =
                        Engine.start(
                                config.withPoolSize(GUESTS)
                                        .withMemoryBudgetBytes(budget)
                                        .withAdmissionTimeout(PATIENCE));
                Program touch = EngineFigures.guest(engine, "touch");
                Program hello = EngineFigures.guest(engine, "hello");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Report>> guests = new ArrayList<>();
            for (int i = 0; i < GUESTS; i++) {
                Callable<Report> guest = () -> run(engine, touch, memory);
                guests.add(threads.submit(guest));
            }
            for (Future<Report> guest : guests) {
                Report report = guest.get();
                assertThat(report.outcome())
                        .isIn(new Outcome.Exited(0), new Outcome.KilledByKernel(9));
                if (report.succeeded()) {
                    assertThat(report.peakMemoryBytes()).isGreaterThan(memory - (64L << 20));
                }
            }
            assertThat(engine.usage().memoryBytes()).isZero();
            assertThat(engine.usage().poolRestarts()).isZero();
            assertThat(run(engine, hello, 64L << 20).outcome()).isEqualTo(new Outcome.Exited(7));
        }
    }

    private static Report run(Engine engine, Program program, long memory) throws Exception {
        return engine.start(
                        SessionSpec.of(program, new Limits(memory, PATIENCE))
                                .channels(EngineFigures.silence())
                                .build())
                .await();
    }

    private static long available() throws Exception {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
