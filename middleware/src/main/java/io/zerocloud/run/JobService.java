package io.zerocloud.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.answer.AnswerWriter;
import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.ReportHeaders;
import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.JobAuthority;
import io.zerocloud.authority.Rights;
import io.zerocloud.authority.SetUid;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.authority.Users;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.folder.WorkFolder;
import io.zerocloud.job.JobRefused;
import io.zerocloud.plan.Planner;
import io.zerocloud.proxy.ErrorAnswer;
import io.zerocloud.proxy.Jobs;
import io.zerocloud.request.JobRequest;
import io.zerocloud.request.Recognition;
import io.zerocloud.stream.Await;
import io.zerocloud.stream.BlockingSource;
import io.zerocloud.wire.KeptLink;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job path behind the proxy's front: one virtual thread a request. */
public final class JobService implements Jobs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobService.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final JobRun.Parts parts;
    private final AgentOutputs outputs;
    private final JobKeys keys;
    private final KeptAnswers kept;
    private final WorkFolder work;
    private final AtomicInteger running = new AtomicInteger();
    private final Set<JobChain> live = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /**
     * @param agents closed with this object
     * @param setUid empty where no service user is configured: such jobs are then refused
     * @param users who callers are, for guests to know
     * @throws IOException if the work folder is not ours to empty
     */
    public JobService(
            Vertx vertx,
            JobSettings settings,
            SwiftApi swift,
            Agents agents,
            Optional<SetUid> setUid,
            Users users)
            throws IOException {
        this.vertx = vertx;
        this.parts =
                new JobRun.Parts(
                        settings,
                        new UploadSpace(settings.work(), settings.maxUpload()),
                        new Planner(settings.plan()),
                        swift,
                        new Rights(swift),
                        setUid,
                        users,
                        agents,
                        running::get);
        this.outputs = new AgentOutputs(agents);
        this.keys = new JobKeys(outputs::forget);
        this.kept = new KeptAnswers(vertx, parts.rights(), agents);
        this.work = WorkFolder.take(settings.work(), "proxy.work", "proxy");
        try {
            work.empty();
        } catch (IOException e) {
            work.close();
            throw e;
        }
    }

    @Override
    public ObjectNode info() {
        ObjectNode info = JSON.createObjectNode();
        info.put("execute", "1.0");
        info.put("max_description_bytes", parts.settings().plan().limits().documentBytes());
        info.put("max_nodes", parts.settings().plan().limits().nodes());
        info.put("max_timeout_seconds", parts.settings().maxTimeout().toSeconds());
        info.put("agents", parts.agents().up().size());
        info.put("slots", parts.agents().slots().total());
        var images = info.putArray("images");
        parts.settings().systemImages().stream().sorted().forEach(images::add);
        return info;
    }

    @Override
    public void run(HttpServerRequest request, Recognition.Job job) {
        Context context = vertx.getOrCreateContext();
        BlockingSource body =
                new BlockingSource(request, context, parts.settings().clientSilence());
        if (stopping || running.incrementAndGet() > parts.settings().maxJobs()) {
            if (!stopping) {
                running.decrementAndGet();
            }
            ErrorAnswer.send(
                    vertx,
                    request,
                    JobException.of(stopping ? ErrorCode.STOPPING : ErrorCode.SLOT_NOT_AVAILABLE)
                            .with("Retry-After", "2"));
            return;
        }
        String id = newId();
        Thread.ofVirtual()
                .name("job-" + id)
                .start(
                        () -> {
                            try {
                                serve(id, request, job, context, body);
                            } finally {
                                running.decrementAndGet();
                            }
                        });
    }

    @Override
    public void kept(HttpServerRequest request, KeptLink link) {
        Context context = vertx.getOrCreateContext();
        // It has no body that would mean anything.
        request.resume();
        String id = newId();
        Thread.ofVirtual()
                .name("kept-" + id)
                .start(() -> kept.serve(request, context, link, "tx" + id));
    }

    private void serve(
            String id,
            HttpServerRequest request,
            Recognition.Job recognised,
            Context context,
            BlockingSource body) {
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put("X-Trans-Id", "tx" + id);
        extra.put("X-Zerocloud-Id", id);
        try {
            JobRequest job = JobRequest.of(recognised, request.method().name(), request.headers());
            Caller caller = new Caller(job.token(), job.referer(), "tx" + id);
            JobAuthority authority =
                    new JobAuthority(parts.swift(), parts.rights(), parts.setUid(), caller);
            extra.putAll(CrossOrigin.headers(parts.swift(), caller, job));
            JobChain chain =
                    new JobChain(
                            new JobRun(parts, id, job, authority, Optional.empty()),
                            parts.settings(),
                            outputs,
                            outputs::forget);
            live.add(chain);
            try (chain) {
                if (job.jobKey().isEmpty() && job.deferral() == JobRequest.Deferral.NEVER) {
                    context.runOnContext(
                            _ ->
                                    request.response()
                                            .closeHandler(
                                                    _ -> chain.cancel("the client went away")));
                }
                AnswerWriter writer = new AnswerWriter(request, context);
                InputStream bytes = Expectation.of(request, context, body);
                if (job.stream() && !job.report()) {
                    stream(chain, bytes, writer, extra);
                } else if (job.deferral() != JobRequest.Deferral.NEVER) {
                    deferred(chain, authority, job, bytes, writer, extra);
                } else {
                    serve(chain, job, bytes, writer, extra);
                }
            } finally {
                live.remove(chain);
            }
        } catch (JobRefused e) {
            fail(request, context, extra, refused(e));
        } catch (JobException e) {
            fail(request, context, extra, e);
        } catch (IOException e) {
            LOG.debug("Job {} broke off", id, e);
            fail(request, context, extra, JobException.of(ErrorCode.CLIENT_DISCONNECT, "", e));
        } catch (RuntimeException e) {
            LOG.error("Job {} failed", id, e);
            fail(request, context, extra, JobException.of(ErrorCode.INTERNAL));
        }
    }

    private void serve(
            JobChain chain,
            JobRequest job,
            InputStream body,
            AnswerWriter writer,
            Map<String, String> extra)
            throws JobException, JobRefused, IOException {
        CompletableFuture<JobOutcome> mine = new CompletableFuture<>();
        Optional<CompletableFuture<JobOutcome>> earlier =
                job.jobKey()
                        .flatMap(
                                key ->
                                        keys.join(
                                                new JobKeys.Key(
                                                        job.target().account(),
                                                        chain.caller().fingerprint(),
                                                        key),
                                                mine));
        boolean keep = job.jobKey().isPresent();
        JobOutcome outcome;
        if (earlier.isEmpty()) {
            try {
                outcome = finished(chain, chain.start(body));
                mine.complete(outcome);
            } catch (JobException | JobRefused | IOException | RuntimeException e) {
                mine.completeExceptionally(e);
                throw e;
            }
        } else {
            // The same token as then, but it may have been revoked since.
            chain.authorise();
            outcome = joined(earlier.get());
            extra.put("X-Zerovm-Job-Key-Repeated", "1");
        }
        try {
            answer(outcome, job, writer, extra);
        } finally {
            if (!keep) {
                outputs.forget(outcome);
            }
        }
    }

    private void answer(
            JobOutcome outcome, JobRequest job, AnswerWriter writer, Map<String, String> extra)
            throws IOException {
        timed(outcome, extra);
        if (job.report()) {
            writer.writeReport(outcome, extra);
        } else {
            writer.write(outcome, extra, outputs);
        }
    }

    private static void timed(JobOutcome outcome, Map<String, String> extra) {
        extra.put("X-Chain-Total-Time", String.format(Locale.ROOT, "%.3f", outcome.chainSeconds()));
    }

    private JobOutcome finished(JobChain chain, Dispatch started)
            throws JobException, JobRefused, IOException {
        JobOutcome outcome = chain.finish(started);
        log(chain.id(), outcome);
        if (started.neverHadASlot()) {
            throw JobException.of(ErrorCode.SLOT_NOT_AVAILABLE).with("Retry-After", "2");
        }
        return StoredReport.of(parts.swift(), chain.caller(), outcome, ReportHeaders.Place.HEAD);
    }

    /**
     * Answers before the end: what refuses the job, the place that cannot be written to included,
     * is said as usual.
     */
    private void deferred(
            JobChain chain,
            JobAuthority authority,
            JobRequest job,
            InputStream body,
            AnswerWriter writer,
            Map<String, String> extra)
            throws JobException, JobRefused, IOException {
        Deferred deferred = Deferred.prepare(parts.swift(), authority, job);
        Dispatch started = chain.start(body);
        CompletableFuture<JobOutcome> end = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("job-" + chain.id())
                .start(
                        () -> {
                            try {
                                end.complete(finished(chain, started));
                            } catch (JobException | JobRefused | IOException | RuntimeException e) {
                                end.completeExceptionally(e);
                            }
                        });
        boolean wait = job.deferral() == JobRequest.Deferral.AUTO;
        boolean ended = wait && Await.within(end, parts.settings().interactive().plusSeconds(1));
        if (ended) {
            JobOutcome outcome = joined(end);
            try {
                answer(outcome, job, writer, extra);
            } finally {
                outputs.forget(outcome);
            }
            return;
        }
        try {
            writer.writeDeferred(deferred.url(), extra);
        } catch (IOException e) {
            LOG.debug("The client of deferred job {} is gone; it goes on", chain.id(), e);
        }
        try {
            JobOutcome outcome = joined(end);
            timed(outcome, extra);
            deferred.store(outcome, job.report(), extra, outputs);
            outputs.forget(outcome);
        } catch (JobRefused e) {
            deferred.store(refused(e));
        } catch (JobException e) {
            deferred.store(e);
        }
    }

    private static JobOutcome joined(CompletableFuture<JobOutcome> first)
            throws JobException, JobRefused {
        try {
            return first.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof JobException refused) {
                throw refused;
            }
            if (e.getCause() instanceof JobRefused refused) {
                throw refused;
            }
            throw JobException.of(ErrorCode.INTERNAL);
        }
    }

    /** Sends each session's output as it comes, in job order; such a job is its chain's last. */
    private void stream(
            JobChain chain, InputStream body, AnswerWriter writer, Map<String, String> extra)
            throws JobException, JobRefused, IOException {
        Dispatch dispatch = chain.start(body);
        boolean begun = false;
        try {
            writer.beginStream(dispatch.responseType(), extra);
            begun = true;
            for (int i = 0; i < dispatch.size(); i++) {
                Dispatch.Running at = dispatch.started(i).join();
                if (!at.id().isEmpty()) {
                    outputs.relay(at, writer);
                }
                SessionAnswer answer = dispatch.ended(i).join();
                byte[] text = answer.message().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                writer.body().write(text, 0, text.length);
            }
            JobOutcome outcome = chain.outcome(dispatch);
            log(chain.id(), outcome);
            writer.endStream(
                    StoredReport.of(
                            parts.swift(), chain.caller(), outcome, ReportHeaders.Place.TRAILERS));
        } catch (IOException | JobException e) {
            chain.cancel("the answer cannot be delivered");
            outputs.forget(chain.outcome(dispatch));
            if (begun) {
                writer.cut();
            }
            throw e;
        }
    }

    private static void log(String id, JobOutcome outcome) {
        LOG.info(
                "job {} account {} status {} nodes {} in {} s",
                id,
                outcome.account(),
                outcome.status(),
                outcome.sessions().size(),
                String.format(Locale.ROOT, "%.3f", outcome.seconds()));
    }

    private static JobException refused(JobRefused e) {
        JobException error = JobException.as(ErrorCode.DESCRIPTION, e.status(), e.body());
        if (e.status() == 503) {
            error = error.with("Retry-After", "2");
        }
        if (!e.node().isEmpty()) {
            JobOutcome none =
                    new JobOutcome(
                            "",
                            "",
                            java.util.List.of(
                                    SessionAnswer.failed(
                                            e.node(),
                                            e.status(),
                                            e.violations().getFirst().text(),
                                            0,
                                            0)),
                            0,
                            "");
            for (Map.Entry<String, String> header :
                    ReportHeaders.of(none, ReportHeaders.Place.HEAD).entrySet()) {
                error = error.with(header.getKey(), header.getValue());
            }
        }
        return error;
    }

    private void fail(
            HttpServerRequest request,
            Context context,
            Map<String, String> extra,
            JobException error) {
        String id = extra.getOrDefault("X-Zerocloud-Id", "");
        LOG.info(
                "job {} refused with {}: {}",
                id,
                error.status(),
                error.message().lines().findFirst().orElse(""));
        if (error.code() == ErrorCode.SWIFT_UNREACHABLE) {
            LOG.warn("Job {}: Swift cannot be reached", id, error);
        }
        JobException answer = error;
        for (Map.Entry<String, String> header : extra.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        JobException complete = answer;
        context.runOnContext(_ -> ErrorAnswer.send(vertx, request, complete));
    }

    /** 17 hex digits whose order is that of time, and 8 random ones. */
    private static String newId() {
        return HexFormat.of().toHexDigits(System.currentTimeMillis()).substring(3)
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** Refuses new jobs, cancels those that run. */
    @Override
    public void close() {
        stopping = true;
        live.forEach(chain -> chain.cancel("the proxy is stopping"));
        parts.agents().close();
        try {
            work.close();
        } catch (IOException e) {
            LOG.warn("The lock of {} was not given back", work.path(), e);
        }
    }
}
