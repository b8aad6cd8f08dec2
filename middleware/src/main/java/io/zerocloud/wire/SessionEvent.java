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
    @JsonSubTypes.Type(value = SessionEvent.Ended.class, name = "ended")
})
public sealed interface SessionEvent {
    /** How often a silent agent shows that it lives, in milliseconds. */
    long HEARTBEAT_MILLIS = 2_000;

    /** Inputs are there and the guest runs: its output may be fetched. */
    record Started() implements SessionEvent {}

    /** The last line. */
    record Ended(SessionResult result) implements SessionEvent {}
}
