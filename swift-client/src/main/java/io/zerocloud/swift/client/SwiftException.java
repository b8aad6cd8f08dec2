package io.zerocloud.swift.client;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to Swift that did not do what was asked. Says what was being done, never with which
 * token.
 */
public final class SwiftException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** 429 and 498 are Swift's rate limit; the 5xx pass with another proxy or a moment later. */
    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 498, 500, 502, 503, 504);

    private final int status;
    private final String transactionId;
    private final String action;

    /** Swift answered with a status that is a failure for this request. */
    SwiftException(String action, int status, String reason, String transactionId, String body) {
        super(
                action
                        + ": "
                        + status
                        + ' '
                        + reason
                        + (body.isBlank() ? "" : ": " + body.strip())
                        + (transactionId.isEmpty() ? "" : " (" + transactionId + ')'));
        this.action = action;
        this.status = status;
        this.transactionId = transactionId;
    }

    /** No answer, or a broken one. */
    SwiftException(String action, String problem, @Nullable Throwable cause) {
        super(action + ": " + problem, cause);
        this.action = action;
        this.status = 0;
        this.transactionId = "";
    }

    /** The HTTP status; empty if no answer came. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** True if Swift answered with this very status. */
    public boolean hasStatus(int wanted) {
        return status == wanted;
    }

    /** X-Trans-Id, by which an operator finds the request in Swift's logs. */
    public Optional<String> transactionId() {
        return transactionId.isEmpty() ? Optional.empty() : Optional.of(transactionId);
    }

    /** Method and path: {@code GET /v1/AUTH_test/c/o}. */
    public String action() {
        return action;
    }

    /** True if the same request may succeed a moment later. */
    public boolean isTransient() {
        return status == 0 || TRANSIENT.contains(status);
    }
}
