package io.zerocloud.sandbox.session;

/**
 * What a guest may do on one channel before it sees EDQUOT (-122). The pair {@code gets, getBytes}
 * makes the channel readable if both are positive, {@code puts, putBytes} makes it writable.
 *
 * @param gets number of read calls, 0 or more
 * @param getBytes bytes read in all, 0 or more
 * @param puts number of write calls, 0 or more
 * @param putBytes bytes written in all, 0 or more
 */
public record ChannelLimits(long gets, long getBytes, long puts, long putBytes) {
    /** More calls or bytes than any session makes; the ABI's numbers are signed 64-bit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    public ChannelLimits {
        requireNotNegative("gets", gets);
        requireNotNegative("getBytes", getBytes);
        requireNotNegative("puts", puts);
        requireNotNegative("putBytes", putBytes);
    }

    /** Any number of reads of at most {@code bytes} in all; no writes. */
    public static ChannelLimits reads(long bytes) {
        return new ChannelLimits(UNLIMITED, bytes, 0, 0);
    }

    /** Any number of writes of at most {@code bytes} in all; no reads. */
    public static ChannelLimits writes(long bytes) {
        return new ChannelLimits(0, 0, UNLIMITED, bytes);
    }

    public boolean readable() {
        return gets > 0 && getBytes > 0;
    }

    public boolean writable() {
        return puts > 0 && putBytes > 0;
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 0 or more");
        }
    }
}
