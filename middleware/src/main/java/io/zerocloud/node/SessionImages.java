package io.zerocloud.node;

import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Program;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.wire.SessionEvent.Cause;
import io.zerocloud.wire.SessionOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds a session's program and images: uploaded ones, stored ones and those of the agent's
 * configuration.
 */
final class SessionImages {
    private final Node node;
    private final SessionOrder order;
    private final Mandates mandates;
    private final Resources resources;

    /**
     * @param resources own what is opened
     */
    SessionImages(Node node, SessionOrder order, Mandates mandates, Resources resources) {
        this.node = node;
        this.order = order;
        this.mandates = mandates;
        this.resources = resources;
    }

    /** The program, loaded if no session had it before. */
    Programs.Lease program() throws IOException, EngineException, SessionFailure {
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
                                                                            mandates,
                                                                            resources)));
            case Program.InImage inImage -> {
                ImageFile image = image(inImage.image());
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
    record ImageFile(Object key, OpenFile file) {}

    private ImageFile image(String name) throws IOException, SessionFailure {
        for (Channel channel : order.session().channels()) {
            if (channel.device().equals(name)) {
                return switch (channel.backing()) {
                    case Channel.Backing.UploadedImage _ -> uploaded();
                    case Channel.Backing.ObjectInput(var object) -> {
                        Path file = node.images().fetch(object, mandates, resources);
                        yield new ImageFile(object, resources.add(OpenFile.readOnly(file)));
                    }
                    case Channel.Backing.SystemImage(var system) -> system(system);
                    default -> throw noExecutable(name);
                };
            }
        }
        if (node.config().systemImages().get(name) != null) {
            return system(name);
        }
        throw noExecutable(name);
    }

    private static SessionFailure noExecutable(String image) {
        return new SessionFailure(
                Cause.INPUT, 400, "No executable found in request: there is no image " + image);
    }

    /** The image that came with the request. */
    ImageFile uploaded() throws IOException, SessionFailure {
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

    /** An image of the configuration. */
    ImageFile system(String name) throws IOException, SessionFailure {
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
}
