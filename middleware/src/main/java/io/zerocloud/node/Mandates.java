package io.zerocloud.node;

import io.zerocloud.authority.Caller;
import io.zerocloud.job.StorePath;
import io.zerocloud.wire.Mandate;
import io.zerocloud.wire.SessionEvent.Cause;
import io.zerocloud.wire.SessionOrder;
import java.util.Map;
import java.util.Optional;

/** Who speaks to Swift for a session: its caller, or the service user where the order says so. */
final class Mandates {
    private final Optional<Mandate> mandate;
    private final Map<String, StorePath> targets;
    private final String transaction;

    Mandates(SessionOrder order) {
        this.mandate = order.mandate();
        this.targets = order.targets();
        this.transaction = order.transaction();
    }

    /**
     * Who reads a path through Swift.
     *
     * @throws SessionFailure {@link Cause#NEEDS_TOKEN} if the order came without a mandate
     */
    Caller reader(StorePath path) throws SessionFailure {
        Mandate given = given(path);
        return given.serviceReads().contains(path.inContainer()) ? service(given) : caller(given);
    }

    /** Who stores an output; as {@link #reader}. */
    Caller writer(StorePath path) throws SessionFailure {
        Mandate given = given(path);
        return given.serviceWrites().contains(path.inContainer()) ? service(given) : caller(given);
    }

    /** What lies on disks for a path: its target if it is a symbolic link, else itself. */
    StorePath target(StorePath path) {
        return targets.getOrDefault(path.toString(), path);
    }

    /** Whether what a reader finds behind a symbolic link is his to see in this session. */
    boolean mayFollow(StorePath link, StorePath target) throws SessionFailure {
        Mandate given = given(link);
        return !given.serviceReads().contains(link.inContainer())
                || given.serviceReads().contains(target.inContainer());
    }

    private Mandate given(StorePath path) throws SessionFailure {
        return mandate.orElseThrow(
                () ->
                        new SessionFailure(
                                Cause.NEEDS_TOKEN,
                                401,
                                "Error 401 Unauthorized while fetching " + path));
    }

    private Caller caller(Mandate given) {
        return new Caller(
                Optional.of(given.token()).filter(token -> !token.isEmpty()),
                given.referer(),
                transaction);
    }

    private Caller service(Mandate given) {
        return new Caller(Optional.of(given.serviceToken()), "", transaction);
    }
}
