package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The descriptors behind a session's channels while it is being started, and the pumps that run
 * beside it. Descriptors that were made for the worker alone are closed as soon as they are sent.
 */
final class OpenChannels {
    static final int NOTHING = 0;
    static final int FILE = 1;
    static final int STREAM = 2;

    /**
     * One channel for the wire: kind of backing, index among the descriptors or -1, size and base.
     */
    record Opened(int kind, int descriptor, long size, long base) {}

    private final List<Opened> opened = new ArrayList<>();
    private final List<Descriptor> descriptors = new ArrayList<>();
    private final List<Descriptor> forWorkerOnly = new ArrayList<>();
    private final List<Pump> pumps = new ArrayList<>();
    private final IdentityHashMap<OutputStream, Descriptor> pipes = new IdentityHashMap<>();
    private final InputFiles inputs = new InputFiles();
    private long fileLimit;

    void add(Channel channel) throws IOException, EngineException.InvalidSpec {
        try {
            switch (channel.backing()) {
                case Backing.Nothing nothing -> opened.add(new Opened(NOTHING, -1, 0, 0));
                case Backing.FileRegion region -> region(channel.alias(), region);
                case Backing.WritableFile writable -> writableFile(channel, writable.file());
                case Backing.FromStream from -> {
                    Descriptor[] ends = Posix.pipe();
                    stream(ends[0]);
                    pumps.add(Pump.into(channel.alias(), from.source(), ends[1]));
                }
                case Backing.ToStream to -> stream(pipeTo(channel.alias(), to.sink()));
                case Backing.LinkEnd link -> stream(link.end().descriptor().take());
            }
        } catch (IllegalStateException e) {
            throw new EngineException.InvalidSpec(
                    "channel " + channel.alias() + ": its file or link has been closed or taken");
        }
    }

    List<Opened> opened() {
        return opened;
    }

    /** Numbers in the order that {@link Opened#descriptor} counts. */
    List<Descriptor> descriptors() {
        return descriptors;
    }

    List<Pump> pumps() {
        return pumps;
    }

    /** Files to be looked at when the session ends; the session's from its start on. */
    InputFiles inputs() {
        return inputs;
    }

    /** Largest size in bytes to which the session may let a file grow. */
    long fileLimit() {
        return fileLimit;
    }

    /** The worker has its copies. */
    void sent() {
        forWorkerOnly.forEach(Descriptor::close);
    }

    /** The session will not start. */
    void abandon() {
        sent();
        inputs.close();
        pumps.forEach(Pump::abandon);
    }

    private void region(String alias, Backing.FileRegion region)
            throws IOException, EngineException.InvalidSpec {
        OpenFile file = region.file();
        try (Descriptor held = file.descriptor().share()) {
            Posix.Stat now = Posix.stat(held.number());
            if (region.offset() + region.length() > now.size()) {
                throw new EngineException.InvalidSpec(
                        "channel "
                                + alias
                                + ": its file of "
                                + now.size()
                                + " bytes ends before the region "
                                + region.offset()
                                + "+"
                                + region.length());
            }
            if (!file.sealed()) {
                inputs.add(alias, held.take(), now);
            }
        }
        file(readOnly(file.descriptor()), region.length(), region.offset());
    }

    private void writableFile(Channel channel, OpenFile file) throws IOException {
        boolean keeps = channel.limits().readable() || channel.type() == ChannelType.APPEND;
        if (!keeps) {
            try (Descriptor held = file.descriptor().share()) {
                Posix.truncate(held.number(), 0);
            }
        }
        long size = keeps ? file.size() : 0;
        long most = size + channel.limits().putBytes();
        fileLimit = Math.max(fileLimit, most < 0 ? Long.MAX_VALUE : most);
        file(file.descriptor(), size, 0);
    }

    /**
     * What a worker may only read, as a descriptor that can only read: its limits are the worker's
     * to keep, and a worker whose guest broke out must not be able to write a caller's file.
     */
    private Descriptor readOnly(Descriptor file) throws IOException {
        try (Descriptor held = file.share()) {
            int access = Posix.fcntl(held.number(), Posix.F_GETFL, 0) & Posix.O_ACCMODE;
            if (access == Posix.O_RDONLY) {
                return file;
            }
            Descriptor reader = Posix.open("/proc/self/fd/" + held.number(), Posix.O_RDONLY, 0);
            forWorkerOnly.add(reader);
            return reader;
        }
    }

    private Descriptor pipeTo(String alias, OutputStream sink) throws IOException {
        Descriptor known = pipes.get(sink);
        if (known != null) {
            return known;
        }
        Descriptor[] ends = Posix.pipe();
        pipes.put(sink, ends[1]);
        pumps.add(Pump.outOf(alias, ends[0], sink));
        return ends[1];
    }

    private void file(Descriptor descriptor, long size, long base) {
        descriptor.number(); // refuses a closed file before anything is sent
        opened.add(new Opened(FILE, descriptors.size(), size, base));
        descriptors.add(descriptor);
    }

    private void stream(Descriptor descriptor) {
        opened.add(new Opened(STREAM, descriptors.size(), 0, 0));
        descriptors.add(descriptor);
        forWorkerOnly.add(descriptor);
    }
}
