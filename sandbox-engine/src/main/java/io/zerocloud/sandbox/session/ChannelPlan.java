package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The channels of a session in the guest's order, checked against the channel matrix ({@link
 * Backing}), and then opened: descriptors for the worker, pumps for what Java feeds.
 */
final class ChannelPlan {
    private static final List<String> STANDARD =
            List.of(Channel.STDIN, Channel.STDOUT, Channel.STDERR);

    private final List<Channel> channels;

    private ChannelPlan(List<Channel> channels) {
        this.channels = List.copyOf(channels);
    }

    /** Sorts and checks. */
    static ChannelPlan of(List<Channel> channels) throws EngineException.InvalidSpec {
        if (channels.size() > SessionSpec.MAX_CHANNELS) {
            throw new EngineException.InvalidSpec(
                    channels.size() + " channels, at most " + SessionSpec.MAX_CHANNELS);
        }
        Set<String> aliases = new HashSet<>();
        for (Channel channel : channels) {
            if (!aliases.add(channel.alias())) {
                throw new EngineException.InvalidSpec(
                        "channel " + channel.alias() + " appears twice");
            }
            check(channel);
        }
        for (String alias : STANDARD) {
            if (!aliases.contains(alias)) {
                throw new EngineException.InvalidSpec("channel " + alias + " is missing");
            }
        }
        List<Channel> sorted = new ArrayList<>(channels);
        sorted.sort(
                (a, b) -> {
                    int first = STANDARD.indexOf(a.alias());
                    int second = STANDARD.indexOf(b.alias());
                    if (first >= 0 || second >= 0) {
                        return Integer.compare(first < 0 ? 3 : first, second < 0 ? 3 : second);
                    }
                    return Arrays.compareUnsigned(bytes(a.alias()), bytes(b.alias()));
                });
        return new ChannelPlan(sorted);
    }

    List<Channel> channels() {
        return channels;
    }

    private static void check(Channel channel) throws EngineException.InvalidSpec {
        boolean reads = channel.limits().readable();
        boolean writes = channel.limits().writable();
        if (!reads && !writes) {
            throw invalid(channel, "its limits allow neither reading nor writing");
        }
        ChannelType type = channel.type();
        boolean appends = type == ChannelType.SEQUENTIAL || type == ChannelType.APPEND;
        boolean streams = type == ChannelType.SEQUENTIAL || type == ChannelType.RANDOM_WRITE;
        switch (channel.backing()) {
            case Backing.Nothing nothing -> {}
            case Backing.FileRegion region ->
                    require(channel, !writes, "a file region is read-only");
            case Backing.WritableFile writable -> {
                require(
                        channel,
                        writable.file().writable(),
                        "its file was opened for reading only");
                require(channel, writes, "a writable file wants put limits");
                require(
                        channel,
                        !reads || type == ChannelType.APPEND || type == ChannelType.RANDOM,
                        "reading and writing in one channel wants type 1 or 3");
            }
            case Backing.FromStream from ->
                    require(channel, !writes && streams, "a stream is read in types 0 and 2 only");
            case Backing.ToStream to ->
                    require(
                            channel,
                            !reads && appends,
                            "a stream is written in types 0 and 1 only");
            case Backing.LinkEnd link -> {
                if (link.end().writes()) {
                    require(channel, !reads && appends, "a link is written in types 0 and 1 only");
                } else {
                    require(channel, !writes && streams, "a link is read in types 0 and 2 only");
                }
            }
        }
    }

    /** Opens everything. On failure nothing stays open that was opened here. */
    OpenChannels open() throws IOException, EngineException.InvalidSpec {
        OpenChannels open = new OpenChannels();
        try {
            for (Channel channel : channels) {
                open.add(channel);
            }
            return open;
        } catch (IOException | EngineException.InvalidSpec | RuntimeException e) {
            open.abandon();
            throw e;
        }
    }

    private static void require(Channel channel, boolean holds, String rule)
            throws EngineException.InvalidSpec {
        if (!holds) {
            throw invalid(channel, rule);
        }
    }

    private static EngineException.InvalidSpec invalid(Channel channel, String rule) {
        return new EngineException.InvalidSpec(
                "channel "
                        + channel.alias()
                        + " of type "
                        + channel.type().number()
                        + " with "
                        + channel.limits()
                        + ": "
                        + rule);
    }

    private static byte[] bytes(String alias) {
        return alias.getBytes(StandardCharsets.UTF_8);
    }
}
