package io.zerocloud.node;

import io.zerocloud.plan.Channel;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.wire.KeptLink;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the result of a session from what its guest left. */
final class SessionOutcome {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOutcome.class);

    private final Node node;
    private final SessionOrder order;
    private final RunningSession running;
    private final Mandates mandates;
    private final SessionChannels channels;
    private final SessionNvram nvram;
    private final Resources resources;
    private final long arrived;

    /**
     * @param resources own the outputs with a path
     * @param arrived when the order came, in nanoseconds
     */
    SessionOutcome(
            Node node,
            SessionOrder order,
            RunningSession running,
            Mandates mandates,
            SessionChannels channels,
            SessionNvram nvram,
            Resources resources,
            long arrived) {
        this.node = node;
        this.order = order;
        this.running = running;
        this.mandates = mandates;
        this.channels = channels;
        this.nvram = nvram;
        this.resources = resources;
        this.arrived = arrived;
    }

    /** The result of a program that may not run. */
    SessionResult refused(String message) {
        long now = System.nanoTime();
        running.bodyStartsAt(0);
        return new SessionResult(
                node.config().name(),
                false,
                500,
                "",
                "nexe is invalid",
                0,
                1,
                message,
                SessionResult.Accounting.NONE,
                List.of(),
                List.of(),
                "",
                Optional.empty(),
                List.of(),
                "",
                0,
                limits(),
                new SessionResult.Timings(millis(now - arrived), 0, millis(now - arrived), 0, 0, 0),
                nvram.where());
    }

    /**
     * The result of a guest that ran. Stores its outputs.
     *
     * @param prepared when everything was open, in nanoseconds
     */
    SessionResult result(Report report, long prepared) throws IOException, InterruptedException {
        long ended = System.nanoTime();
        ResultRules rules = ResultRules.of(report);
        channels.outputs()
                .forEach(
                        pending -> {
                            if (pending.source() instanceof Outputs.Source.Streamed(Spool spool)) {
                                spool.complete();
                            }
                        });
        Optional<SessionChannels.Part> answer = channels.part();
        answer.ifPresent(part -> part.spool().complete());
        List<SessionResult.Stored> stored = store(rules, report);
        Optional<HttpOutput> http = Optional.empty();
        Optional<SessionResult.Body> body = Optional.empty();
        if (answer.isPresent()) {
            SessionChannels.Part part = answer.get();
            if (order.isStreamed()
                    || (rules.keepsBody() && part.spool().length() >= part.answer().minSize())) {
                if (part.isHttp()) {
                    http =
                            HttpOutput.parse(
                                    part.answer().contentType(),
                                    part.spool().head(HttpOutput.MAX_HEAD));
                }
                body = Optional.of(body(part, http));
            } else {
                part.spool().drop();
            }
        }
        running.bodyStartsAt(http.map(HttpOutput::bodyAt).orElse(0));
        int status = http.map(HttpOutput::status).orElse(rules.status());
        String error = rules.error();
        for (SessionResult.Stored one : stored) {
            if (!one.error().isEmpty()) {
                status = Math.max(status, one.status());
                error = error.isEmpty() ? one.error() : error + "; " + one.error();
            }
        }
        long done = System.nanoTime();
        return new SessionResult(
                node.config().name(),
                true,
                status,
                http.map(HttpOutput::reason).orElse(""),
                rules.state(),
                report.guestCode().orElse(0),
                0,
                error,
                ResultRules.accounting(report),
                ResultRules.digests(report),
                ResultRules.peers(order.session(), report),
                "",
                body,
                stored,
                channels.stderr(),
                report.peakMemoryBytes(),
                limits(),
                new SessionResult.Timings(
                        millis(done - arrived),
                        0,
                        millis(prepared - arrived),
                        report.timings().start().toNanos() / 1e6,
                        millis(ended - prepared) - report.timings().start().toNanos() / 1e6,
                        millis(done - ended)),
                nvram.where());
    }

    private List<SessionResult.Stored> store(ResultRules rules, Report report)
            throws InterruptedException {
        List<Outputs.Pending> wanted = new ArrayList<>();
        List<SessionResult.Stored> kept = new ArrayList<>();
        for (Outputs.Pending pending : channels.outputs()) {
            String digest =
                    pending.source() instanceof Outputs.Source.Streamed
                            ? report.channel("/dev/" + pending.device()).digest()
                            : "";
            Outputs.Pending withDigest =
                    new Outputs.Pending(
                            pending.device(), pending.output(), pending.source(), digest);
            if (rules.stores(pending.device())) {
                wanted.add(withDigest);
            } else {
                kept.add(Outputs.failed(withDigest, 500, "Guest Failed"));
            }
        }
        List<SessionResult.Stored> stored = node.outputs().store(wanted, mandates);
        for (int i = 0; i < stored.size(); i++) {
            kept.add(orKept(stored.get(i), wanted.get(i)));
        }
        return kept;
    }

    /**
     * The right to write was there when the job began: 401 means that the token has expired since.
     * Somebody with a valid one can have the output, for a while.
     */
    private SessionResult.Stored orKept(SessionResult.Stored stored, Outputs.Pending output) {
        if (stored.status() != 401) {
            return stored;
        }
        KeptLink link =
                new KeptLink(order.account(), node.config().name(), running.id(), output.device());
        try {
            Outputs.Head head = Outputs.head(output);
            Optional<SessionResult.Kept> kept = node.kept().keep(link, output.source(), head);
            kept.ifPresent(_ -> resources.handOver(output.source()));
            return kept.map(stored::keptAt).orElse(stored);
        } catch (IOException e) {
            LOG.warn("{}: the output of {} cannot be kept", order, output.device(), e);
            return stored;
        }
    }

    private SessionResult.Body body(SessionChannels.Part part, Optional<HttpOutput> http)
            throws IOException {
        int from = http.map(HttpOutput::bodyAt).orElse(0);
        long length = part.spool().length() - from;
        Optional<byte[]> inline = Optional.empty();
        if (length < order.inline()) {
            try (var in = part.spool().reader(from)) {
                inline = Optional.of(in.readAllBytes());
            }
        }
        List<String> headers = new ArrayList<>();
        part.answer()
                .meta()
                .forEach(
                        (name, value) -> {
                            headers.add("X-Object-Meta-" + name);
                            headers.add(value);
                        });
        http.ifPresent(
                parsed ->
                        parsed.headers()
                                .forEach(
                                        (name, value) -> {
                                            headers.add(name);
                                            headers.add(value);
                                        }));
        return new SessionResult.Body(
                part.device(),
                http.flatMap(HttpOutput::contentType).orElse(part.answer().contentType()),
                headers,
                length,
                length == 0 ? http.flatMap(HttpOutput::contentLength) : Optional.empty(),
                inline);
    }

    private SessionResult.Limits limits() {
        List<Channel.Limits> each =
                order.session().channels().stream().map(Channel::limits).toList();
        return new SessionResult.Limits(
                node.config().memoryBytes(),
                node.timeout(order).toMillis(),
                each.stream()
                        .mapToLong(limits -> Math.max(limits.reads(), limits.writes()))
                        .max()
                        .orElse(0),
                each.stream().mapToLong(Channel.Limits::readBytes).max().orElse(0),
                each.stream().mapToLong(Channel.Limits::writeBytes).max().orElse(0));
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
