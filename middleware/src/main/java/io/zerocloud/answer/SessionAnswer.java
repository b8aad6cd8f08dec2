package io.zerocloud.answer;

import io.zerocloud.wire.SessionResult;
import java.util.Optional;

/**
 * What became of one session.
 *
 * @param name the node's
 * @param colocated where it ran, as {@code X-Nexe-Colocated} shows it
 * @param agent where it ran; empty if nowhere
 * @param id names its output at the agent; empty if there is none to fetch
 * @param result if an agent ran it
 * @param status HTTP status of its part of the answer
 * @param message empty, or the text that stands for its output
 * @param why the planner's reason for the agent
 * @param queuedMillis how long it waited for a slot
 * @param tries how many agents were asked
 */
public record SessionAnswer(
        String name,
        String colocated,
        String agent,
        String id,
        Optional<SessionResult> result,
        int status,
        String message,
        String why,
        double queuedMillis,
        int tries) {

    /** A session that no agent ran. */
    public static SessionAnswer failed(
            String name, int status, String message, double queued, int tries) {
        return new SessionAnswer(
                name, "0", "", "", Optional.empty(), status, message, "", queued, tries);
    }

    /** The same with its text, if it has one, as a line: others stand behind it. */
    public SessionAnswer asLine() {
        if (message.isEmpty() || message.endsWith("\n")) {
            return this;
        }
        return new SessionAnswer(
                name,
                colocated,
                agent,
                id,
                result,
                status,
                message + "\n",
                why,
                queuedMillis,
                tries);
    }

    /** Bytes of this session's part of the body. */
    public long length() {
        if (!message.isEmpty()) {
            return message.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        }
        return result.flatMap(SessionResult::body).map(SessionResult.Body::length).orElse(0L);
    }

    /** About how many bytes of memory it holds. */
    long heldBytes() {
        long inline =
                result.flatMap(SessionResult::body)
                        .flatMap(SessionResult.Body::inline)
                        .map(bytes -> bytes.length)
                        .orElse(0);
        return 1_000 + message.length() + inline + result.map(r -> r.stderr().length()).orElse(0);
    }
}
