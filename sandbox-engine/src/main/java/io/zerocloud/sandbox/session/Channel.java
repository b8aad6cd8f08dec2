package io.zerocloud.sandbox.session;

import java.nio.charset.StandardCharsets;

/**
 * One channel of a session.
 *
 * @param alias the guest's name for it, such as {@code /dev/stdin}; 1 to 255 bytes of UTF-8 without
 *     control characters
 * @param type how the guest moves within it
 * @param limits what it may do there; decides the direction
 * @param backing what stands behind it
 * @param digest digest over its bytes for the report
 * @param network whether the report's accounting counts it as network rather than as local
 */
public record Channel(
        String alias,
        ChannelType type,
        ChannelLimits limits,
        Backing backing,
        DigestAlgorithm digest,
        boolean network) {
    public static final String STDIN = "/dev/stdin";
    public static final String STDOUT = "/dev/stdout";
    public static final String STDERR = "/dev/stderr";
    public static final String NVRAM = "/dev/nvram";

    /** Longest alias in bytes of UTF-8. */
    public static final int MAX_ALIAS_BYTES = 255;

    public Channel {
        int length = alias.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_ALIAS_BYTES) {
            throw new IllegalArgumentException(
                    "channel alias of " + length + " bytes, must be 1 to " + MAX_ALIAS_BYTES);
        }
        if (alias.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "channel alias contains a control character: "
                            + alias.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    /** A channel without digest that counts as local. */
    public Channel(String alias, ChannelType type, ChannelLimits limits, Backing backing) {
        this(alias, type, limits, backing, DigestAlgorithm.NONE, false);
    }

    /** This channel with a digest. */
    public Channel withDigest(DigestAlgorithm algorithm) {
        return new Channel(alias, type, limits, backing, algorithm, network);
    }

    /** This channel, counted as network in the accounting. */
    public Channel asNetwork() {
        return new Channel(alias, type, limits, backing, digest, true);
    }
}
