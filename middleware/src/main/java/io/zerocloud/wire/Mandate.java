package io.zerocloud.wire;

import io.zerocloud.job.StorePath;
import java.util.Set;

/**
 * In whose name an agent may speak to Swift for one session. Secret: it travels only with sessions
 * that need it, stays in memory, and never reaches a guest or a log.
 *
 * @param token the caller's; empty for an anonymous one
 * @param referer the caller's {@code Referer}, which read ACLs may look at; may be empty
 * @param serviceToken of the service user, empty unless one of the following is not
 * @param serviceReads containers that the service user reads, in a set-uid job
 * @param serviceWrites containers that it writes to
 */
public record Mandate(
        String token,
        String referer,
        String serviceToken,
        Set<StorePath> serviceReads,
        Set<StorePath> serviceWrites) {
    public Mandate {
        serviceReads = Set.copyOf(serviceReads);
        serviceWrites = Set.copyOf(serviceWrites);
    }

    @Override
    public String toString() {
        return "Mandate[reads " + serviceReads + ", writes " + serviceWrites + "]";
    }
}
