package io.zerocloud.sandbox.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A running guest. All methods may be called from any thread. */
public interface Session {
    /** The worker's serial number: unique within the life of the supervisor. */
    long id();

    /** Process id of the worker as the supervisor sees it; 0 where namespaces hide it. */
    int workerPid();

    /** Completes with the report, never exceptionally; a session always ends by its time-out. */
    CompletionStage<Report> report();

    /** Waits for the report. */
    Report await() throws InterruptedException;

    /** Waits for the report at most that long. */
    Optional<Report> await(Duration atMost) throws InterruptedException;

    /**
     * Kills the guest at once; the report then says {@link Outcome.Cancelled} unless it had ended
     * before. Does not wait.
     *
     * @param reason for the report
     */
    void cancel(String reason);

    /**
     * The template that the guest made of itself, once the report says {@link Outcome.Snapshotted}.
     * The caller owns and closes it; a second call gives the same object.
     */
    Optional<Template> template();
}
