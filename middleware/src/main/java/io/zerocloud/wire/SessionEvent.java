package io.zerocloud.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One line of the answer to a session's {@code POST}. An empty line is a sign of life, sent every
 * few seconds.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SessionEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = SessionEvent.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = SessionEvent.Failed.class, name = "failed")
})
public sealed interface SessionEvent {
    /** How often a silent agent shows that it lives, in milliseconds. */
    long HEARTBEAT_MILLIS = 2_000;

    /** Inputs are there and the guest runs: its output may be fetched. */
    record Started() implements SessionEvent {}

    /** The last line of a session whose guest ran, or whose program was refused. */
    record Ended(SessionResult result) implements SessionEvent {}

    /**
     * The last line of a session that was not run.
     *
     * @param cause what the proxy can do about it
     * @param status HTTP status for the client
     * @param message text for the client
     */
    record Failed(Cause cause, int status, String message) implements SessionEvent {}

    /** Why a session was not run. */
    enum Cause {
        /** An input is missing, refused or changed: final. */
        INPUT,
        /**
         * Something must be read through Swift and the order carries no token: send it again with
         * one.
         */
        NEEDS_TOKEN,
        /** A blob is not here (any more): give it and send the order again. */
        NEEDS_BLOB,
        /** No slot, memory or disk: try elsewhere or later. */
        BUSY,
        /** Cancelled. */
        CANCELLED,
        /** A fault of the agent: try elsewhere. */
        AGENT
    }
}
