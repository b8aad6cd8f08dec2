package io.zerocloud.node;

import io.zerocloud.authority.Caller;
import io.zerocloud.authority.CallerListings;
import io.zerocloud.nvram.GuestEnvironment;
import io.zerocloud.plan.Attachment;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Pin;
import io.zerocloud.plan.Program;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.DigestAlgorithm;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.Session;
import io.zerocloud.sandbox.session.SessionSpec;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionEvent.Cause;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One session from its order to its result. Used once, by one thread. */
final class SessionRun {
    private final Node node;
    private final SessionOrder order;
    private final RunningSession running;
    private final Caller caller;
    private final List<Outputs.Pending> outputs = new ArrayList<>();
    private final long arrived = System.nanoTime();
    private long prepared;
    private Channel.Backing.@Nullable Response response;
    private String responseDevice = "";
    private @Nullable Spool body;
    private @Nullable Tail stderr;
    private String where = "nothing to read";
    private @Nullable Pin attachedPin;

    SessionRun(Node node, SessionOrder order, RunningSession running) {
        this.node = node;
        this.order = order;
        this.running = running;
        this.caller = new Caller(order.token(), "", order.transaction());
    }

    /**
     * Runs the session.
     *
     * @param started told when the guest runs
     * @throws SessionFailure if it does not get that far
     */
    SessionResult run(Consumer<SessionEvent> started)
            throws SessionFailure, IOException, InterruptedException {
        try (Resources resources = new Resources()) {
            SessionSpec.Builder spec;
            Session session;
            try (Programs.Lease lease = program(resources)) {
                spec =
                        SessionSpec.of(
                                lease.program(),
                                new Limits(
                                        node.config().memoryBytes(), Duration.ofMillis(timeout())));
                for (Channel channel : order.session().channels()) {
                    spec.channel(engineChannel(channel, resources));
                }
                spec.channel(nvram(resources));
                if (Thread.interrupted() || running.isCancelled()) {
                    throw new SessionFailure(Cause.CANCELLED, 499, "cancelled");
                }
                prepared = System.nanoTime();
                session = node.engine().start(spec.build());
            } catch (EngineException.ProgramRefused e) {
                return refused(String.valueOf(e.getMessage()));
            } catch (EngineException.Busy e) {
                throw new SessionFailure(Cause.BUSY, 503, "Slot not available: " + e.getMessage());
            } catch (EngineException.InvalidSpec e) {
                throw new SessionFailure(Cause.INPUT, 400, String.valueOf(e.getMessage()));
            } catch (EngineException e) {
                throw new SessionFailure(
                        Cause.AGENT, 503, "Slot not available: the sandbox is not available");
            } catch (Quota.Exceeded e) {
                throw new SessionFailure(
                        Cause.BUSY, 507, "Insufficient Storage: " + e.getMessage());
            }
            running.guest(session);
            started.accept(new SessionEvent.Started());
            Channel.Backing.Response answer = response;
            if (answer != null && !HttpOutput.isHttp(answer.contentType())) {
                running.bodyStartsAt(0);
            }
            Report report = session.await();
            if (report.outcome() instanceof Outcome.Cancelled(String reason)) {
                throw new SessionFailure(Cause.CANCELLED, 499, "cancelled: " + reason);
            }
            return result(report);
        }
    }

    private long timeout() {
        return Math.min(order.timeoutMillis(), node.config().maxTimeout().toMillis());
    }

    // ---------------------------------------------------------------- program

    private Programs.Lease program(Resources resources)
            throws IOException, EngineException, SessionFailure {
        return switch (order.session().program()) {
            case Program.Stored stored ->
                    node.programs()
                            .get(
                                    stored.object(),
                                    () ->
                                            node.engine()
                                                    .load(
                                                            node.inputs()
                                                                    .read(
                                                                            stored.object(),
                                                                            caller,
                                                                            resources)));
            case Program.InImage inImage -> {
                ImageFile image = image(inImage.image(), resources);
                yield node.programs()
                        .get(
                                List.of(image.key(), inImage.path()),
                                () -> TarMember.load(node.engine(), image.file(), inImage));
            }
        };
    }

