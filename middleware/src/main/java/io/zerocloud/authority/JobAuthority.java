package io.zerocloud.authority;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.StorePath;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a job, and every job that it chains to, touches what. The caller's own rights
 * come first. Where Swift refuses them and the job is an app to which the container's owner opened
 * it ({@link SetUid}), the service user acts: for that container, in that way, in that job.
 */
public final class JobAuthority implements Acting {
    private final SwiftApi swift;
    private final Rights rights;
    private final Optional<SetUid> setUid;
    private final Caller caller;
    private final Set<StorePath> serviceReads = ConcurrentHashMap.newKeySet();
    private final Set<StorePath> serviceWrites = ConcurrentHashMap.newKeySet();
    private volatile Optional<StorePath> app = Optional.empty();
    private volatile @Nullable Caller service;

    public JobAuthority(SwiftApi swift, Rights rights, Optional<SetUid> setUid, Caller caller) {
        this.swift = swift;
        this.rights = rights;
        this.setUid = setUid;
        this.caller = caller;
    }

    public Caller caller() {
        return caller;
    }

    /** The app that is run: what {@code Rest-Endpoint} must name in all that follows. */
    public void runs(StorePath identity) {
        app = Optional.of(identity);
    }

    /** The service user, if it acts in this job. */
    public Optional<Caller> service() {
        return Optional.ofNullable(service);
    }

    /** Containers that the service user reads. */
    public Set<StorePath> serviceReads() {
        return Set.copyOf(serviceReads);
    }

    /** Containers that the service user writes to. */
    public Set<StorePath> serviceWrites() {
        return Set.copyOf(serviceWrites);
    }

    @Override
    public Caller reader(StorePath path) {
        Caller other = service;
        return other != null && serviceReads.contains(path.inContainer()) ? other : caller;
    }

    /** Who stores an output, after {@link #requireWrite}. */
    public Caller writer(StorePath path) {
        Caller other = service;
        return other != null && serviceWrites.contains(path.inContainer()) ? other : caller;
    }

    @Override
    public boolean mayReadOtherwise(StorePath path, Caller refused) {
        StorePath container = path.inContainer();
        boolean granted = serviceReads.contains(container) || grants(container, serviceReads);
        return granted && !reader(path).equals(refused);
    }

    @Override
    public boolean mayFollow(StorePath link, StorePath target) {
        return !serviceReads.contains(link.inContainer())
                || serviceReads.contains(target.inContainer())
                || grants(target.inContainer(), serviceReads);
    }

    /**
     * Returns if the caller may run jobs in the account.
     *
     * @param container of the request's URL, if it names one. Without one the app's own container
     *     decides about set-uid, which must then belong to the account: who owns an app must not
     *     spend another's slots with it
     * @throws JobException with Swift's 401 or 403
     */
    public void requireRun(String account, Optional<StorePath> container) throws JobException {
        try {
            rights.requireRun(caller, account);
        } catch (JobException e) {
            Optional<StorePath> opened = container.or(() -> app.map(StorePath::inContainer));
            boolean granted =
                    isRefusal(e)
                            && opened.isPresent()
                            && opened.get().account().equals(account)
                            && app.isPresent()
                            && setUid.isPresent()
                            && setUid.get().grants(caller, opened.get(), app.get());
            if (!granted) {
                throw e;
            }
        }
    }

    /**
     * Returns if the container can be written to.
     *
     * @throws JobException with Swift's 401 or 403, or 404 if it is missing
     */
    public void requireWrite(StorePath container) throws JobException {
        try {
            rights.requireWrite(caller, container);
        } catch (JobException e) {
            if (!isRefusal(e) || !grants(container, serviceWrites)) {
                throw e;
            }
            Caller other = service;
            rights.requireWrite(other == null ? caller : other, container);
        }
    }

    /**
     * The app that a container's {@code Rest-Endpoint} names, percent-decoded; empty if it names
     * none or its head cannot be had.
     */
    public String endpoint(StorePath container) throws JobException {
        try (var reply = swift.head(caller, container)) {
            if (reply.status() / 100 == 2) {
                return SetUid.endpoint(reply);
            }
            return setUid.isPresent() ? setUid.get().endpoint(container, caller.transaction()) : "";
        } catch (IOException e) {
            throw Rights.unreachable(e);
        }
    }

    private boolean grants(StorePath container, Set<StorePath> granted) {
        if (app.isEmpty()
                || setUid.isEmpty()
                || !setUid.get().grants(caller, container, app.get())) {
            return false;
        }
        try {
            service = setUid.get().service(caller);
        } catch (IOException e) {
            return false;
        }
        granted.add(container);
        return true;
    }

    private static boolean isRefusal(JobException e) {
        return e.code() == ErrorCode.UNAUTHORIZED || e.code() == ErrorCode.FORBIDDEN;
    }
}
