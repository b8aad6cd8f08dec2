package io.zerocloud.authority;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.StorePath;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Asks Swift whether a caller may run jobs in an account or write to a container.
 *
 * <p>The question is an empty {@code POST} to an object that does not exist: Swift authorises a
 * request before it looks for the object, so 404 means that the caller may, 401 and 403 that he may
 * not. For "run" the container does not exist either, so no ACL can grant it and only rights on the
 * account itself count; {@code HEAD} of the account would be wrong, since read-only rights pass it.
 * Nothing is ever written. Answers are kept for 30 s at most.
 */
public final class Rights {
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final SwiftApi swift;
    // Nobody can create a container of a name that he cannot guess and grant rights on it.
    private final String probe = ".zerocloud-probe-" + random();
    private final Cache<Question, Answer> answers =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(KEPT).build();

    public Rights(SwiftApi swift) {
        this.swift = swift;
    }

    /**
     * Returns if the caller owns the account's rights to run jobs.
     *
     * @throws JobException with Swift's 401 or 403
     */
    public void requireRun(Caller caller, String account) throws JobException {
        require(ask(caller, new StorePath(account, probe, probe)), "run jobs in " + account);
    }

    /** As {@link #requireRun}, by what Swift says now. */
    public void requireRunNow(Caller caller, String account) throws JobException {
        StorePath object = new StorePath(account, probe, probe);
        answers.invalidate(new Question(caller.fingerprint(), object.toString()));
        requireRun(caller, account);
    }

    /**
     * Returns if the caller may write objects into the container and it exists.
     *
     * @throws JobException with Swift's 401 or 403, or 404 if the container is missing
     */
    public void requireWrite(Caller caller, StorePath container) throws JobException {
        StorePath object = new StorePath(container.account(), container.container(), probe);
        require(ask(caller, object), "write to " + container);
        Question question = new Question(caller.fingerprint(), container.toString());
        Answer exists = answers.getIfPresent(question);
        if (exists == null) {
            try (Reply reply = swift.head(caller, container)) {
                exists = new Answer(reply.status(), reply.reason(), "");
            } catch (IOException e) {
                throw unreachable(e);
            }
            if (exists.status() / 100 == 2) {
                answers.put(question, exists);
            }
        }
        // Who may write need not be allowed to look: 401 and 403 say nothing about existence.
        if (exists.status() == 404) {
            throw JobException.as(
                    ErrorCode.FETCH_FAILED, 404, ErrorCode.FETCH_FAILED.text() + " " + container);
        }
    }

    private Answer ask(Caller caller, StorePath path) throws JobException {
        Question question = new Question(caller.fingerprint(), path.toString());
        Answer known = answers.getIfPresent(question);
        if (known != null) {
            return known;
        }
        try (Reply reply = swift.post(caller, path)) {
            Answer answer =
                    new Answer(reply.status(), reply.reason(), reply.header("Www-Authenticate"));
            if (answer.status() == 404 || answer.status() == 401 || answer.status() == 403) {
                answers.put(question, answer);
            }
            return answer;
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static void require(Answer answer, String what) throws JobException {
        switch (answer.status()) {
            case 404 -> {}
            case 401 -> {
                JobException refused =
                        JobException.as(
                                ErrorCode.UNAUTHORIZED,
                                401,
                                "Unauthorized: the caller may not " + what);
                throw answer.challenge().isEmpty()
                        ? refused
                        : refused.with("WWW-Authenticate", answer.challenge());
            }
            case 403 ->
                    throw JobException.as(
                            ErrorCode.FORBIDDEN, 403, "Forbidden: the caller may not " + what);
            default ->
                    throw JobException.as(
                            ErrorCode.SWIFT_UNREACHABLE,
                            answer.status() >= 500 ? 503 : 502,
                            "Object storage answered "
                                    + answer.status()
                                    + " "
                                    + answer.reason()
                                    + " when asked whether the caller may "
                                    + what);
        }
    }

    static JobException unreachable(IOException cause) {
        return JobException.of(ErrorCode.SWIFT_UNREACHABLE, "", cause);
    }

    private static String random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private record Question(String caller, String path) {}

    private record Answer(int status, String reason, String challenge) {}
}
