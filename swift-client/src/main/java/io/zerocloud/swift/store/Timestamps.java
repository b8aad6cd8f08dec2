package io.zerocloud.swift.store;

import io.zerocloud.swift.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Swift's time: ticks of 10 µs since 1970, written as ten digits of seconds, a dot and five digits.
 *
 * <p>The clock never gives a tick twice and never goes back, not even over a restart (it starts
 * after the newest tick that the store has used): the newest file wins on disk, so order is all
 * that matters.
 */
final class Timestamps {
    static final long TICKS_PER_SECOND = 100_000;

    private static final DateTimeFormatter HTTP =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final AtomicLong last;

    /** A clock whose first tick is after {@code newest}. */
    Timestamps(long newest) {
        last = new AtomicLong(newest);
    }

    long next() {
        long now = now();
        return last.updateAndGet(previous -> Math.max(previous + 1, now));
    }

    /** The next tick that is also after {@code ticks}. */
    long nextAfter(long ticks) {
        long now = now();
        return last.updateAndGet(previous -> Math.max(Math.max(previous, ticks) + 1, now));
    }

    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * TICKS_PER_SECOND + now.getNano() / 10_000;
    }

    static long nowSeconds() {
        return Instant.now().getEpochSecond();
    }

    /** {@code 1764023163.04217}. */
    static String format(long ticks) {
        return new Timestamp(ticks, 0).normal();
    }

    /**
     * Last-Modified in whole seconds: rounded up, as Swift does, so that it is never before the
     * change.
     */
    static long roundedUpSeconds(long ticks) {
        return Math.ceilDiv(ticks, TICKS_PER_SECOND);
    }

    /** An HTTP date. */
    static String httpDate(long seconds) {
        return HTTP.format(Instant.ofEpochSecond(seconds));
    }

    /** {@code 2026-01-01T00:00:00.123450}, as listings give times. */
    static String iso(long ticks) {
        return ISO.format(
                Instant.ofEpochSecond(ticks / TICKS_PER_SECOND, ticks % TICKS_PER_SECOND * 10_000));
    }
}
