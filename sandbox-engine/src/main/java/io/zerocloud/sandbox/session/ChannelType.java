package io.zerocloud.sandbox.session;

/**
 * How a guest moves within a channel: ZeroVM's types 0 to 3. The number is the one in a manifest
 * line and in the guest's channel table.
 */
public enum ChannelType {
    /** 0: sequential reads or sequential writes (standard streams, pipes, peers). */
    SEQUENTIAL,
    /** 1: random reads, writes appended at the end. */
    APPEND,
    /** 2: sequential reads, random writes. */
    RANDOM_WRITE,
    /** 3: random reads and writes (files, images, the nvram). */
    RANDOM;

    /** 0 to 3. */
    public int number() {
        return ordinal();
    }

    /**
     * The type of a number.
     *
     * @throws IllegalArgumentException if the number is not 0 to 3
     */
    public static ChannelType of(int number) {
        if (number < 0 || number > 3) {
            throw new IllegalArgumentException("channel type " + number + " is not 0, 1, 2 or 3");
        }
        return values()[number];
    }

    boolean randomReads() {
        return this == APPEND || this == RANDOM;
    }

    boolean randomWrites() {
        return this == RANDOM_WRITE || this == RANDOM;
    }
}
