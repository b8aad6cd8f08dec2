package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code struct request} of wire.h with its channels, aliases and descriptors. It shares the
 * descriptors until it is closed: a caller who closes a program, a template or a file while the
 * request waits for a worker must not let their numbers pass to other files, whose bytes nobody
 * validated.
 */
final class Request implements AutoCloseable {
    private final MemorySegment bytes;
    private final List<Descriptor> shared;
    private final int[] descriptors;

    private Request(MemorySegment bytes, List<Descriptor> shared) {
        this.bytes = bytes;
        this.shared = shared;
        this.descriptors = shared.stream().mapToInt(Descriptor::number).toArray();
    }

    /**
     * @throws EngineException.InvalidSpec if the program, its template or a file has been closed
     */
    static Request of(
            Arena arena,
            SessionSpec spec,
            SealedProgram program,
            List<Channel> channels,
            OpenChannels open,
            SessionFiles files)
            throws EngineException.InvalidSpec {
        List<byte[]> aliases = new ArrayList<>(channels.size());
        int aliasBytes = 0;
        for (Channel channel : channels) {
            byte[] alias = channel.alias().getBytes(StandardCharsets.UTF_8);
            aliases.add(alias);
            aliasBytes += alias.length + 1;
        }
        List<Descriptor> fds = new ArrayList<>();
        fds.add(program.image());
        fds.addAll(files.descriptors());
        fds.addAll(open.descriptors());

        int total = Wire.REQUEST_BYTES + channels.size() * Wire.CHANNEL_BYTES + aliasBytes;
        MemorySegment out = arena.allocate(total, 8);
        SealedProgram.Layout layout = program.layout();
        out.set(JAVA_INT, 0, Wire.VERSION);
        out.set(JAVA_INT, 4, total);
        out.set(JAVA_INT, 8, fds.size());
        out.set(JAVA_INT, 12, flags(spec));
        out.set(JAVA_LONG, 16, spec.limits().memoryBytes());
        out.set(JAVA_LONG, 24, spec.limits().timeout().toNanos() / 1000);
        out.set(JAVA_LONG, 32, fileLimit(spec, open));
        out.set(JAVA_INT, 40, (int) layout.entry());
        out.set(JAVA_INT, 44, (int) layout.textEnd());
        out.set(JAVA_INT, 48, (int) layout.readOnlyAddress());
        out.set(JAVA_INT, 52, (int) layout.readOnlyLength());
        out.set(JAVA_INT, 56, (int) layout.dataAddress());
        out.set(JAVA_INT, 60, (int) layout.dataFileLength());
        out.set(JAVA_INT, 64, (int) layout.heapStart());
        out.set(JAVA_INT, 68, channels.size());
        out.set(JAVA_INT, 72, digest(spec.memoryDigest()));
        out.set(JAVA_INT, 76, aliasBytes);
        long at = Wire.REQUEST_BYTES;
        for (int i = 0; i < channels.size(); i++, at += Wire.CHANNEL_BYTES) {
            channel(out.asSlice(at, Wire.CHANNEL_BYTES), channels.get(i), open.opened().get(i));
        }
        for (byte[] alias : aliases) {
            MemorySegment.copy(alias, 0, out, JAVA_BYTE, at, alias.length);
            at += alias.length + 1;
        }
        return new Request(out, share(fds));
    }

    MemorySegment bytes() {
        return bytes;
    }

    /**
     * Sends it, descriptors first.
     *
     * @throws IOException if the worker is gone
     */
    void send(Poller poller, int socket) throws IOException, InterruptedException {
        int sentBytes = 0;
        int sentFds = 0;
        while (sentBytes < bytes.byteSize()) {
            int fds = Math.min(descriptors.length - sentFds, Posix.MAX_DESCRIPTORS);
            // A packet needs a byte of data; whatever follows must bring the remaining descriptors.
            int reserved =
                    (descriptors.length - sentFds - fds) > 0
                            ? 1 + descriptors.length / Posix.MAX_DESCRIPTORS
                            : 0;
            int size = (int) Math.min(bytes.byteSize() - sentBytes - reserved, Wire.MAX_PACKET);
            if (!Posix.send(socket, bytes.asSlice(sentBytes, size), descriptors, sentFds, fds)) {
                poller.awaitWritableWatched(socket);
                continue;
            }
            sentBytes += size;
            sentFds += fds;
        }
    }

    @Override
    public void close() {
        shared.forEach(Descriptor::close);
    }

    private static List<Descriptor> share(List<Descriptor> descriptors)
            throws EngineException.InvalidSpec {
        List<Descriptor> shared = new ArrayList<>(descriptors.size());
        try {
            descriptors.forEach(d -> shared.add(d.share()));
            return shared;
        } catch (IllegalStateException e) {
            shared.forEach(Descriptor::close);
            throw new EngineException.InvalidSpec(
                    "the program, its template or a channel's file has been closed");
        }
    }

    private static int flags(SessionSpec spec) {
        return (spec.template().isPresent() ? Wire.FLAG_TEMPLATE : 0)
                | (spec.takeTemplate() ? Wire.FLAG_SNAPSHOT : 0)
                | (spec.jail() ? Wire.FLAG_JAIL : 0);
    }

    private static long fileLimit(SessionSpec spec, OpenChannels open) {
        long limit = open.fileLimit();
        if (spec.takeTemplate()) {
            limit = Math.max(limit, spec.limits().memoryBytes() + (1 << 20));
        }
        if (spec.jail()) {
            limit = Math.max(limit, Jail.MAX_BYTES);
        }
        return limit;
    }

    private static void channel(MemorySegment out, Channel channel, OpenChannels.Opened opened) {
        out.set(JAVA_LONG, 0, channel.limits().gets());
        out.set(JAVA_LONG, 8, channel.limits().getBytes());
        out.set(JAVA_LONG, 16, channel.limits().puts());
        out.set(JAVA_LONG, 24, channel.limits().putBytes());
        out.set(JAVA_LONG, 32, opened.size());
        out.set(JAVA_LONG, 40, opened.base());
        out.set(JAVA_INT, 48, opened.descriptor());
        out.set(JAVA_BYTE, 52, (byte) channel.type().number());
        out.set(JAVA_BYTE, 53, (byte) opened.kind());
        out.set(JAVA_BYTE, 54, (byte) digest(channel.digest()));
    }

    private static int digest(DigestAlgorithm algorithm) {
        return switch (algorithm) {
            case NONE -> 0;
            case MD5 -> 1;
            case SHA1 -> 2;
        };
    }
}
