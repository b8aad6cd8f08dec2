package io.zerocloud.node;

import io.zerocloud.authority.Caller;
import io.zerocloud.authority.CallerListings;
import io.zerocloud.network.Networks;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Pin;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.DigestAlgorithm;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.wire.SessionEvent.Cause;
import io.zerocloud.wire.SessionOrder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens what a session's channels lead to, and keeps what came of it until the session ends. */
final class SessionChannels {
    private final Node node;
    private final SessionOrder order;
    private final RunningSession running;
    private final Optional<Networks.Seat> seat;
    private final Mandates mandates;
    private final Resources resources;
    private final SessionImages images;
    private final SessionNvram nvram;
    private final List<Outputs.Pending> outputs = new ArrayList<>();
    private @Nullable Part part;
    private @Nullable Tail stderr;

    /**
     * @param resources own what is opened, but the session's part of the body, which {@code
     *     running} keeps
     */
    SessionChannels(
            Node node,
            SessionOrder order,
            RunningSession running,
            Optional<Networks.Seat> seat,
            Mandates mandates,
            Resources resources,
            SessionImages images,
            SessionNvram nvram) {
        this.node = node;
        this.order = order;
        this.running = running;
        this.seat = seat;
        this.mandates = mandates;
        this.resources = resources;
        this.images = images;
        this.nvram = nvram;
    }

    /** The session's part of the answer's body. */
    record Part(String device, Channel.Backing.Response answer, Spool spool) {
        boolean isHttp() {
            return HttpOutput.isHttp(answer.contentType());
        }
    }

    /** What goes to objects. */
    List<Outputs.Pending> outputs() {
        return outputs;
    }

    /** What goes to the answer, if anything does. */
    Optional<Part> part() {
        return Optional.ofNullable(part);
    }

    /** The last lines that the guest wrote to stderr. */
    String stderr() {
        Tail tail = stderr;
        return tail == null ? "" : tail.text();
    }

    /** One channel of the plan for the engine. */
    io.zerocloud.sandbox.session.Channel open(Channel channel) throws IOException, SessionFailure {
        Channel.Limits limits = channel.limits();
        Backing backing = backing(channel);
        boolean network = backing instanceof Backing.LinkEnd;
        DigestAlgorithm digest =
                (network && seat.map(Networks.Seat::digests).orElse(false))
                                || channel.backing() instanceof Channel.Backing.Response
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
                network);
    }

    private Backing backing(Channel channel) throws IOException, SessionFailure {
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
                    Path file = node.images().fetch(object, mandates, resources);
                    nvram.note(channel, object.pin(), "image");
                    yield Backing.FileRegion.whole(resources.add(OpenFile.readOnly(file)));
                }
                Inputs.Opened opened =
                        node.inputs()
                                .open(
                                        object,
                                        channel.type() == Channel.Type.RANDOM,
                                        mandates,
                                        resources);
                nvram.note(channel, Optional.of(opened.pin()), opened.where());
                yield opened.backing();
            }
            case Channel.Backing.ContainerInput(var container) -> {
                Caller reader = mandates.reader(container.path());
                Path file = Files.createTempFile(node.spools(), "container", ".db");
                try {
                    long taken =
                            ContainerDatabase.build(
                                    file,
                                    container.path(),
                                    new CallerListings(node.swift(), _ -> reader),
                                    node.disk());
                    resources.add(() -> node.disk().giveBack(taken));
                    OpenFile database = resources.add(OpenFile.readOnly(file));
                    long size = database.size();
                    nvram.note(
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
                    Backing.FileRegion.whole(images.uploaded().file());
            case Channel.Backing.SystemImage(var name) ->
                    Backing.FileRegion.whole(images.system(name).file());
            case Channel.Backing.ObjectOutput output -> outputBacking(channel, output);
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
                part = new Part(channel.device(), answer, spool);
                yield new Backing.ToStream(watched(channel, spool));
            }
            case Channel.Backing.PeerInput(var connection) -> seat().reader(connection);
            case Channel.Backing.PeerOutput(var connection) -> seat().writer(connection);
        };
    }

    private Networks.Seat seat() throws IOException {
        return seat.orElseThrow(() -> new IOException("a connected session without a network"));
    }

    private Spool spool() {
        return new Spool(node.spools(), node.config().spoolMemory(), node.memory(), node.disk());
    }

    private Backing outputBacking(Channel channel, Channel.Backing.ObjectOutput output)
            throws IOException {
        if (channel.type() == Channel.Type.SEQUENTIAL) {
            Outputs.Source.Streamed source = resources.add(new Outputs.Source.Streamed(spool()));
            outputs.add(new Outputs.Pending(channel.device(), output, source, ""));
            return new Backing.ToStream(watched(channel, source.spool()));
        }
        WrittenFile written =
                WrittenFile.of(node.spools(), node.disk(), channel.limits().writeBytes());
        Outputs.Source.InFile source = resources.add(new Outputs.Source.InFile(written));
        outputs.add(new Outputs.Pending(channel.device(), output, source, ""));
        return new Backing.WritableFile(written.file());
    }

    private OutputStream watched(Channel channel, OutputStream to) {
        if (!channel.device().equals("stderr")) {
            return to;
        }
        Tail tail = new Tail(to);
        stderr = tail;
        return tail;
    }
}
