package io.zerocloud.run;

import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.plan.Session;
import io.zerocloud.plan.placement.Placement;
import io.zerocloud.wire.SessionResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Makes answers of what agents tell of sessions; keeps no more of them than a job may. */
final class Results {
    /** Of what the guests of one job said on stderr, so much is kept in memory. */
    private static final long STDERR_BYTES = 4 << 20;

    /** What each may say beyond that. */
    private static final int STDERR_EACH = 200;

    private final Function<Session, String> policy;
    private final AtomicLong stderrLeft = new AtomicLong(STDERR_BYTES);

    /**
     * @param policy the storage policy of what attracted a session
     */
    Results(Function<Session, String> policy) {
        this.policy = policy;
    }

    /**
     * A result as it is kept: with its storage policy, and no more of stderr than there is room
     * for.
     */
    private SessionResult completed(Session session, SessionResult result) {
        return bounded(result.withPolicy(policy.apply(session)));
    }

    private SessionResult bounded(SessionResult result) {
        String stderr = result.stderr();
        if (stderrLeft.addAndGet(-stderr.length()) >= 0 || stderr.length() <= STDERR_EACH) {
            return result;
        }
        return result.withStderr(stderr.substring(stderr.length() - STDERR_EACH));
    }

    /**
     * What became of a session that ran.
     *
     * @param told as its agent told it
     */
    SessionAnswer answer(
            Session session,
            Placement placement,
            String agent,
            String id,
            SessionResult told,
            double queued,
            int attempt) {
        SessionResult result = completed(session, told);
        String message = message(result);
        boolean fetch =
                message.isEmpty()
                        && result.body().isPresent()
                        && result.body().get().length() > 0
                        && result.body().get().inline().isEmpty();
        return new SessionAnswer(
                session.name(),
                session.location().isPresent() ? agent : "0",
                agent,
                fetch ? id : "",
                Optional.of(result),
                result.status(),
                message,
                placement.why(),
                queued,
                attempt);
    }

    /** The text that stands for the output of a session that failed without one. */
    private static String message(SessionResult result) {
        boolean hasBody = result.body().map(body -> body.length() > 0).orElse(false);
        if (hasBody) {
            return "";
        }
        if (result.validation() == 1) {
            return result.state() + ": " + result.error() + "\n";
        }
        if (result.status() == 500 && !result.state().equals("ok")) {
            String code =
                    switch (result.error().split(";", 2)[0]) {
                        case "Timed out" -> "Timed out";
                        case "Killed" -> "Killed";
                        default -> "Error";
                    };
            return ErrorCode.GUEST_FAILED.text()
                    + " retcode="
                    + code
                    + ",  zerovm_stdout="
                    + result.state()
                    + "\n"
                    + result.stderr();
        }
        List<String> errors =
                result.stored().stream()
                        .map(SessionResult.Stored::error)
                        .filter(error -> !error.isEmpty())
                        .toList();
        if (!errors.isEmpty()) {
            return String.join("\n", errors) + "\n";
        }
        return result.returnCode() != 0 && result.status() == 200 ? result.stderr() : "";
    }
}