    /**
     * An image as a file.
     *
     * @param key equal for equal bytes
     */
    private record ImageFile(Object key, OpenFile file) {}

    private ImageFile image(String name, Resources resources) throws IOException, SessionFailure {
        for (Channel channel : order.session().channels()) {
            if (channel.device().equals(name)) {
                return switch (channel.backing()) {
                    case Channel.Backing.UploadedImage _ -> uploaded(resources);
                    case Channel.Backing.ObjectInput(var object) -> {
                        Path file = node.images().fetch(object, caller, resources);
                        yield new ImageFile(object, resources.add(OpenFile.readOnly(file)));
                    }
                    case Channel.Backing.SystemImage(var system) -> systemImage(system, resources);
                    default -> throw noExecutable(name);
                };
            }
        }
        if (node.config().systemImages().get(name) != null) {
            return systemImage(name, resources);
        }
        throw noExecutable(name);
    }

    private static SessionFailure noExecutable(String image) {
        return new SessionFailure(
                Cause.INPUT, 400, "No executable found in request: there is no image " + image);
    }

    private ImageFile uploaded(Resources resources) throws IOException, SessionFailure {
        String sha256 =
                order.image()
                        .orElseThrow(
                                () ->
                                        new SessionFailure(
                                                Cause.INPUT, 400, "No image came with the request"))
                        .sha256();
        Path file =
                node.blobs()
                        .find(sha256)
                        .orElseThrow(() -> new SessionFailure(Cause.NEEDS_BLOB, 503, sha256));
        return new ImageFile(sha256, resources.add(OpenFile.readOnly(file)));
    }

    private ImageFile systemImage(String name, Resources resources)
            throws IOException, SessionFailure {
        Path file = node.config().systemImages().get(name);
        if (file == null) {
            throw new SessionFailure(
                    Cause.INPUT,
                    400,
                    "Could not resolve channel path \"file://" + name + "\" for device: " + name);
        }
        return new ImageFile(
                List.of(name, Files.getLastModifiedTime(file)),
                resources.add(OpenFile.readOnly(file)));
    }

    // --------------------------------------------------------------- channels

    private io.zerocloud.sandbox.session.Channel engineChannel(Channel channel, Resources resources)
            throws IOException, SessionFailure {
        Channel.Limits limits = channel.limits();
        Backing backing = backing(channel, resources);
        DigestAlgorithm digest =
                channel.backing() instanceof Channel.Backing.Response
                                || (channel.backing() instanceof Channel.Backing.ObjectOutput
                                        && channel.type() == Channel.Type.SEQUENTIAL)
                        ? DigestAlgorithm.MD5
                        : DigestAlgorithm.NONE;
        return new io.zerocloud.sandbox.session.Channel(
                channel.path(),
                ChannelType.of(channel.type().code()),
                new ChannelLimits(
                        limits.reads(), limits.readBytes(), limits.writes(), limits.writeBytes()),
                backing,
                digest,
                false);
    }

