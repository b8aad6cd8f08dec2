package io.zerocloud.sandbox.local;

import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Channel;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.GuestConfiguration;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.Mount;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.SessionSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One program with arguments on this machine, the way {@code zvsh} ran them: an argument
 * {@code @FILE} becomes the channel {@code /dev/N.basename} of that file, read-write if it is
 * writable (made if it is missing), and the guest sees the channel's name instead.
 *
 * @param program path of the executable
 * @param arguments without argv[0]
 * @param environment variables of the guest; nothing of this process's own
 * @param images tar files to mount, in order
 * @param exports directories of the guest that become tar files when it exits
 * @param limits memory and time-out
 * @param jail whether the guest may make code executable
 */
public record ProgramRun(
        Path program,
        List<String> arguments,
        Map<String, String> environment,
        List<Image> images,
        List<Export> exports,
        Limits limits,
        boolean jail) {
    public ProgramRun {
        arguments = List.copyOf(arguments);
        environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        images = List.copyOf(images);
        exports = List.copyOf(exports);
    }

    /** A tar file and the directory it is mounted at. */
    public record Image(Path tar, String mountpoint) {}

    /**
     * A directory of the guest, made at its start if no image brings it, that is packed into a tar
     * file when the guest exits, whatever its code.
     */
    public record Export(Path tar, String directory) {}

    /**
     * The standard streams of the guest; none is closed. If {@code out} and {@code err} are one
     * object, what the guest writes to both keeps its order.
     *
     * @param terminal whether they are a terminal, which the guest then sees as one; else pipes,
     *     since a stream has no size and cannot be read twice
     */
    public record Streams(Backing in, OutputStream out, OutputStream err, boolean terminal) {}

    /** Runs to the end. */
    public Report run(Engine engine, Streams streams)
            throws EngineException, IOException, InterruptedException {
        try (Program loaded = engine.load(program);
                OpenFile self = OpenFile.readOnly(program.toRealPath());
                HostChannels host = new HostChannels();
                TarExports packed = new TarExports()) {
            List<Channel> channels = new ArrayList<>();
            Map<String, String> modes = new LinkedHashMap<>();
            String mode = streams.terminal() ? "char" : "pipe";
            channels.add(stream(Channel.STDIN, streams.in(), true));
            channels.add(stream(Channel.STDOUT, new Backing.ToStream(streams.out()), false));
            channels.add(stream(Channel.STDERR, new Backing.ToStream(streams.err()), false));
            channels.forEach(channel -> modes.put(channel.alias(), mode));
            List<String> guestArguments =
                    new ArrayList<>(List.of(String.valueOf(program.getFileName())));
            int number = 1;
            for (String argument : arguments) {
                if (argument.length() < 2 || argument.charAt(0) != '@') {
                    guestArguments.add(argument);
                    continue;
                }
                Channel file = file(number++, Path.of(argument.substring(1)), host);
                channels.add(file);
                modes.put(file.alias(), "file");
                guestArguments.add(file.alias());
            }
            List<Mount> mounts = new ArrayList<>();
            for (Image image : images) {
                Channel tar = image(number++, image.tar(), host);
                channels.add(tar);
                mounts.add(new Mount(tar.alias(), image.mountpoint(), Mount.Access.READ, false));
            }
            for (Export export : exports) {
                Channel tar =
                        stream(
                                alias(number++, export.tar()),
                                new Backing.ToStream(packed.open(export.tar())),
                                false);
                channels.add(tar);
                mounts.add(new Mount(tar.alias(), export.directory(), Mount.Access.WRITE, false));
            }
            channels.add(
                    new Channel(
                            "/dev/self",
                            ChannelType.RANDOM,
                            ChannelLimits.reads(ChannelLimits.UNLIMITED),
                            Backing.FileRegion.whole(self)));
            SessionSpec spec =
                    SessionSpec.of(loaded, limits)
                            .channels(channels)
                            .configuration(
                                    new GuestConfiguration(
                                            guestArguments,
                                            environment,
                                            mounts,
                                            modes,
                                            0,
                                            1,
                                            false))
                            .jail(jail)
                            .build();
            Report report = engine.start(spec).await();
            if (report.guestCode().isPresent()) {
                packed.commit();
            }
            return report;
        }
    }

    private static Channel stream(String alias, Backing backing, boolean reads) {
        return new Channel(
                alias,
                ChannelType.SEQUENTIAL,
                reads
                        ? ChannelLimits.reads(ChannelLimits.UNLIMITED)
                        : ChannelLimits.writes(ChannelLimits.UNLIMITED),
                backing);
    }

    private static Channel file(int number, Path path, HostChannels host) throws IOException {
        long most = ChannelLimits.UNLIMITED;
        boolean writable = !Files.exists(path) || Files.isWritable(path);
        ChannelLimits limits =
                writable ? new ChannelLimits(most, most, most, most) : ChannelLimits.reads(most);
        return new Channel(
                alias(number, path), ChannelType.RANDOM, limits, host.backing(path, limits));
    }

    private static Channel image(int number, Path path, HostChannels host) throws IOException {
        ChannelLimits limits = ChannelLimits.reads(ChannelLimits.UNLIMITED);
        return new Channel(
                alias(number, path), ChannelType.RANDOM, limits, host.backing(path, limits));
    }

    private static String alias(int number, Path path) {
        return "/dev/" + number + "." + path.getFileName();
    }
}
