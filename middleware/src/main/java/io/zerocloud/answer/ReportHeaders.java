package io.zerocloud.answer;

import io.zerocloud.wire.SessionResult;
import io.zerocloud.wire.SessionResult.Accounting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * {@code X-Nexe-*}: one value a session, joined by bare commas, in job order, always n - 1 commas.
 * Stock clients split at commas; a cdr line is {@code total, t1, a1,t2, a2}: they take the first
 * value and then pairs. Values therefore never hold a comma.
 *
 * <p>Of a job whose lines would be too long for clients the first sessions are told, all headers
 * for the same ones, and {@code X-Nexe-Truncated} says how many there are.
 */
public final class ReportHeaders {
    static final int MAX_ALL = 96 * 1024;

    private static final int MAX_VALUE = 512;

    /** Fewer characters of what a guest said are not worth a header. */
    private static final int LEAST_WORDS = 40;

    /** All that an answer can have. */
    static final List<String> NAMES =
            List.of(
                    "X-Nexe-System",
                    "X-Nexe-Status",
                    "X-Nexe-Retcode",
                    "X-Nexe-Etag",
                    "X-Nexe-Validation",
                    "X-Nexe-Cdr-Line",
                    "X-Nexe-Policy",
                    "X-Nexe-Colocated",
                    "X-Nexe-Error",
                    "X-Nexe-Stderr",
                    "X-Nexe-Truncated",
                    "X-Nexe-Report");

    /** Where they stand, by which clients differ in the lines that they read. */
    public enum Place {
        /** Before the body: python-swiftclient fails at 64 KiB a line, proxies often earlier. */
        HEAD(32 * 1024),

        /** Behind a streamed body, where curl fails at 4 KiB a line. */
        TRAILERS(4_000);

        private final int maxLine;

        Place(int maxLine) {
            this.maxLine = maxLine;
        }

        private boolean fits(Map<String, String> headers) {
            int all = 0;
            for (Map.Entry<String, String> header : headers.entrySet()) {
                int line = header.getKey().length() + header.getValue().length() + 4;
                if (line > maxLine) {
                    return false;
                }
                all += line;
            }
            return all <= MAX_ALL;
        }
    }

    private ReportHeaders() {}

    /** The headers of an outcome. */
    public static Map<String, String> of(JobOutcome outcome, Place place) {
        List<SessionAnswer> sessions = outcome.sessions();
        int count = sessions.size();
        Map<String, String> headers = join(outcome, sessions, place);
        // Halving finds a count that fits in a few steps; how close to the limit it is does not
        // matter.
        while (count > 1 && !place.fits(headers)) {
            count = count / 2;
            headers = join(outcome, sessions.subList(0, count), place);
        }
        if (count < sessions.size()) {
            headers.put("X-Nexe-Truncated", Integer.toString(sessions.size()));
            if (!outcome.reportAt().isEmpty()) {
                headers.put("X-Nexe-Report", outcome.reportAt());
            }
        }
        return headers;
    }

    /** Whether the headers of so many sessions cannot all be sent. */
    public static boolean overflows(JobOutcome outcome, Place place) {
        return !place.fits(join(outcome, outcome.sessions(), place));
    }

    private static Map<String, String> join(
            JobOutcome outcome, List<SessionAnswer> sessions, Place place) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Nexe-System", values(sessions, SessionAnswer::name));
        headers.put("X-Nexe-Status", values(sessions, ReportHeaders::state));
        headers.put(
                "X-Nexe-Retcode",
                values(
                        sessions,
                        s -> s.result().map(r -> Integer.toString(r.returnCode())).orElse("0")));
        headers.put(
                "X-Nexe-Etag",
                values(
                        sessions,
                        s -> s.result().map(r -> String.join(" ", r.digests())).orElse("")));
        headers.put(
                "X-Nexe-Validation",
                values(
                        sessions,
                        s -> s.result().map(r -> Integer.toString(r.validation())).orElse("0")));
        headers.put("X-Nexe-Cdr-Line", cdr(outcome.seconds(), sessions));
        headers.put(
                "X-Nexe-Policy",
                values(sessions, s -> s.result().map(SessionResult::policy).orElse("")));
        headers.put("X-Nexe-Colocated", values(sessions, SessionAnswer::colocated));
        if (sessions.stream().anyMatch(s -> !error(s).isEmpty())) {
            headers.put("X-Nexe-Error", values(sessions, ReportHeaders::error));
        }
        // It must never be what is too long: the fewer words of each the more nodes there are.
        int words = Math.min(MAX_VALUE, place.maxLine / 2 / Math.max(1, sessions.size()));
        if (words >= LEAST_WORDS
                && sessions.stream().anyMatch(s -> !lastWords(s, words).isEmpty())) {
            headers.put("X-Nexe-Stderr", values(sessions, s -> lastWords(s, words)));
        }
        return headers;
    }

    private static String state(SessionAnswer session) {
        return session.result().map(SessionResult::state).orElse("ZeroVM did not run");
    }

    /** The failure of a session in a line, or empty. */
    static String error(SessionAnswer session) {
        return session.result().map(SessionResult::error).orElse(session.message());
    }

    /** The end of what a failed guest said on stderr, or empty. */
    private static String lastWords(SessionAnswer session, int most) {
        if (error(session).isEmpty()) {
            return "";
        }
        String said = session.result().map(SessionResult::stderr).orElse("").strip();
        return said.substring(Math.max(0, said.length() - most));
    }

    private static String values(
            List<SessionAnswer> sessions, Function<SessionAnswer, String> value) {
        StringJoiner joined = new StringJoiner(",");
        for (SessionAnswer session : sessions) {
            joined.add(plain(value.apply(session)));
        }
        return joined.toString();
    }

    /** A value that cannot end a line or be taken for two, in ASCII, of bounded length. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(Math.min(text.length(), MAX_VALUE));
        for (int i = 0; i < text.length() && plain.length() < MAX_VALUE; i++) {
            char c = text.charAt(i);
            plain.append(c == ',' ? ';' : c < ' ' ? ' ' : c > '~' ? '?' : c);
        }
        return plain.toString().strip();
    }

    private static String cdr(double total, List<SessionAnswer> sessions) {
        StringJoiner line = new StringJoiner(",", seconds(total) + ", ", "");
        for (SessionAnswer session : sessions) {
            double time = session.result().map(r -> r.timings().total() / 1000).orElse(0.0);
            line.add(seconds(time) + ", " + numbers(session));
        }
        return line.toString();
    }

    /** The ten numbers. */
    static String numbers(SessionAnswer session) {
        Accounting a = session.result().map(SessionResult::accounting).orElse(Accounting.NONE);
        return String.format(
                Locale.ROOT,
                "%.3f %.3f %d %d %d %d %d %d %d %d",
                a.system(),
                a.user(),
                a.reads(),
                a.readBytes(),
                a.writes(),
                a.writtenBytes(),
                a.networkReads(),
                a.networkReadBytes(),
                a.networkWrites(),
                a.networkWrittenBytes());
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }
}
