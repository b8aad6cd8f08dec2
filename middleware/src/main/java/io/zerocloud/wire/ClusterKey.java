package io.zerocloud.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that the proxies and agents of one cluster share. Never printed. */
public final class ClusterKey {
    /** Fewer could be guessed off line from one signature. */
    private static final int LEAST_BYTES = 16;

    private final SecretKeySpec key;

    private ClusterKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** A new random key, for a cluster that lives in one process. */
    public static ClusterKey random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new ClusterKey(bytes);
    }

    /**
     * A key from configuration.
     *
     * @throws IllegalArgumentException if it is shorter than 32 hex digits or not hexadecimal
     */
    public static ClusterKey ofHex(String hex) {
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(hex.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cluster key: not hexadecimal", e);
        }
        if (bytes.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "cluster key: has "
                            + bytes.length * 2
                            + " hex digits, needs at least "
                            + LEAST_BYTES * 2);
        }
        return new ClusterKey(bytes);
    }

    /** A key from a file of hexadecimal text. */
    public static ClusterKey read(Path file) throws IOException {
        return ofHex(Files.readString(file));
    }

    byte[] mac(byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(message);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "ClusterKey[secret]";
    }
}
