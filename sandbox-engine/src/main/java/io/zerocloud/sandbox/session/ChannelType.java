package io.zerocloud.sandbox.session;

/**
 * How a guest moves within a channel: ZeroVM's types 0 to 3. The number is the one in a manifest
 * line and in the guest's channel table.
 */
public enum ChannelType {
    /** 0: sequential reads or sequential writes (standard streams, pipes, peers). */
    SEQUENTIAL(0),
    /** 1: random reads, writes appended at the end. */
    APPEND(1),
    /** 2: sequential reads, random writes. */
    RANDOM_WRITE(2),
    /** 3: random reads and writes (files, images, the nvram). */
    RANDOM(3);

    private final int number;

    ChannelType(int number) {
        this.number = number;
    }

    /** 0 to 3. */
    public int number() {
        return number;
    }

    /**
     * The type of a number.
     *
     * @throws IllegalArgumentException if the number is not 0 to 3
     */
    public static ChannelType of(int number) {
        return switch (number) {
            case 0 -> SEQUENTIAL;
            case 1 -> APPEND;
            case 2 -> RANDOM_WRITE;
            case 3 -> RANDOM;
            default ->
                    throw new IllegalArgumentException(
                            "channel type " + number + " is not 0, 1, 2 or 3");
        };
    }
}