    private Backing backing(Channel channel, Resources resources)
            throws IOException, SessionFailure {
        return switch (channel.backing()) {
            case Channel.Backing.Nothing _ ->
                    channel.device().equals("stderr")
                            ? new Backing.ToStream(
                                    watched(channel, OutputStream.nullOutputStream()))
                            : new Backing.Nothing();
            case Channel.Backing.ObjectInput(var object) -> {
                long length = object.pin().map(Pin::length).orElse(0L);
                if (length > channel.limits().readBytes()) {
                    throw new SessionFailure(
                            Cause.INPUT,
                            413,
                            "Data object too large: "
                                    + object.path()
                                    + " has "
                                    + length
                                    + " bytes");
                }
                if (channel.device().equals("image")) {
                    Path file = node.images().fetch(object, caller, resources);
                    note(channel, object.pin(), "image");
                    yield Backing.FileRegion.whole(resources.add(OpenFile.readOnly(file)));
                }
                Inputs.Opened opened =
                        node.inputs()
                                .open(
                                        object,
                                        channel.type() == Channel.Type.RANDOM,
                                        caller,
                                        resources);
                note(channel, Optional.of(opened.pin()), opened.where());
                yield opened.backing();
            }
            case Channel.Backing.ContainerInput(var container) -> {
                if (caller.token().isEmpty()) {
                    throw new SessionFailure(
                            Cause.NEEDS_TOKEN,
                            401,
                            "Error 401 Unauthorized while fetching " + container.path());
                }
                Path file = Files.createTempFile(node.spools(), "container", ".db");
                try {
                    long taken =
                            ContainerDatabase.build(
                                    file,
                                    container.path(),
                                    new CallerListings(node.swift(), caller),
                                    node.disk());
                    resources.add(() -> node.disk().giveBack(taken));
                    OpenFile database = resources.add(OpenFile.readOnly(file));
                    long size = database.size();
                    note(
                            channel,
                            Optional.of(
                                    new Pin(
                                            "",
                                            size,
                                            "application/octet-stream",
                                            "",
                                            "",
                                            Map.of(),
                                            false)),
                            "listing of the container");
                    yield Backing.FileRegion.whole(database);
                } finally {
                    Files.deleteIfExists(file);
                }
            }
            case Channel.Backing.Payload _ -> {
                String sha256 =
                        order.payload()
                                .orElseThrow(
                                        () ->
                                                new SessionFailure(
                                                        Cause.INPUT,
                                                        400,
                                                        "No payload came with the request"))
                                .sha256();
                Path file =
                        node.blobs()
                                .find(sha256)
                                .orElseThrow(
                                        () -> new SessionFailure(Cause.NEEDS_BLOB, 503, sha256));
                yield Backing.FileRegion.whole(resources.add(OpenFile.readOnly(file)));
            }
            case Channel.Backing.UploadedImage _ ->
                    Backing.FileRegion.whole(uploaded(resources).file());
            case Channel.Backing.SystemImage(var name) ->
                    Backing.FileRegion.whole(systemImage(name, resources).file());
            case Channel.Backing.ObjectOutput output -> outputBacking(channel, output, resources);
            case Channel.Backing.Response answer -> {
                if (!answer.body()) {
                    yield channel.device().equals("stderr")
                            ? new Backing.ToStream(
                                    watched(channel, OutputStream.nullOutputStream()))
                            : new Backing.Nothing();
                }
                Spool spool = spool();
                running.kept().add(spool::drop);
                running.body(spool);
                response = answer;
                responseDevice = channel.device();
                body = spool;
                yield new Backing.ToStream(watched(channel, spool));
            }
            case Channel.Backing.PeerInput _, Channel.Backing.PeerOutput _ ->
                    throw new SessionFailure(
                            Cause.INPUT, 501, "Channels between nodes are not available");
        };
    }

    private Spool spool() {
        return new Spool(node.spools(), node.config().spoolMemory(), node.memory(), node.disk());
    }

    private Backing outputBacking(
            Channel channel, Channel.Backing.ObjectOutput output, Resources resources)
            throws IOException {
        if (channel.type() == Channel.Type.SEQUENTIAL) {
            Spool spool = spool();
            resources.add(spool::drop);
            outputs.add(
                    new Outputs.Pending(
                            channel.device(), output, new Outputs.Source.Streamed(spool), ""));
            return new Backing.ToStream(watched(channel, spool));
        }
        // The worker writes this file itself: what it may grow to is taken from the quota before.
        long most = channel.limits().writeBytes();
        node.disk().take(most);
        resources.add(() -> node.disk().giveBack(most));
        OpenFile file = resources.add(OpenFile.spool(node.spools()));
        outputs.add(
                new Outputs.Pending(channel.device(), output, new Outputs.Source.InFile(file), ""));
        return new Backing.WritableFile(file);
    }

    private OutputStream watched(Channel channel, OutputStream to) {
        if (!channel.device().equals("stderr")) {
            return to;
        }
        Tail tail = new Tail(to);
        stderr = tail;
        return tail;
    }

    private void note(Channel channel, Optional<Pin> pin, String how) {
        Optional<Attachment> attachment = order.session().attachment();
        if (attachment.isPresent() && attachment.get().device().equals(channel.device())) {
            attachedPin = pin.orElse(null);
            where = how;
        } else if (attachedPin == null) {
            where = how;
        }
    }

