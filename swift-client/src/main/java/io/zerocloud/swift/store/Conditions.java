package io.zerocloud.swift.store;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** If-Match and its kin, in the order in which Swift looks at them (swob.py). */
final class Conditions {
    private static final List<DateTimeFormatter> DATES =
            List.of(
                    DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss zzz", Locale.ROOT),
                    DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss zzz", Locale.ROOT),
                    DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT));

    private Conditions() {}

    /** 304 or 412 where a condition of the request fails for what has this ETag and time. */
    static Optional<HttpStatus> failing(HeaderMap headers, String etag, long lastModifiedSeconds) {
        Optional<String> noneMatch = headers.nonEmpty("If-None-Match");
        if (noneMatch.isPresent() && matches(noneMatch.get(), etag)) {
            return Optional.of(HttpStatus.NOT_MODIFIED);
        }
        Optional<String> match = headers.nonEmpty("If-Match");
        if (match.isPresent() && !matches(match.get(), etag)) {
            return Optional.of(HttpStatus.PRECONDITION_FAILED);
        }
        Optional<Long> since = headers.get("If-Modified-Since").flatMap(Conditions::seconds);
        if (since.isPresent() && lastModifiedSeconds <= since.get()) {
            return Optional.of(HttpStatus.NOT_MODIFIED);
        }
        Optional<Long> until = headers.get("If-Unmodified-Since").flatMap(Conditions::seconds);
        if (until.isPresent() && lastModifiedSeconds > until.get()) {
            return Optional.of(HttpStatus.PRECONDITION_FAILED);
        }
        return Optional.empty();
    }

    /** Whether a request insists that there be something. */
    static boolean requiresExistence(HeaderMap headers) {
        return headers.get("If-Match").filter(tags -> tags.contains("*")).isPresent();
    }

    private static boolean matches(String tags, String etag) {
        return Arrays.stream(tags.split(","))
                .map(tag -> unquote(tag.strip()))
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }

    /** An ETag without the quotes that clients may or may not put around it. */
    static String unquote(String tag) {
        return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")
                ? tag.substring(1, tag.length() - 1)
                : tag;
    }

    private static Optional<Long> seconds(String date) {
        for (DateTimeFormatter format : DATES) {
            try {
                return Optional.of(
                        LocalDateTime.parse(date.strip(), format).toEpochSecond(ZoneOffset.UTC));
            } catch (DateTimeException e) {
                // The next form; a date in none of them does not count.
            }
        }
        return Optional.empty();
    }
}
