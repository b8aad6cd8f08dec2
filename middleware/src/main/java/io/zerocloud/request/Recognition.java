package io.zerocloud.request;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.job.Violation;
import io.zerocloud.wire.KeptLink;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whose a request is. Ours are those that carry {@link Headers#EXECUTE} and name an
 * account, and those whose first path segment is {@code open} or {@code api}, and {@link
 * KeptLink}s; everything else is Swift's and travels unchanged, malformed targets included: Swift
 * judges them.
 */
public sealed interface Recognition {
    /** What an intercepted request asks for. */
    enum Command {
        JOB("1.0"),
        OPEN("open/1.0"),
        API("api/1.0");

        private final String wire;

        Command(String wire) {
            this.wire = wire;
        }

        static Optional<Command> of(String text) {
            for (Command command : values()) {
                if (command.wire.equals(text)) {
                    return Optional.of(command);
                }
            }
            return Optional.empty();
        }
    }

    /** Swift's. */
    record PassThrough() implements Recognition {}

    /** {@code GET} or {@code HEAD} of {@code /info}: Swift's answer plus a section of ours. */
    record Capabilities() implements Recognition {}

    /** An output that an agent keeps; any method. */
    record Kept(KeptLink link) implements Recognition {}

    /** A CORS preflight for one of our URLs. */
    record Preflight(Target target) implements Recognition {}

    /**
     * A job: a POST of one, or any method on an {@code open} or {@code api} URL.
     *
     * @param command what is asked for
     */
    record Job(Target target, Command command) implements Recognition {}

    /** Ours, and refused before its body is looked at. */
    record Refused(ErrorCode error, String detail) implements Recognition {}

    /** Methods that Swift knows; anything else is refused on our URLs. */
    Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "COPY", "OPTIONS");

    /** Methods that an app can be called with. */
    Set<String> APP_METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE");

    /**
     * Recognises a request by its line and headers.
     *
     * @param raw the request target as sent
     * @param execute the value of {@link Headers#EXECUTE} if the header is there, even empty
     * @param contentLength the value of {@code Content-Length} if the header is there
     */
    static Recognition of(
            String method, String raw, Optional<String> execute, Optional<String> contentLength) {
        if (raw.equals("/info") || raw.startsWith("/info?")) {
            return method.equals("GET") || method.equals("HEAD")
                    ? new Capabilities()
                    : new PassThrough();
        }
        Optional<KeptLink> kept = raw.startsWith("/kept/") ? KeptLink.parse(raw) : Optional.empty();
        if (kept.isPresent()) {
            return new Kept(kept.get());
        }
        boolean byVersion = raw.startsWith("/open/") || raw.startsWith("/api/");
        if (execute.isEmpty() && !byVersion) {
            return new PassThrough();
        }
        return switch (Target.split(raw)) {
            case Target.Split.Bad(Target.Flaw flaw) ->
                    switch (flaw) {
                        case NO_ACCOUNT -> new PassThrough();
                        case NOT_UTF8 -> new Refused(ErrorCode.INVALID_UTF8, "");
                    };
            case Target.Split.Ok(Target target) -> ours(method, target, execute, contentLength);
        };
    }

    private static Recognition ours(
            String method,
            Target target,
            Optional<String> execute,
            Optional<String> contentLength) {
        // The header beats the URL: /open/a/c/app with "1.0" is an ordinary job.
        String text = execute.orElse(target.version() + "/1.0").strip().toLowerCase(Locale.ROOT);
        Optional<Command> command = Command.of(text);
        if (contentLength.isPresent() && !contentLength.get().strip().matches("[0-9]{1,18}")) {
            return new Refused(ErrorCode.INVALID_CONTENT_LENGTH, "");
        }
        if (command.isEmpty()) {
            return new Refused(
                    ErrorCode.UNKNOWN_COMMAND,
                    "("
                            + Headers.EXECUTE
                            + " = "
                            + Violation.printable(text)
                            + ": it is 1.0, open/1.0 or api/1.0)");
        }
        boolean missing =
                switch (command.get()) {
                    case JOB -> false;
                    case OPEN -> target.container().isEmpty() || target.object().isEmpty();
                    case API -> target.container().isEmpty();
                };
        if (missing) {
            return new Refused(ErrorCode.BAD_URL, "");
        }
        if (!METHODS.contains(method)) {
            return new Refused(ErrorCode.BAD_METHOD, "");
        }
        if (method.equals("OPTIONS")) {
            return new Preflight(target);
        }
        boolean known =
                command.get() == Command.JOB ? method.equals("POST") : APP_METHODS.contains(method);
        return known ? new Job(target, command.get()) : new Refused(ErrorCode.NOT_IMPLEMENTED, "");
    }
}
