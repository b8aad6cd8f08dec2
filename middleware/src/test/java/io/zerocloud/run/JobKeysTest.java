package io.zerocloud.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.SessionAnswer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class JobKeysTest {
    private final Set<String> forgotten = ConcurrentHashMap.newKeySet();
    private final JobKeys keys = new JobKeys(outcome -> forgotten.add(outcome.job()));

    private CompletableFuture<JobOutcome> finished(String job, String message) {
        CompletableFuture<JobOutcome> run = new CompletableFuture<>();
        assertThat(keys.join(new JobKeys.Key("a", "caller", job), run)).isEmpty();
        run.complete(
                new JobOutcome(
                        job, "a", List.of(SessionAnswer.failed("n", 500, message, 0, 1)), 1, ""));
        return run;
    }

    @Test
    void whatAnswersHoldIsWeighedAndTheRestIsForgotten() {
        // One text of 32 MB, which every answer counts as its own.
        String large = "x".repeat(32 << 20);
        for (int i = 0; i < 20; i++) {
            var _ = finished("job" + i, large);
        }
        // 256 MB in all: 7 remain at most. Forgetting is somebody else's work, so it is waited for.
        await().untilAsserted(() -> assertThat(forgotten).hasSizeGreaterThanOrEqualTo(13));
    }

    @Test
    void smallAnswersAreKeptForWhoeverAskedAndForNobodyElse() {
        CompletableFuture<JobOutcome> first = finished("job", "small");
        CompletableFuture<JobOutcome> mine = new CompletableFuture<>();
        assertThat(keys.join(new JobKeys.Key("a", "caller", "job"), mine)).contains(first);
        assertThat(keys.join(new JobKeys.Key("a", "other", "job"), mine)).isEmpty();
        assertThat(keys.join(new JobKeys.Key("b", "caller", "job"), mine)).isEmpty();
    }

    @Test
    void aJobThatFailedBeforeItRanMayBeTriedAgain() {
        CompletableFuture<JobOutcome> failed = new CompletableFuture<>();
        JobKeys.Key key = new JobKeys.Key("a", "caller", "again");
        assertThat(keys.join(key, failed)).isEmpty();
        failed.completeExceptionally(new IllegalStateException("no slot"));
        assertThat(keys.join(key, new CompletableFuture<>())).isEmpty();
    }
}
