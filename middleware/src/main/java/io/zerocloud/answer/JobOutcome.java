package io.zerocloud.answer;

import java.util.List;

/**
 * A finished job. May be answered more than once.
 *
 * @param job its id
 * @param account where it ran
 * @param sessions in job order
 * @param seconds from the request's arrival to the last result
 * @param reportAt where a JSON report was stored, or empty
 */
public record JobOutcome(
        String job, String account, List<SessionAnswer> sessions, double seconds, String reportAt) {
    public JobOutcome {
        sessions = List.copyOf(sessions);
    }

    /** The numerically highest status, 200 if all went well. */
    public int status() {
        return sessions.stream().mapToInt(SessionAnswer::status).max().orElse(200);
    }

    /** The same with the place of its report. */
    public JobOutcome withReportAt(String url) {
        return new JobOutcome(job, account, sessions, seconds, url);
    }

    /** About how many bytes of memory it holds. */
    public long heldBytes() {
        return sessions.stream().mapToLong(SessionAnswer::heldBytes).sum();
    }
}
