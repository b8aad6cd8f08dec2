package io.zerocloud.run;

import io.zerocloud.answer.JobOutcome;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.CallerFacts;
import io.zerocloud.authority.CallerListings;
import io.zerocloud.authority.Rights;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.nvram.RequestFacts;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.Planner;
import io.zerocloud.request.Headers;
import io.zerocloud.request.JobRequest;
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
    private final Caller caller;
    private final long arrived = System.nanoTime();
    private @Nullable JobSource source;
    private @Nullable Dispatch dispatch;
    private boolean cancelled;

    /**
     * What all jobs share.
     *
     * @param running how many jobs there are
     */
    record Parts(
            JobSettings settings,
            UploadSpace uploads,
            Planner planner,
            SwiftApi swift,
            Rights rights,
            Agents agents,
            RingLocator locator,
            IntSupplier running) {

        /** Output that may come within results and wait in memory, of all jobs about together. */
        private static final int INLINE_ALL = 64 << 20;

        private static final int INLINE_JOB = 8 << 20;

        int inline() {
            return Math.min(INLINE_JOB, INLINE_ALL / Math.max(1, running.getAsInt()));
        }
    }

    JobRun(Parts parts, String id, JobRequest request, Caller caller) {
        this.parts = parts;
        this.id = id;
        this.request = request;
        this.caller = caller;
    }

    String id() {
        return id;
    }

    Caller caller() {
        return caller;
    }

    /**
     * Reads, authorises, plans and starts.
     *
     * @param body of the request
     */
    Dispatch start(InputStream body) throws JobException, JobRefused, IOException {
        String account = request.target().account();
        parts.rights().requireRun(caller, account);
        JobSource read =
                JobSource.read(
                        request, body, parts.settings(), parts.uploads(), parts.swift(), caller);
        source = read;
        Plan plan = parts.planner().expand(read.job(), new CallerListings(parts.swift(), caller));
        Gang.requireRunnable(plan);
        plan = parts.planner().pin(plan, new CallerFacts(parts.swift(), caller));
        for (StorePath container : plan.outputContainers()) {
            parts.rights().requireWrite(caller, container);
        }
        plan =
                parts.planner()
                        .place(
                                plan,
                                parts.agents().cluster(parts.settings().accountShare()),
                                parts.agents().replicas(caller));
        Dispatch started =
                new Dispatch(
                        parts.agents(),
                        parts.settings(),
                        id,
                        plan,
                        read,
                        caller,
                        facts(read),
                        timeout(),
                        request.stream(),
                        request.report(),
                        parts.inline());
        synchronized (this) {
            if (cancelled) {
                throw JobException.of(ErrorCode.CLIENT_DISCONNECT);
            }
            dispatch = started;
        }
        started.start();
        return started;
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
        boolean own = request.source().isPresent();
        String query = request.target().query();
        Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
        headers.put("X-Trans-Id", List.of(caller.transaction()));
        headers.put("X-Zerocloud-Id", List.of(id));
        headers.put(Headers.TIMEOUT, List.of(Long.toString(Math.max(1, timeout().toSeconds()))));
        return new RequestFacts(
                "POST",
                own ? request.target().pathInfo() : "/" + account,
                own
                        ? request.target().raw()
                        : "/v1/" + account + (query.isEmpty() ? "" : "?" + query),
                query,
                Optional.empty(),
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
            read.close();
        }
    }
}
