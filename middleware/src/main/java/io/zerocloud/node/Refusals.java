package io.zerocloud.node;

import io.zerocloud.wire.SignatureCheck;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs refused requests: one line every few seconds, whatever strangers send, with nothing of
 * theirs in it but an address.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long EVERY_NANOS = 5_000_000_000L;

    private final String agent;
    private final AtomicLong untold = new AtomicLong();
    private final AtomicLong told = new AtomicLong(System.nanoTime() - EVERY_NANOS);

    Refusals(String agent) {
        this.agent = agent;
    }

    void log(String from, SignatureCheck.Verdict verdict) {
        long count = untold.incrementAndGet();
        long last = told.get();
        long now = System.nanoTime();
        if (now - last >= EVERY_NANOS && told.compareAndSet(last, now)) {
            untold.addAndGet(-count);
            LOG.warn(
                    "Agent {} refused {} request(s), the last from {}: signature {}",
                    agent,
                    count,
                    from,
                    verdict);
        }
    }
}
