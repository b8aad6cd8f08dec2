package io.zerocloud.swift.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Range header (RFC 9110 section 14), with Swift's limits against ranges that only make work
 * (swob.py).
 */
record ByteRanges(List<Spec> specs) {
    private static final int MAX_RANGES = 50;
    private static final int MAX_OVERLAPS = 2;
    private static final int MAX_NOT_ASCENDING = 8;

    /**
     * One range as given.
     *
     * @param first -1 where only the number of last bytes is given
     * @param last inclusive, -1 for up to the end; with {@code first} -1 the number of last bytes
     */
    record Spec(long first, long last) {}

    /** A range of existing bytes, both ends inclusive. */
    record Span(long first, long last) {
        long length() {
            return last - first + 1;
        }

        String contentRange(long total) {
            return "bytes " + first + "-" + last + "/" + total;
        }
    }

    /** Reads a header; nothing where it is malformed, which means that it does not count. */
    static Optional<ByteRanges> parse(String header) {
        if (!header.startsWith("bytes=")) {
            return Optional.empty();
        }
        List<Spec> specs = new ArrayList<>();
        for (String text : header.substring(6).split(",", -1)) {
            Optional<Spec> spec = spec(text.strip());
            if (spec.isEmpty()) {
                return Optional.empty();
            }
            specs.add(spec.get());
        }
        return Optional.of(new ByteRanges(List.copyOf(specs)));
    }

    private static Optional<Spec> spec(String text) {
        if (!text.matches("[0-9]{0,18}\\s*-\\s*[0-9]{0,18}")) {
            return Optional.empty();
        }
        int dash = text.indexOf('-');
        String first = text.substring(0, dash).strip();
        String last = text.substring(dash + 1).strip();
        if (first.isEmpty()) {
            return last.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Spec(-1, Long.parseLong(last)));
        }
        Spec spec = new Spec(Long.parseLong(first), last.isEmpty() ? -1 : Long.parseLong(last));
        return spec.last >= 0 && spec.first > spec.last ? Optional.empty() : Optional.of(spec);
    }

    /**
     * What there is of the ranges in {@code length} bytes; empty if nothing, or more than is
     * allowed.
     */
    List<Span> spans(long length) {
        List<Span> spans = new ArrayList<>();
        for (Spec spec : specs) {
            if (spec.first < 0) {
                if (spec.last > 0) {
                    spans.add(new Span(Math.max(0, length - spec.last), length - 1));
                }
            } else if (spec.first < length) {
                spans.add(
                        new Span(
                                spec.first,
                                spec.last < 0 ? length - 1 : Math.min(spec.last, length - 1)));
            }
        }
        boolean tooMany =
                spans.size() > MAX_RANGES
                        || overlaps(spans) > MAX_OVERLAPS
                        || (spans.size() >= MAX_NOT_ASCENDING && !ascending(spans));
        return tooMany ? List.of() : spans;
    }

    private static int overlaps(List<Span> spans) {
        int overlaps = 0;
        for (int i = 0; i < spans.size(); i++) {
            for (int j = i + 1; j < spans.size(); j++) {
                Span a = spans.get(i);
                Span b = spans.get(j);
                // The same range twice is no overlap to Swift.
                if (!a.equals(b) && a.first <= b.last && b.first <= a.last) {
                    overlaps++;
                }
            }
        }
        return overlaps;
    }

    private static boolean ascending(List<Span> spans) {
        for (int i = 1; i < spans.size(); i++) {
            if (spans.get(i - 1).first > spans.get(i).first) {
                return false;
            }
        }
        return true;
    }
}
