package io.zerocloud.sandbox.session;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * How an engine runs.
 *
 * @param poolSize workers kept sealed and waiting, 1 to 1024
 * @param maxSessions sessions at once, 1 to 4096
 * @param memoryBudgetBytes memory of all sessions together; a session reserves its {@link
 *     Limits#memoryBytes} on start
 * @param admissionTimeout how long start waits for a worker and for memory before {@link
 *     EngineException.Busy}
 * @param nice how far guests give way to others on the processors, 0 to 19, as of Linux' nice; a
 *     supervisor that runs as a service decides for itself
 * @param socket socket of a supervisor that runs as a service of its own; empty to start one as a
 *     child of this process (one-user mode)
 * @param supervisor executable to start instead of the one in this library
 * @param debug if present, workers can be traced by a debugger and namespaces are not entered;
 *     called with a worker's process id before its session is sent, and may wait there until a
 *     debugger has attached. Agents refuse such an engine
 */
public record EngineConfig(
        int poolSize,
        int maxSessions,
        long memoryBudgetBytes,
        Duration admissionTimeout,
        int nice,
        Optional<Path> socket,
        Optional<Path> supervisor,
        Optional<IntConsumer> debug) {
    public EngineConfig {
        if (poolSize < 1 || poolSize > 1024) {
            throw new IllegalArgumentException("poolSize " + poolSize + " is not 1 to 1024");
        }
        if (maxSessions < 1 || maxSessions > 4096) {
            throw new IllegalArgumentException("maxSessions " + maxSessions + " is not 1 to 4096");
        }
        if (memoryBudgetBytes < 1) {
            throw new IllegalArgumentException("memoryBudgetBytes is " + memoryBudgetBytes);
        }
        if (admissionTimeout.isNegative()) {
            throw new IllegalArgumentException("admissionTimeout is " + admissionTimeout);
        }
        if (nice < 0 || nice > 19) {
            throw new IllegalArgumentException("nice " + nice + " is not 0 to 19");
        }
    }

    /**
     * Pool of 16, 1024 sessions, 5 s, a supervisor of our own, three quarters of this machine's
     * memory.
     */
    public static EngineConfig defaults() {
        return new EngineConfig(
                16,
                1024,
                MemoryBudget.machineMemory() / 4 * 3,
                Duration.ofSeconds(5),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public EngineConfig withPoolSize(int value) {
        return new EngineConfig(
                value,
                maxSessions,
                memoryBudgetBytes,
                admissionTimeout,
                nice,
                socket,
                supervisor,
                debug);
    }

    public EngineConfig withMaxSessions(int value) {
        return new EngineConfig(
                poolSize,
                value,
                memoryBudgetBytes,
                admissionTimeout,
                nice,
                socket,
                supervisor,
                debug);
    }

    public EngineConfig withMemoryBudgetBytes(long value) {
        return new EngineConfig(
                poolSize, maxSessions, value, admissionTimeout, nice, socket, supervisor, debug);
    }

    public EngineConfig withAdmissionTimeout(Duration value) {
        return new EngineConfig(
                poolSize, maxSessions, memoryBudgetBytes, value, nice, socket, supervisor, debug);
    }

    public EngineConfig withNice(int value) {
        return new EngineConfig(
                poolSize,
                maxSessions,
                memoryBudgetBytes,
                admissionTimeout,
                value,
                socket,
                supervisor,
                debug);
    }

    public EngineConfig withSocket(Path value) {
        return new EngineConfig(
                poolSize,
                maxSessions,
                memoryBudgetBytes,
                admissionTimeout,
                nice,
                Optional.of(value),
                supervisor,
                debug);
    }

    public EngineConfig withSupervisor(Path value) {
        return new EngineConfig(
                poolSize,
                maxSessions,
                memoryBudgetBytes,
                admissionTimeout,
                nice,
                socket,
                Optional.of(value),
                debug);
    }

    public EngineConfig withDebug(IntConsumer value) {
        return new EngineConfig(
                poolSize,
                maxSessions,
                memoryBudgetBytes,
                admissionTimeout,
                nice,
                socket,
                supervisor,
                Optional.of(value));
    }
}
