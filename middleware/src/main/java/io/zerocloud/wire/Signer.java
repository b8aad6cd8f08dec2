package io.zerocloud.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Signs requests to agents: {@code v1 EXPIRY NONCE MAC} in one header, where MAC is HMAC-SHA-256
 * over the agent's name, method, target, SHA-256 of the body, expiry and nonce, a line each. What
 * it proves: a holder of the cluster key asked this agent for exactly this, within the last half
 * minute.
 */
public final class Signer {
    /** Carries the signature. */
    public static final String HEADER = "X-Zerocloud-Signature";

    /**
     * Carries the SHA-256 of a body in hex; not sent with an empty one. The signature covers it, so
     * a receiver can judge a request before it reads a byte of the body.
     */
    public static final String BODY_HEADER = "X-Zerocloud-Body";

    /** How long a signature holds; clocks of a cluster may differ by less than this. */
    public static final Duration LIFE = Duration.ofSeconds(30);

    /** Digest of an empty body, and of one whose digest is part of the target. */
    public static final byte[] NO_BODY = new byte[0];

    private final ClusterKey key;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Signer(ClusterKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /** The header's value for one request; good for one use. */
    public String sign(String agent, String method, String target, byte[] body) {
        long expiry = clock.millis() + LIFE.toMillis();
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String nonce = HexFormat.of().formatHex(bytes);
        byte[] mac = key.mac(message(agent, method, target, sha256(body), expiry, nonce));
        return "v1 " + expiry + " " + nonce + " " + HexFormat.of().formatHex(mac);
    }

    static byte[] message(
            String agent, String method, String target, String sha256, long expiry, String nonce) {
        // None of the parts can hold a newline: names are configuration, the rest is hex, digits or
        // an HTTP request line.
        String text =
                String.join(
                        "\n",
                        "zerocloud-v1",
                        agent,
                        method,
                        target,
                        sha256,
                        Long.toString(expiry),
                        nonce);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The value of {@link #BODY_HEADER}. */
    public static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
