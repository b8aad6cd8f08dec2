package io.zerocloud.run;

import io.zerocloud.answer.AnswerWriter;
import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.authority.Caller;
import io.zerocloud.error.JobException;
import io.zerocloud.job.JobRefused;
import io.zerocloud.wire.SessionResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A job and those it chains to: an answer of type {@code application/json} that carries {@code
 * X-Zerovm-Execute} is the next job, run in place of being delivered. The payload goes to the first
 * that reads it. Each job is authorised from scratch.
 */
final class JobChain implements AutoCloseable {
    private final JobSettings settings;
    private final AnswerWriter.Outputs outputs;
    private final Consumer<JobOutcome> forget;
    private JobRun current;
    private double seconds;
    private boolean cancelled;
    private String reason = "";

    /**
     * @param first closed with this object
     * @param outputs where what agents keep is fetched
     * @param forget told about outcomes that nobody will fetch
     */
    JobChain(
            JobRun first,
            JobSettings settings,
            AnswerWriter.Outputs outputs,
            Consumer<JobOutcome> forget) {
        this.current = first;
        this.settings = settings;
        this.outputs = outputs;
        this.forget = forget;
    }

    String id() {
        return now().id();
    }

    Caller caller() {
        return now().caller();
    }

    /** Returns if the caller may run the first job, which is not started. */
    void authorise() throws JobException {
        now().authorise();
    }

    /** Starts the first job: what refuses it comes here. */
    Dispatch start(InputStream body) throws JobException, JobRefused, IOException {
        return now().start(body);
    }

    /** The outcome of a job as it is, without looking whether it goes on. */
    JobOutcome outcome(Dispatch started) {
        return now().outcome(started);
    }

    /** Waits for the end of the chain. */
    JobOutcome finish(Dispatch first) throws JobException, JobRefused, IOException {
        JobOutcome outcome = now().outcome(first);
        seconds += outcome.seconds();
        for (int links = 0; links < settings.chainLinks(); links++) {
            if (seconds >= settings.chainTime().toNanos() / 1e9) {
                break;
            }
            Optional<byte[]> next = next(outcome);
            if (next.isEmpty()) {
                break;
            }
            forget.accept(outcome);
            JobRun run = follow(next.get());
            outcome = run.outcome(run.start(InputStream.nullInputStream()));
            seconds += outcome.seconds();
        }
        return outcome.withChainSeconds(seconds);
    }

    private JobRun follow(byte[] document) throws IOException {
        JobRun before = now();
        JobRun next = before.next(document);
        synchronized (this) {
            current = next;
            if (cancelled) {
                next.cancel(reason);
            }
        }
        before.close();
        return next;
    }

    /** The next job's description, if the answer is one and no larger than one may be. */
    private Optional<byte[]> next(JobOutcome outcome) throws IOException {
        List<SessionAnswer> parts = outcome.parts();
        if (parts.isEmpty() || !parts.getFirst().message().isEmpty()) {
            return Optional.empty();
        }
        SessionResult.Body lead =
                parts.getFirst().result().flatMap(SessionResult::body).orElseThrow();
        long length = parts.stream().mapToLong(SessionAnswer::length).sum();
        if (!lead.contentType().equals("application/json")
                || lead.header("X-Zerovm-Execute").isEmpty()
                || length > settings.plan().limits().documentBytes()) {
            return Optional.empty();
        }
        ByteArrayOutputStream document = new ByteArrayOutputStream((int) length);
        for (SessionAnswer part : parts) {
            try (InputStream in = AnswerWriter.open(part, outputs)) {
                in.transferTo(document);
            }
        }
        return Optional.of(document.toByteArray());
    }

    /** Stops the job wherever it is; none follows. */
    synchronized void cancel(String why) {
        cancelled = true;
        reason = why;
        current.cancel(why);
    }

    private synchronized JobRun now() {
        return current;
    }

    @Override
    public void close() throws IOException {
        now().close();
    }
}
