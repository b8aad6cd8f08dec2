package io.zerocloud.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.answer.AnswerWriter;
import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.ReportHeaders;
import io.zerocloud.answer.ReportJson;
import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.Rights;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.folder.WorkFolder;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Planner;
import io.zerocloud.proxy.ErrorAnswer;
import io.zerocloud.proxy.Jobs;
import io.zerocloud.request.JobRequest;
import io.zerocloud.request.Target;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.stream.BlockingSource;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
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

    /** Where large reports go, beside the templates of the original. */
    private static final String REPORTS = ".zvm";

    private final Vertx vertx;
    private final JobRun.Parts parts;
    private final JobKeys keys;
    private final WorkFolder work;
    private final AtomicInteger running = new AtomicInteger();
    private final Set<JobRun> live = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /**
     * @param agents closed with this object
     * @throws IOException if the work folder is not ours to empty
     */
    public JobService(
            Vertx vertx, JobSettings settings, SwiftApi swift, Agents agents, RingLocator locator)
            throws IOException {
        this.vertx = vertx;
        this.parts =
                new JobRun.Parts(
                        settings,
                        new UploadSpace(settings.work(), settings.maxUpload()),
                        new Planner(settings.plan()),
                        swift,
                        new Rights(swift),
                        agents,
                        locator,
                        running::get);
        this.keys = new JobKeys(this::forget);
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
    public void run(HttpServerRequest request, Target target) {
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
                                serve(id, request, target, context, body);
                            } finally {
                                running.decrementAndGet();
                            }
                        });
    }

    private void serve(
            String id,
            HttpServerRequest request,
            Target target,
            Context context,
            BlockingSource body) {
        try {
            JobRequest job = JobRequest.of(target, request.headers());
            Caller caller = new Caller(job.token(), job.referer(), "tx" + id);
            JobRun run = new JobRun(parts, id, job, caller);
            live.add(run);
            try (run) {
                if (job.jobKey().isEmpty()) {
                    context.runOnContext(
                            _ ->
                                    request.response()
                                            .closeHandler(_ -> run.cancel("the client went away")));
                }
                serve(run, job, request, context, expecting(request, context, body));
            } finally {
                live.remove(run);
            }
        } catch (JobRefused e) {
            fail(request, context, id, refused(e));
        } catch (JobException e) {
            fail(request, context, id, e);
        } catch (IOException e) {
            LOG.debug("Job {} broke off", id, e);
            fail(request, context, id, JobException.of(ErrorCode.CLIENT_DISCONNECT, "", e));
        } catch (RuntimeException e) {
            LOG.error("Job {} failed", id, e);
            fail(request, context, id, JobException.of(ErrorCode.INTERNAL));
        }
    }

    private void serve(
            JobRun run,
            JobRequest job,
            HttpServerRequest request,
            Context context,
            InputStream body)
            throws JobException, JobRefused, IOException {
        AnswerWriter writer = new AnswerWriter(request, context);
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put("X-Trans-Id", run.caller().transaction());
        extra.put("X-Zerocloud-Id", run.id());
        if (job.stream() && !job.report()) {
            stream(run, body, writer, extra);
            return;
        }
        CompletableFuture<JobOutcome> mine = new CompletableFuture<>();
        Optional<CompletableFuture<JobOutcome>> earlier =
                job.jobKey()
                        .flatMap(
                                key ->
                                        keys.join(
                                                new JobKeys.Key(
                                                        job.target().account(),
                                                        run.caller().fingerprint(),
                                                        key),
                                                mine));
        boolean keep = job.jobKey().isPresent();
        JobOutcome outcome;
        if (earlier.isEmpty()) {
            try {
                outcome = finished(run, body);
                mine.complete(outcome);
            } catch (JobException | JobRefused | IOException | RuntimeException e) {
                mine.completeExceptionally(e);
                throw e;
            }
        } else {
            // The same token as then, but it may have been revoked since.
            parts.rights().requireRun(run.caller(), job.target().account());
            outcome = joined(earlier.get());
            extra.put("X-Zerovm-Job-Key-Repeated", "1");
        }
        extra.put(
                "X-Chain-Total-Time",
                String.format(java.util.Locale.ROOT, "%.3f", outcome.seconds()));
        try {
            if (job.report()) {
                writer.writeReport(outcome, extra);
            } else {
                writer.write(outcome, extra, this::open);
            }
        } finally {
            if (!keep) {
                forget(outcome);
            }
        }
    }

    private JobOutcome finished(JobRun run, InputStream body)
            throws JobException, JobRefused, IOException {
        Dispatch dispatch = run.start(body);
        JobOutcome outcome = run.outcome(dispatch);
        log(run, outcome);
        if (dispatch.neverHadASlot()) {
            throw JobException.of(ErrorCode.SLOT_NOT_AVAILABLE).with("Retry-After", "2");
        }
        return ReportHeaders.overflows(outcome) ? storeReport(run, outcome) : outcome;
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

    /** Sends each session's output as it comes, in job order. */
    private void stream(
            JobRun run, InputStream body, AnswerWriter writer, Map<String, String> extra)
            throws JobException, JobRefused, IOException {
        Dispatch dispatch = run.start(body);
        boolean begun = false;
        byte[] step = new byte[64 * 1024];
        try {
            writer.beginStream(dispatch.responseType(), extra);
            begun = true;
            for (int i = 0; i < dispatch.size(); i++) {
                Dispatch.Running at = dispatch.started(i).join();
                if (!at.id().isEmpty()) {
                    AgentClient agent = parts.agents().client(at.agent());
                    try (Reply reply = agent.output(at.id());
                            InputStream in = reply.body()) {
                        if (reply.status() == 200) {
                            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                                writer.body().write(step, 0, n);
                            }
                        }
                    }
                    agent.delete(at.id());
                }
                SessionAnswer answer = dispatch.ended(i).join();
                byte[] text = answer.message().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                writer.body().write(text, 0, text.length);
            }
            JobOutcome outcome = run.outcome(dispatch);
            log(run, outcome);
            writer.endStream(outcome);
        } catch (IOException e) {
            run.cancel("the answer cannot be delivered");
            forget(run.outcome(dispatch));
            if (begun) {
                writer.cut();
            }
            throw e;
        }
    }

    /** Tells a client that waits for it to send its body, when the first byte is wanted. */
    private static InputStream expecting(
            HttpServerRequest request, Context context, BlockingSource body) {
        String expect = request.getHeader("Expect");
        if (expect == null || !expect.equalsIgnoreCase("100-continue")) {
            return body;
        }
        return new FilterInputStream(body) {
            private boolean asked;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (!asked) {
                    asked = true;
                    context.runOnContext(
                            _ -> {
                                var _ = request.response().writeContinue();
                            });
                }
                return super.read(into, offset, length);
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }
        };
    }

    private InputStream open(SessionAnswer session) throws IOException {
        Reply reply = parts.agents().client(session.agent()).output(session.id());
        if (reply.status() != 200) {
            reply.close();
            throw new IOException(
                    "agent " + session.agent() + " has lost the output of " + session.name());
        }
        return new FilterInputStream(reply.body()) {
            @Override
            public void close() {
                reply.close();
            }
        };
    }

    /** Lets agents drop what they keep for an outcome. */
    private void forget(JobOutcome outcome) {
        for (SessionAnswer session : outcome.sessions()) {
            if (!session.id().isEmpty()) {
                Thread.ofVirtual()
                        .start(() -> parts.agents().client(session.agent()).delete(session.id()));
            }
        }
    }

    private JobOutcome storeReport(JobRun run, JobOutcome outcome) {
        StorePath path =
                new StorePath(outcome.account(), REPORTS, "reports/" + outcome.job() + ".json");
        byte[] json = ReportJson.of(outcome);
        Map<String, String> headers =
                Map.of("Content-Type", "application/json", "X-Delete-After", "604800");
        try {
            try (Reply reply = parts.swift().putContainer(run.caller(), path.inContainer())) {
                reply.status();
            }
            try (Reply reply =
                    parts.swift()
                            .put(
                                    run.caller(),
                                    path,
                                    headers,
                                    new ByteArrayInputStream(json),
                                    json.length)) {
                return reply.status() == 201 ? outcome.withReportAt(path.url()) : outcome;
            }
        } catch (IOException e) {
            LOG.warn("The report of job {} was not stored", outcome.job(), e);
            return outcome;
        }
    }

    private static void log(JobRun run, JobOutcome outcome) {
        LOG.info(
                "job {} account {} status {} nodes {} in {} s",
                run.id(),
                outcome.account(),
                outcome.status(),
                outcome.sessions().size(),
                String.format(java.util.Locale.ROOT, "%.3f", outcome.seconds()));
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
            for (Map.Entry<String, String> header : ReportHeaders.of(none).entrySet()) {
                error = error.with(header.getKey(), header.getValue());
            }
        }
        return error;
    }

    private void fail(HttpServerRequest request, Context context, String id, JobException error) {
        LOG.info(
                "job {} refused with {}: {}",
                id,
                error.status(),
                error.message().lines().findFirst().orElse(""));
        if (error.code() == ErrorCode.SWIFT_UNREACHABLE) {
            LOG.warn("Job {}: Swift cannot be reached", id, error);
        }
        context.runOnContext(
                _ -> ErrorAnswer.send(vertx, request, error.with("X-Trans-Id", "tx" + id)));
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
        live.forEach(run -> run.cancel("the proxy is stopping"));
        parts.agents().close();
        try {
            work.close();
        } catch (IOException e) {
            LOG.warn("The lock of {} was not given back", work.path(), e);
        }
    }
}
