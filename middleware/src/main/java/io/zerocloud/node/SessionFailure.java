package io.zerocloud.node;

import io.zerocloud.wire.SessionEvent;

/** A session that cannot be run, with what its client is told. */
final class SessionFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final SessionEvent.Cause cause;
    private final int status;

    SessionFailure(SessionEvent.Cause cause, int status, String message) {
        super(message);
        this.cause = cause;
        this.status = status;
    }

    SessionEvent.Failed event() {
        return new SessionEvent.Failed(cause, status, String.valueOf(getMessage()));
    }
}
