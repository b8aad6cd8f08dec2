package io.zerocloud.error;

import io.zerocloud.job.Violation;
import java.util.Map;

/**
 * A job that is refused or has failed, with what its client is to be told. The message is for the
 * client: it never holds a token, a local file name or a stack trace.
 */
public final class JobException extends Exception {
    private final ErrorCode code;
    private final int status;
    private final Map<String, String> headers;

    private JobException(
            ErrorCode code,
            int status,
            String message,
            Map<String, String> headers,
            Throwable... causes) {
        super(message);
        this.code = code;
        this.status = status;
        this.headers = Map.copyOf(headers);
        if (causes.length > 0) {
            initCause(causes[0]);
        }
    }

    /** The bare text of a code. */
    public static JobException of(ErrorCode code) {
        return new JobException(code, code.status(), code.text(), Map.of());
    }

    /** The text of a code, a blank and a detail. */
    public static JobException of(ErrorCode code, String detail) {
        return new JobException(code, code.status(), code.text() + " " + detail, Map.of());
    }

    /** As {@link #of(ErrorCode, String)}, with the failure behind it, which only the log sees. */
    public static JobException of(ErrorCode code, String detail, Throwable cause) {
        return new JobException(code, code.status(), code.text() + " " + detail, Map.of(), cause);
    }

    /**
     * A header that breaks its rule.
     *
     * @param value as the client sent it
     * @param rule what the value must be
     */
    public static JobException header(String name, String value, String rule) {
        return of(
                ErrorCode.INVALID_HEADER,
                name + " (" + Violation.printable(value) + ": " + rule + ")");
    }

    /**
     * A code with a status and a text of its own: answers of Swift and of the planner that are
     * passed on.
     */
    public static JobException as(ErrorCode code, int status, String message) {
        return new JobException(code, status, message, Map.of());
    }

    /** The same with headers for the answer, for example {@code Retry-After}. */
    public JobException with(String header, String value) {
        Map<String, String> all = new java.util.HashMap<>(headers);
        all.put(header, value);
        JobException copy = new JobException(code, status, message(), all);
        if (getCause() != null) {
            copy.initCause(getCause());
        }
        return copy;
    }

    public ErrorCode code() {
        return code;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** The body of the answer. */
    public String message() {
        String message = getMessage();
        return message == null ? code.text() : message;
    }

    /** Headers that the answer carries beside the usual ones. */
    public Map<String, String> headers() {
        return headers;
    }
}
