package io.zerocloud.authority;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * On whose behalf Swift is asked.
 *
 * @param token empty for an anonymous caller; never logged, never shown to a guest
 * @param referer the request's {@code Referer}, which container ACLs may look at; may be empty
 * @param transaction the client's {@code X-Trans-Id} or ours, so that Swift's log lines can be
 *     found
 */
public record Caller(Optional<String> token, String referer, String transaction) {

    /**
     * The headers that a request of this caller carries; nothing else of a client's request travels
     * on.
     */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        token.ifPresent(value -> headers.put("X-Auth-Token", value));
        if (!referer.isEmpty()) {
            headers.put("Referer", referer);
        }
        headers.put("X-Trans-Id-Extra", transaction);
        return headers;
    }

    /** Tells callers apart without keeping their tokens. */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(token.orElse("").getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(referer.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Caller[" + transaction + (token.isPresent() ? "" : ", anonymous") + "]";
    }
}
