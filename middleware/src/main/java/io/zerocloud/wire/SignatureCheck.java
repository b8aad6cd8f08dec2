package io.zerocloud.wire;

import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The agent's side of {@link Signer}. A nonce is remembered until its signature has expired, so a
 * recorded request cannot be sent twice; only nonces of valid signatures are remembered, so
 * strangers cannot fill the memory. What was signed before this object was made is refused: its
 * predecessor may have seen it.
 */
public final class SignatureCheck {
    private static final Pattern FORM =
            Pattern.compile("v1 ([0-9]{1,15}) ([0-9a-f]{32}) ([0-9a-f]{64})");

    /** What is wrong with a request; the caller is told no more than that it is refused. */
    public enum Verdict {
        GOOD,
        MALFORMED,
        EXPIRED,
        FORGED,
        REPLAYED,
        /** More good requests within a minute than are remembered. */
        TOO_MANY
    }

    /** Nonces remembered at once, about 150 bytes each; a proxy uses a few for each session. */
    static final int MOST = 500_000;

    private final ClusterKey key;
    private final String agent;
    private final Clock clock;
    private final long born;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private volatile long swept;

    /**
     * @param agent this agent's name: a request signed for another is refused
     */
    public SignatureCheck(ClusterKey key, String agent, Clock clock) {
        this.key = key;
        this.agent = agent;
        this.clock = clock;
        this.born = clock.millis();
    }

    /**
     * Judges a request whose body was read; see {@link #check(String, String, String, String)}.
     *
     * @param body the whole body, or {@link Signer#NO_BODY}
     */
    public Verdict check(String header, String method, String target, byte[] body) {
        return check(header, method, target, Signer.sha256(body));
    }

    /**
     * Judges a request and, if it is good, uses its signature up.
     *
     * @param header the value of {@link Signer#HEADER}, or empty
     * @param target raw request target
     * @param sha256 what the body must hash to, as {@link Signer#BODY_HEADER} says; the caller
     *     compares it with the body before using that
     */
    public Verdict check(String header, String method, String target, String sha256) {
        Matcher form = FORM.matcher(header);
        if (!form.matches()) {
            return Verdict.MALFORMED;
        }
        long expiry = Long.parseLong(form.group(1));
        long now = clock.millis();
        // Too far ahead would have to be remembered too long.
        if (expiry < now
                || expiry > now + 2 * Signer.LIFE.toMillis()
                || expiry - Signer.LIFE.toMillis() < born) {
            return Verdict.EXPIRED;
        }
        String nonce = form.group(2);
        byte[] wanted = key.mac(Signer.message(agent, method, target, sha256, expiry, nonce));
        if (!MessageDigest.isEqual(wanted, HexFormat.of().parseHex(form.group(3)))) {
            return Verdict.FORGED;
        }
        sweep(now);
        if (seen.size() >= MOST) {
            return Verdict.TOO_MANY;
        }
        return seen.putIfAbsent(nonce, expiry) == null ? Verdict.GOOD : Verdict.REPLAYED;
    }

    private void sweep(long now) {
        if (now - swept > Signer.LIFE.toMillis()) {
            swept = now;
            seen.values().removeIf(expiry -> expiry < now);
        }
    }
}
