package io.zerocloud.wire;

import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Session;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that an agent needs to run one session.
 *
 * @param job the job's id, for logs
 * @param transaction the client's {@code X-Trans-Id}, sent along to Swift
 * @param account the account in which the job runs
 * @param session the planned session, its objects pinned
 * @param environment the guest's variables except {@code LOCAL_*}, which the agent adds
 * @param timeoutMillis wall clock of the guest
 * @param mandate in whose name Swift is asked; only for sessions that read through Swift or store
 *     outputs there, or might have to
 * @param targets what symbolic links among the session's objects point to
 * @param image the image that came with the request, already inflated
 * @param payload the body for pathless {@code stdin}
 * @param network the reservation whose slot it uses and whose channels it has ends of; see {@link
 *     NetworkOrder}
 * @param inline fewer bytes of output than this come within the result; more are fetched. With 0
 *     all output is fetched while it grows, and kept, whatever becomes of the guest, until the
 *     proxy drops it
 */
public record SessionOrder(
        String job,
        String transaction,
        String account,
        Session session,
        Map<String, String> environment,
        long timeoutMillis,
        Optional<Mandate> mandate,
        Map<String, StorePath> targets,
        Optional<Blob> image,
        Optional<Blob> payload,
        Optional<String> network,
        int inline) {
    /** Longest order in bytes: 64 KiB of description expand to no more for one session. */
    public static final int MAX_BYTES = 1 << 20;

    /** Most output within a result: it is in the memory of both sides. */
    public static final int MAX_INLINE = 1 << 20;

    public SessionOrder {
        targets = Map.copyOf(targets);
        environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        if (timeoutMillis < 1) {
            throw new IllegalArgumentException(
                    "timeoutMillis is " + timeoutMillis + ": must be positive");
        }
        if (inline < 0 || inline > MAX_INLINE) {
            throw new IllegalArgumentException(
                    "inline is " + inline + ": must be 0 to " + MAX_INLINE);
        }
    }

    /** Whether the proxy fetches the output while the guest writes it. */
    public boolean isStreamed() {
        return inline == 0;
    }

    /** Without the token: orders are logged by it. */
    @Override
    public String toString() {
        return "SessionOrder[job=" + job + ", session=" + session.name() + "]";
    }
}
