package io.zerocloud.swift.ring;

import io.zerocloud.swift.ObjectPath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Hashes names as one cluster does: MD5 over the cluster's secret prefix, the path and its secret
 * suffix ({@code [swift-hash]} of swift.conf, {@code swift.common.utils.hash_path}).
 */
public final class PathHasher {
    private final byte[] prefix;
    private final byte[] suffix;

    /**
     * @throws IllegalArgumentException if both are empty: Swift refuses to start then, and hashes
     *     without a secret let clients choose partitions
     */
    public PathHasher(byte[] prefix, byte[] suffix) {
        if (prefix.length == 0 && suffix.length == 0) {
            throw new IllegalArgumentException(
                    "[swift-hash]: one of swift_hash_path_prefix and swift_hash_path_suffix"
                            + " must be set");
        }
        this.prefix = prefix.clone();
        this.suffix = suffix.clone();
    }

    public PathHash account(String account) {
        return hash('/' + account);
    }

    public PathHash container(String account, String container) {
        return hash('/' + account + '/' + container);
    }

    public PathHash object(ObjectPath path) {
        return hash(path.toString());
    }

    private PathHash hash(String path) {
        MessageDigest md5 = md5();
        md5.update(prefix);
        md5.update(path.getBytes(StandardCharsets.UTF_8));
        return new PathHash(HexFormat.of().formatHex(md5.digest(suffix)));
    }

    /** The hash of a number's decimal digits, which starts a ring's search for handoffs. */
    static PathHash md5OfDecimal(int number) {
        byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        return new PathHash(HexFormat.of().formatHex(md5().digest(digits)));
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