    private io.zerocloud.sandbox.session.Channel nvram(Resources resources) throws IOException {
        Map<String, String> local = Map.of();
        Optional<Attachment> attachment = order.session().attachment();
        if (attachment.isPresent()) {
            Attachment attached = attachment.get();
            String device = "/dev/" + attached.device();
            String path = attached.path().toString();
            Pin pin = attachedPin;
            if (pin != null) {
                local =
                        GuestEnvironment.localRead(
                                device,
                                path,
                                pin.contentType(),
                                pin.length(),
                                pin.etag(),
                                pin.timestamp(),
                                pin.contentEncoding(),
                                pin.meta());
            } else {
                Optional<Channel> channel = order.session().channel(attached.device());
                if (channel.isPresent()
                        && channel.get().backing() instanceof Channel.Backing.ObjectOutput output) {
                    local =
                            GuestEnvironment.localWrite(
                                    device, path, output.contentType(), output.meta());
                }
            }
        }
        String text =
                order.session().nvram(GuestEnvironment.join(order.environment(), Map.of(), local));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OpenFile file = resources.add(OpenFile.of(bytes));
        return new io.zerocloud.sandbox.session.Channel(
                io.zerocloud.sandbox.session.Channel.NVRAM,
                ChannelType.RANDOM,
                ChannelLimits.reads(Math.max(1, bytes.length) * 16L),
                Backing.FileRegion.whole(file));
    }

    // ----------------------------------------------------------------- result

    private SessionResult refused(String message) {
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
                "",
                Optional.empty(),
                List.of(),
                "",
                0,
                new SessionResult.Timings(millis(now - arrived), 0, millis(now - arrived), 0, 0, 0),
                where);
    }

    private SessionResult result(Report report) throws IOException, InterruptedException {
        long ended = System.nanoTime();
        ResultRules rules = ResultRules.of(report);
        outputs.forEach(
                pending -> {
                    if (pending.source() instanceof Outputs.Source.Streamed(Spool spool)) {
                        spool.complete();
                    }
                });
        Spool spool = body;
        if (spool != null) {
            spool.complete();
        }
        List<SessionResult.Stored> stored = store(rules, report);
        Optional<HttpOutput> http = Optional.empty();
        Optional<SessionResult.Body> part = Optional.empty();
        Channel.Backing.Response answer = response;
        if (spool != null
                && answer != null
                && rules.keepsBody()
                && spool.length() >= answer.minSize()) {
            if (HttpOutput.isHttp(answer.contentType())) {
                http = HttpOutput.parse(answer.contentType(), spool.head(HttpOutput.MAX_HEAD));
            }
            part = Optional.of(part(spool, answer, http));
        }
        if (part.isEmpty() && spool != null) {
            spool.drop();
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
        Tail tail = stderr;
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
                "",
                part,
                stored,
                tail == null ? "" : tail.text(),
                report.peakMemoryBytes(),
                new SessionResult.Timings(
                        millis(done - arrived),
                        0,
                        millis(prepared - arrived),
                        report.timings().start().toNanos() / 1e6,
                        millis(ended - prepared) - report.timings().start().toNanos() / 1e6,
                        millis(done - ended)),
                where);
    }

    private List<SessionResult.Stored> store(ResultRules rules, Report report)
            throws InterruptedException {
        List<Outputs.Pending> wanted = new ArrayList<>();
        List<SessionResult.Stored> kept = new ArrayList<>();
        for (Outputs.Pending pending : outputs) {
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
        kept.addAll(node.outputs().store(wanted, caller));
        return kept;
    }

    private SessionResult.Body part(
            Spool spool, Channel.Backing.Response answer, Optional<HttpOutput> http)
            throws IOException {
        int from = http.map(HttpOutput::bodyAt).orElse(0);
        long length = spool.length() - from;
        Optional<byte[]> inline = Optional.empty();
        if (length <= order.inline()) {
            try (var in = spool.reader(from)) {
                inline = Optional.of(in.readAllBytes());
            }
        }
        List<String> headers = new ArrayList<>();
        answer.meta()
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
                responseDevice,
                http.flatMap(HttpOutput::contentType).orElse(answer.contentType()),
                headers,
                length,
                length == 0 ? http.flatMap(HttpOutput::contentLength) : Optional.empty(),
                inline);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
