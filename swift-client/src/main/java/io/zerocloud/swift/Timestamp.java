package io.zerocloud.swift;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Swift's time: ten-microsecond ticks since 1970 and an offset that orders rewrites of one moment
 * ({@code swift.common.utils.Timestamp}).
 *
 * @param ticks units of 10 µs, 0 to 999999999999999
 * @param offset 0 to 2^60 - 1; 0 in everything that a client request makes
 */
public record Timestamp(long ticks, long offset) implements Comparable<Timestamp> {
    private static final long TICKS_PER_SECOND = 100_000;
    private static final long MAX_TICKS = 10_000_000_000L * TICKS_PER_SECOND - 1;
    private static final long MAX_OFFSET = (1L << 60) - 1;
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,10}(?:\\.[0-9]{1,12})?)(?:_([0-9a-fA-F]{1,16}))?");

    public Timestamp {
        if (ticks < 0 || ticks > MAX_TICKS) {
            throw new IllegalArgumentException(
                    "timestamp: " + ticks + " ticks are not between 0 and " + MAX_TICKS);
        }
        if (offset < 0 || offset > MAX_OFFSET) {
            throw new IllegalArgumentException("timestamp: offset " + offset + " is out of range");
        }
    }

    public static Timestamp of(Instant time) {
        return new Timestamp(
                Math.addExact(
                        Math.multiplyExact(time.getEpochSecond(), TICKS_PER_SECOND),
                        time.getNano() / 10_000),
                0);
    }

    /**
     * Reads {@code 1402464677.04188} or {@code 1402464677.04188_0000000000000001}; empty if it is
     * neither.
     */
    public static Optional<Timestamp> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long ticks =
                new BigDecimal(matcher.group(1))
                        .movePointRight(5)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .longValueExact();
        String hex = matcher.group(2);
        long offset = hex == null ? 0 : Long.parseUnsignedLong(hex, 16);
        if (ticks > MAX_TICKS || offset < 0 || offset > MAX_OFFSET) {
            return Optional.empty();
        }
        return Optional.of(new Timestamp(ticks, offset));
    }

    /** Ten digits, a dot, five digits: what clients see as X-Timestamp. */
    public String normal() {
        return String.format("%010d.%05d", ticks / TICKS_PER_SECOND, ticks % TICKS_PER_SECOND);
    }

    /** {@link #normal()} with the offset if there is one: what file names and metadata carry. */
    public String internal() {
        return offset == 0 ? normal() : normal() + String.format("_%016x", offset);
    }

    public Instant instant() {
        return Instant.ofEpochSecond(ticks / TICKS_PER_SECOND, ticks % TICKS_PER_SECOND * 10_000);
    }

    /** The moment in whole seconds, rounded up: what Swift shows as Last-Modified. */
    public long ceilSeconds() {
        return Math.ceilDiv(ticks, TICKS_PER_SECOND);
    }

    @Override
    public int compareTo(Timestamp other) {
        int byTicks = Long.compare(ticks, other.ticks);
        return byTicks != 0 ? byTicks : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return internal();
    }
}
