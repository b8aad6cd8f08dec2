package io.zerocloud.run;

import io.zerocloud.answer.JobOutcome;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.CallerFacts;
import io.zerocloud.authority.CallerListings;
import io.zerocloud.authority.JobAuthority;
import io.zerocloud.authority.Rights;
import io.zerocloud.authority.SetUid;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.authority.Users;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.nvram.RequestFacts;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.Planner;
import io.zerocloud.request.Headers;
import io.zerocloud.request.JobRequest;
import io.zerocloud.request.Recognition.Command;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One job from its request to its outcome. Everything that can refuse it (rights, description,
 * objects) comes before the first session starts: of a refused job nothing runs.
 */
final class JobRun implements AutoCloseable {
    private final Parts parts;
    private final String id;
    private final JobRequest request;
    private final JobAuthority authority;
    private final Optional<Link> link;
    private final long arrived = System.nanoTime();
    private @Nullable JobSource source;
    private @Nullable Dispatch dispatch;
    private boolean cancelled;
    private boolean payloadTaken;

    /**
     * What a job of a chain gets from the one before.
     *
     * @param document its description
     * @param payload what no job has read yet; owned by the job that gets it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Link(byte[] document, Optional<Upload> payload) {}

    /**
     * What all jobs share.
     *
     * @param setUid empty where no service user is configured
     * @param users who callers are, as far as that can be found out
     * @param running how many jobs there are
     */
    record Parts(
            JobSettings settings,
            UploadSpace uploads,
            Planner planner,
            SwiftApi swift,
            Rights rights,
            Optional<SetUid> setUid,
            Users users,
            Agents agents,
            IntSupplier running) {

        /** Output that may come within results and wait in memory, of all jobs about together. */
        private static final int INLINE_ALL = 64 << 20;

        private static final int INLINE_JOB = 8 << 20;

        int inline() {
            return Math.min(INLINE_JOB, INLINE_ALL / Math.max(1, running.getAsInt()));
        }
    }

    JobRun(
            Parts parts,
            String id,
            JobRequest request,
            JobAuthority authority,
            Optional<Link> link) {
        this.parts = parts;
        this.id = id;
        this.request = request;
        this.authority = authority;
        this.link = link;
    }

    String id() {
        return id;
    }

    Caller caller() {
        return authority.caller();
    }

    /** The next job of the chain, in place of this one. */
    JobRun next(byte[] document) {
        return new JobRun(
                parts, id, request.next(), authority, Optional.of(new Link(document, handOver())));
    }

    /** The payload if no guest has read it; then it is the next job's. */
    private Optional<Upload> handOver() {
        JobSource read = source;
        Dispatch ran = dispatch;
        if (read == null || ran == null || ran.orders().usesPayload()) {
            return Optional.empty();
        }
        payloadTaken = true;
        return read.payload();
    }

    /**
     * Reads, authorises, plans and starts.
     *
     * @param body of the request
     */
    Dispatch start(InputStream body) throws JobException, JobRefused, IOException {
        String account = request.target().account();
        JobSource read = read(account, body);
        source = read;
        Plan plan =
                parts.planner().expand(read.job(), new CallerListings(parts.swift(), authority));
        Gang.requireRunnable(plan);
        CallerFacts facts = new CallerFacts(parts.swift(), authority);
        plan = parts.planner().pin(plan, facts);
        for (StorePath container : plan.outputContainers()) {
            authority.requireWrite(container);
        }
        Map<StorePath, StorePath> targets = facts.targets();
        plan =
                parts.planner()
                        .place(
                                plan,
                                parts.agents().cluster(parts.settings().accountShare()),
                                path ->
                                        parts.agents()
                                                .beside(
                                                        targets.getOrDefault(path, path),
                                                        authority.reader(path)));
        Orders orders =
                new Orders(
                        parts.agents(),
                        parts.settings(),
                        id,
                        plan,
                        read,
                        authority,
                        targets,
                        facts(read),
                        timeout(),
                        request.stream() ? 0 : parts.inline());
        Dispatch started =
                new Dispatch(
                        parts.agents(),
                        parts.settings(),
                        plan,
                        orders,
                        request.stream(),
                        request.report());
        synchronized (this) {
            if (cancelled) {
                throw JobException.of(ErrorCode.CLIENT_DISCONNECT);
            }
            dispatch = started;
        }
        started.start();
        return started;
    }

    private JobSource read(String account, InputStream body)
            throws JobException, JobRefused, IOException {
        if (link.isPresent()) {
            authority.requireRun(account, Optional.empty());
            return JobSource.chained(
                    request, link.get().document(), parts.settings(), link.get().payload());
        }
        AppSource apps = apps();
        Optional<StorePath> app = authorise(apps);
        return JobSource.read(
                request,
                new Deadline(body, parts.settings().maxUploadTime()),
                parts.settings(),
                parts.uploads(),
                apps,
                app);
    }

    /** Returns if the caller may run what the request asks for; nothing of that is read. */
    void authorise() throws JobException {
        authorise(apps());
    }

    private AppSource apps() {
        return new AppSource(parts.swift(), authority, parts.settings().plan().limits());
    }

    /** The app that the request names, which the caller may run in the request's account. */
    private Optional<StorePath> authorise(AppSource apps) throws JobException {
        String account = request.target().account();
        Optional<StorePath> app = apps.named(request);
        app.ifPresent(authority::runs);
        boolean inContainer = app.isPresent() && !request.target().container().isEmpty();
        authority.requireRun(
                account,
                inContainer
                        ? Optional.of(StorePath.container(account, request.target().container()))
                        : Optional.empty());
        return app;
    }

    /** The outcome once all sessions ended. */
    JobOutcome outcome(Dispatch started) {
        return new JobOutcome(
                id,
                request.target().account(),
                started.await(),
                (System.nanoTime() - arrived) / 1e9,
                "");
    }

    /** Stops the job wherever it is. */
    synchronized void cancel(String reason) {
        cancelled = true;
        Dispatch running = dispatch;
        if (running != null) {
            running.cancel(reason);
        }
    }

    private Duration timeout() {
        Duration wanted = request.timeout().orElse(parts.settings().timeout());
        return wanted.compareTo(parts.settings().maxTimeout()) > 0
                ? parts.settings().maxTimeout()
                : wanted;
    }

    private RequestFacts facts(JobSource read) {
        String account = request.target().account();
        boolean own = request.source().isPresent() || request.command() != Command.JOB;
        String query = request.target().query();
        Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
        headers.put("X-Trans-Id", List.of(caller().transaction()));
        headers.put("X-Zerocloud-Id", List.of(id));
        headers.put(Headers.TIMEOUT, List.of(Long.toString(Math.max(1, timeout().toSeconds()))));
        return new RequestFacts(
                request.method(),
                own ? request.target().pathInfo() : "/" + account,
                own
                        ? request.target().raw()
                        : "/v1/" + account + (query.isEmpty() ? "" : "?" + query),
                query,
                parts.users().of(caller()),
                request.host(),
                headers,
                read.payload().flatMap(_ -> request.contentType()),
                read.payload().isPresent()
                        ? OptionalLong.of(read.payload().get().blob().length())
                        : OptionalLong.empty());
    }

    @Override
    public void close() throws IOException {
        JobSource read = source;
        if (read != null) {
            read.close(!payloadTaken);
        } else if (link.isPresent() && link.get().payload().isPresent()) {
            link.get().payload().get().close();
        }
    }
}
