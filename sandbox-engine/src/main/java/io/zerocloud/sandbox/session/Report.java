package io.zerocloud.sandbox.session;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * The end of a session. The outcome of a kill, the processor times and the peak memory are the
 * kernel's, taken by the worker's parent; exit code, counters and digests are the worker's claims.
 *
 * @param outcome how it ended
 * @param userTime processor time of the worker in user mode
 * @param systemTime processor time of the worker in the kernel
 * @param peakMemoryBytes largest resident set of the worker, shared pages included
 * @param channels in the guest's order: stdin, stdout, stderr, the rest by alias
 * @param memoryDigest lower-case hex digest of the guest's readable memory at the end; empty if not
 *     asked for or the worker was killed
 * @param timings wall-clock times
 */
public record Report(
        Outcome outcome,
        Duration userTime,
        Duration systemTime,
        long peakMemoryBytes,
        List<ChannelReport> channels,
        String memoryDigest,
        Timings timings) {
    public Report {
        channels = List.copyOf(channels);
    }

    /** The guest's code if it called exit. */
    public OptionalInt guestCode() {
        return outcome instanceof Outcome.Exited exited
                ? OptionalInt.of(exited.code())
                : OptionalInt.empty();
    }

    /** Whether the guest called exit with 0, or made the template it was asked for. */
    public boolean succeeded() {
        return (outcome instanceof Outcome.Exited(int code) && code == 0)
                || outcome instanceof Outcome.Snapshotted;
    }

    /** The state line of the original's report: {@code ok} or the cause. */
    public String state() {
        return outcome instanceof Outcome.Exited || outcome instanceof Outcome.Snapshotted
                ? "ok"
                : outcome.cause();
    }

    /**
     * The report of one channel.
     *
     * @throws IllegalArgumentException if the session had none of that name
     */
    public ChannelReport channel(String alias) {
        return channels.stream()
                .filter(channel -> channel.alias().equals(alias))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no channel " + alias));
    }

    /**
     * Stamps of {@link System#nanoTime}; 0 where a session did not get that far.
     *
     * @param submitted {@link Engine#start} was called
     * @param admitted memory was reserved and a worker taken
     * @param entered just before the guest's first instruction, the worker's stamp
     * @param ended the worker was reaped
     */
    public record Timings(long submitted, long admitted, long entered, long ended) {
        /** From the call of start to the guest's first instruction. */
        public Duration start() {
            return entered == 0 ? Duration.ZERO : Duration.ofNanos(entered - submitted);
        }

        /** From the call of start to the end of the worker. */
        public Duration total() {
            return ended == 0 ? Duration.ZERO : Duration.ofNanos(ended - submitted);
        }
    }
}
