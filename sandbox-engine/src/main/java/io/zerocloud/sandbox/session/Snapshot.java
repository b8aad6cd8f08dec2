package io.zerocloud.sandbox.session;

import java.util.List;

/**
 * A template's sealed memory file and what it fits.
 *
 * @param channels alias and type of each channel, in the guest's order
 * @param released run once, when it is closed
 */
record Snapshot(
        Descriptor file,
        long bytes,
        String program,
        long memoryBytes,
        List<String> channels,
        Runnable released)
        implements Template {
    Snapshot {
        channels = List.copyOf(channels);
    }

    static List<String> shape(List<Channel> channels) {
        return channels.stream().map(c -> c.type().number() + " " + c.alias()).toList();
    }

    /** Names the first difference. */
    void requireFits(String sha256, long memory, List<Channel> others)
            throws EngineException.InvalidSpec {
        if (!program.equals(sha256)) {
            throw new EngineException.InvalidSpec(
                    "the template was taken from another program, " + program);
        }
        if (memoryBytes != memory) {
            throw new EngineException.InvalidSpec(
                    "the template was taken with "
                            + memoryBytes
                            + " bytes of memory, not "
                            + memory);
        }
        if (!channels.equals(shape(others))) {
            throw new EngineException.InvalidSpec(
                    "the template was taken with the channels "
                            + channels
                            + ", not "
                            + shape(others));
        }
    }

    @Override
    public void close() {
        if (file.closeOnce()) {
            released.run();
        }
    }
}
