package io.zerocloud.plan;

import io.zerocloud.job.Device;
import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.SwiftNames;
import io.zerocloud.job.Url;
import io.zerocloud.job.Violation;
import io.zerocloud.plan.Channel.Backing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a session the channels that its group declares, and the standard streams that it does not.
 */
final class Channels {
    private static final List<String> STANDARD = List.of("stdin", "stdout", "stderr");

    private final Job job;
    private final PlanSettings settings;
    private final Channel.Limits reading;
    private final Channel.Limits writing;
    private final List<Violation> violations = new ArrayList<>();

    /** Which session writes an object. */
    private final Map<StorePath, String> writers = new HashMap<>();

    Channels(Job job, PlanSettings settings) {
        this.job = job;
        this.settings = settings;
        this.reading = new Channel.Limits(settings.maxIops(), settings.maxInput(), 0, 0);
        this.writing = new Channel.Limits(0, 0, settings.maxIops(), settings.maxOutput());
    }

    List<Violation> violations() {
        return violations;
    }

    /** Call after connections are known: a connected standard stream is theirs. */
    void declare(Draft draft) {
        List<Channel> declared = new ArrayList<>();
        boolean answered = false;
        for (Device device : draft.group.devices()) {
            if (device.zvm().isPresent()) {
                continue;
            }
            if (draft.isConnected(device.name())) {
                // Without a path it is an empty standard stream, which the connection fills.
                if (device.path().isPresent() || device.kind() != Device.Kind.STDIN) {
                    violations.add(
                            ErrorCode.DEVICE_DUPLICATE.at(
                                    device.at(), "", device.name(), draft.name));
                }
                continue;
            }
            boolean response = device.kind().isWritable() && device.path().isEmpty();
            backing(draft, device, response && !answered)
                    .ifPresent(backing -> declared.add(channel(device, backing)));
            answered |= response;
        }
        Set<String> names = namesOf(declared);
        if (job.context().image() != JobContext.UploadedImage.NONE && !names.contains("image")) {
            declared.add(uploadedImage());
        }
        declared.forEach(draft::declare);
        for (String stream : STANDARD) {
            if (!names.contains(stream) && !draft.isConnected(stream)) {
                draft.declare(
                        new Channel(
                                stream,
                                Channel.Type.SEQUENTIAL,
                                stream.equals("stdin") ? reading : writing,
                                Device.Mode.FILE,
                                new Backing.Nothing()));
            }
        }
        draft.attach(AttachmentRule.choose(draft.group, declared));
    }

    private static Set<String> namesOf(List<Channel> channels) {
        Set<String> names = new java.util.HashSet<>();
        channels.forEach(channel -> names.add(channel.device()));
        return Collections.unmodifiableSet(names);
    }

    private Channel channel(Device device, Backing backing) {
        boolean sequential =
                device.kind() == Device.Kind.STDIN || device.kind() == Device.Kind.STREAM_OUT;
        return new Channel(
                device.name(),
                sequential ? Channel.Type.SEQUENTIAL : Channel.Type.RANDOM,
                device.kind().isWritable() ? writing : reading,
                device.mode(),
                backing);
    }

    private Channel uploadedImage() {
        return new Channel(
                "image",
                Channel.Type.RANDOM,
                reading,
                Device.Mode.FILE,
                new Backing.UploadedImage(job.context().image() == JobContext.UploadedImage.GZIP));
    }

    private Optional<Backing> backing(Draft draft, Device device, boolean body) {
        Optional<Url.Swift> path = device.swift();
        return switch (device.kind()) {
            case STDIN, INPUT, SCRIPT ->
                    Optional.of(
                            path.map(url -> input(draft, device, url)).orElseGet(this::payload));
            case IMAGE ->
                    Optional.of(
                            path.map(url -> input(draft, device, url))
                                    .orElseGet(() -> uploadedImage().backing()));
            case SYSTEM_IMAGE -> Optional.of(new Backing.SystemImage(device.name()));
            case STREAM_OUT, OUTPUT ->
                    path.isEmpty()
                            ? Optional.of(
                                    new Backing.Response(
                                            device.contentType()
                                                    .orElse(PlanSettings.RESPONSE_CONTENT_TYPE),
                                            device.meta(),
                                            device.minSize(),
                                            body))
                            : output(draft, device, path.get());
            case OTHER -> Optional.empty();
        };
    }

    private Backing payload() {
        return job.context().payload() ? new Backing.Payload() : new Backing.Nothing();
    }

    private static Backing input(Draft draft, Device device, Url.Swift url) {
        Match match = draft.matches.get(device.name());
        ObjectRef object =
                match == null
                        ? new ObjectRef(new StorePath(url.account(), url.container(), url.object()))
                        : new ObjectRef(match.path(), match.pin());
        return object.path().isContainer()
                ? new Backing.ContainerInput(object)
                : new Backing.ObjectInput(object);
    }

    private Optional<Backing> output(Draft draft, Device device, Url.Swift url) {
        String pattern = url.container() + "/" + url.object();
        List<String> texts =
                draft.matches.isEmpty()
                        ? Collections.nCopies(url.stars(), draft.name)
                        : draft.captures;
        String filled = Wildcard.fill(pattern, texts);
        // A captured text may hold a slash: what was the container must stay the container.
        String container = Wildcard.fill(url.container(), texts);
        String object = filled.substring(container.length() + 1);
        String at = device.at() + ".path";
        if (!SwiftNames.isContainer(container) || !SwiftNames.isObject(object)) {
            violations.add(ErrorCode.PATH_INVALID.at(at, url.text(), filled, draft.name));
            return Optional.empty();
        }
        StorePath path = new StorePath(url.account(), container, object);
        String other = writers.putIfAbsent(path, draft.name);
        if (other != null) {
            violations.add(
                    ErrorCode.OUTPUT_SHARED.at(at, path.url(), url.text(), draft.name, other));
            return Optional.empty();
        }
        return Optional.of(
                new Backing.ObjectOutput(
                        path,
                        device.contentType().orElse(settings.defaultContentType()),
                        device.meta(),
                        device.minSize()));
    }
}
