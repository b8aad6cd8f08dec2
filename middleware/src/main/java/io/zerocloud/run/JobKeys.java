package io.zerocloud.run;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.zerocloud.answer.JobOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Remembers keyed jobs, so that a client that repeats a POST (python-swiftclient does on every 5xx
 * and 408) gets the first run's answer instead of a second run. A key belongs to a caller and an
 * account. Jobs that failed before they ran are forgotten at once: nothing is lost by trying again.
 */
final class JobKeys {
    /** How long an answer can be had again. */
    static final Duration KEPT = Duration.ofMinutes(10);

    /** Bytes of all remembered answers, which hold small outputs and what guests said last. */
    private static final long MOST_BYTES = 256L << 20;

    private static final int EACH_BYTES = 25_000;

    private final Cache<Key, CompletableFuture<JobOutcome>> jobs;

    /**
     * @param forget told about an outcome that cannot be asked for any more
     */
    JobKeys(Consumer<JobOutcome> forget) {
        this.jobs =
                Caffeine.newBuilder()
                        .maximumWeight(MOST_BYTES)
                        .weigher((Key key, CompletableFuture<JobOutcome> run) -> weight(run))
                        .expireAfterWrite(KEPT)
                        .scheduler(Scheduler.systemScheduler())
                        .<Key, CompletableFuture<JobOutcome>>removalListener(
                                (key, run, cause) -> {
                                    if (run != null) {
                                        var _ = run.thenAccept(forget);
                                    }
                                })
                        .build();
    }

    /**
     * Whose key it is.
     *
     * @param caller {@link io.zerocloud.authority.Caller#fingerprint}
     */
    record Key(String account, String caller, String text) {}

    /**
     * The run of a key: empty if {@code mine} is the first, which is then remembered; else the one
     * that goes on or went.
     */
    Optional<CompletableFuture<JobOutcome>> join(Key key, CompletableFuture<JobOutcome> mine) {
        CompletableFuture<JobOutcome> first = jobs.asMap().putIfAbsent(key, mine);
        if (first == null) {
            var _ =
                    mine.whenComplete(
                            (_, failure) -> {
                                if (failure != null) {
                                    jobs.asMap().remove(key, mine);
                                } else {
                                    // Weighed again, now that it is known.
                                    var _ = jobs.asMap().replace(key, mine, mine);
                                }
                            });
            return Optional.empty();
        }
        return Optional.of(first);
    }

    private static int weight(CompletableFuture<JobOutcome> run) {
        long bytes = EACH_BYTES;
        if (run.isDone() && !run.isCompletedExceptionally()) {
            bytes += run.join().heldBytes();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
