package io.zerocloud.answer;

import io.zerocloud.wire.SessionResult;
import java.util.List;
import java.util.Optional;

/**
 * A finished job. May be answered more than once.
 *
 * @param job its id
 * @param account where it ran
 * @param sessions in job order
 * @param seconds from the request's arrival to the last result
 * @param chainSeconds the same of all jobs of its chain together
 * @param reportAt where a JSON report was stored, or empty
 */
public record JobOutcome(
        String job,
        String account,
        List<SessionAnswer> sessions,
        double seconds,
        double chainSeconds,
        String reportAt) {
    /** A job that is a chain by itself. */
    public JobOutcome(
            String job,
            String account,
            List<SessionAnswer> sessions,
            double seconds,
            String reportAt) {
        this(job, account, sessions, seconds, seconds, reportAt);
    }

    public JobOutcome {
        sessions = List.copyOf(sessions);
    }

    /** The numerically highest status, 200 if all went well. */
    public int status() {
        return sessions.stream().mapToInt(SessionAnswer::status).max().orElse(200);
    }

    /** The same with the place of its report. */
    public JobOutcome withReportAt(String url) {
        return new JobOutcome(job, account, sessions, seconds, chainSeconds, url);
    }

    /** The same as the last of a chain that took so long. */
    public JobOutcome withChainSeconds(double all) {
        return new JobOutcome(job, account, sessions, seconds, all, reportAt);
    }

    /** The sessions whose outputs make the body, in order. */
    public List<SessionAnswer> parts() {
        return sessions.stream().filter(s -> s.length() > 0).toList();
    }

    /** Bytes of the body. */
    public long length() {
        return sessions.stream().mapToLong(SessionAnswer::length).sum();
    }

    /** The session whose headers the answer has: the first with a part, else with an empty one. */
    public Optional<SessionAnswer> lead() {
        return sessions.stream()
                .filter(s -> s.length() > 0)
                .findFirst()
                .or(
                        () ->
                                sessions.stream()
                                        .filter(
                                                s ->
                                                        s.result()
                                                                .flatMap(SessionResult::body)
                                                                .isPresent())
                                        .findFirst());
    }

    /** About how many bytes of memory it holds. */
    public long heldBytes() {
        return sessions.stream().mapToLong(SessionAnswer::heldBytes).sum();
    }
}
