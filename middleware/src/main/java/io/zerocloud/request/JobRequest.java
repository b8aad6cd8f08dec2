package io.zerocloud.request;

import io.vertx.core.MultiMap;
import io.zerocloud.error.JobException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request for a job.
 *
 * @param command what is asked for
 * @param method {@code POST}, or what an app is called with
 * @param target what the URL names
 * @param contentType as sent
 * @param contentLength if declared
 * @param hasBody whether a body may follow
 * @param source {@link Headers#SOURCE}
 * @param timeout {@link Headers#TIMEOUT}
 * @param stream {@link Headers#STREAM}
 * @param report whether the JSON report is wanted
 * @param deferral {@link Headers#DEFERRED}
 * @param jobKey {@link Headers#JOB_KEY}
 * @param etag MD5 that the body must have
 * @param token the caller's
 * @param referer the caller's {@code Referer} or empty
 * @param host the {@code Host} header or empty
 * @param headers all of them, as text, for the guest's environment
 */
public record JobRequest(
        Recognition.Command command,
        String method,
        Target target,
        Optional<String> contentType,
        Optional<Long> contentLength,
        boolean hasBody,
        Optional<String> source,
        Optional<Duration> timeout,
        boolean stream,
        boolean report,
        Deferral deferral,
        Optional<String> jobKey,
        Optional<String> etag,
        Optional<String> token,
        String referer,
        String host,
        Map<String, List<String>> headers) {

    /** Whether the answer may come before the result. */
    public enum Deferral {
        NEVER,
        /** If the job takes longer than a person waits. */
        AUTO,
        ALWAYS
    }

    private static final int LONGEST_KEY = 256;
    private static final String TIMEOUT_RULE =
            "a timeout is a number of seconds above 0 and below 1000000 with at most three decimals, such as 30";

    /**
     * @throws JobException 400 for a header that cannot be understood
     */
    public static JobRequest of(Recognition.Job job, String method, MultiMap headers)
            throws JobException {
        Optional<Long> length =
                header(headers, "Content-Length").map(text -> Long.parseLong(text.strip()));
        boolean chunked = headers.contains("Transfer-Encoding");
        Optional<String> key = header(headers, Headers.JOB_KEY).map(JobRequest::utf8);
        if (key.isPresent() && (key.get().isBlank() || key.get().length() > LONGEST_KEY)) {
            throw JobException.header(
                    Headers.JOB_KEY, key.get(), "a key has 1 to " + LONGEST_KEY + " characters");
        }
        String accept = header(headers, "Accept").orElse("").toLowerCase(Locale.ROOT);
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String name : headers.names()) {
            all.put(name, headers.getAll(name).stream().map(JobRequest::utf8).toList());
        }
        return new JobRequest(
                job.command(),
                method,
                job.target(),
                header(headers, "Content-Type"),
                length,
                chunked || length.orElse(0L) > 0,
                header(headers, Headers.SOURCE),
                timeout(headers),
                flag(headers, Headers.STREAM),
                flag(headers, Headers.REPORT) || accept.contains(Headers.REPORT_TYPE),
                deferral(header(headers, Headers.DEFERRED).orElse("")),
                key,
                header(headers, "Etag").map(text -> text.strip().replace("\"", "")),
                header(headers, Headers.AUTH_TOKEN)
                        .or(() -> header(headers, Headers.STORAGE_TOKEN)),
                header(headers, "Referer").orElse(""),
                header(headers, "Host").orElse(""),
                all);
    }

    /**
     * The request for the next job of a chain: an ordinary job in the same account. Of what the
     * client sent it keeps who he is, the host and the query; a job hands on what else it needs in
     * {@code exec.env}.
     */
    public JobRequest next() {
        String raw =
                "/v1/" + target.account() + (target.query().isEmpty() ? "" : "?" + target.query());
        Map<String, List<String>> kept = new LinkedHashMap<>();
        headers.forEach(
                (name, values) -> {
                    if (name.equalsIgnoreCase("Host") || name.equalsIgnoreCase("Origin")) {
                        kept.put(name, values);
                    }
                });
        return new JobRequest(
                Recognition.Command.JOB,
                "POST",
                new Target(raw, "v1", target.account(), "", "", target.query()),
                Optional.of("application/json"),
                Optional.empty(),
                false,
                Optional.empty(),
                timeout,
                false,
                report,
                Deferral.NEVER,
                Optional.empty(),
                Optional.empty(),
                token,
                referer,
                host,
                kept);
    }

    private static Deferral deferral(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "always" -> Deferral.ALWAYS;
            case "auto" -> Deferral.AUTO;
            default -> Deferral.NEVER;
        };
    }

    /** The values of a header, as text. */
    public List<String> header(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .flatMap(header -> header.getValue().stream())
                .toList();
    }

    private static Optional<String> header(MultiMap headers, String name) {
        return Optional.ofNullable(headers.get(name));
    }

    private static boolean flag(MultiMap headers, String name) throws JobException {
        String text = header(headers, name).orElse("0").strip().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "1", "true", "yes", "on" -> true;
            case "0", "false", "no", "off", "" -> false;
            default -> throw JobException.header(name, text, "it is 1 or 0");
        };
    }

    private static Optional<Duration> timeout(MultiMap headers) throws JobException {
        Optional<String> text = header(headers, Headers.TIMEOUT);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.get().strip().matches("[0-9]{1,6}(\\.[0-9]{1,3})?")) {
            throw JobException.header(Headers.TIMEOUT, text.get(), TIMEOUT_RULE);
        }
        Duration wanted =
                Duration.ofMillis(Math.round(Double.parseDouble(text.get().strip()) * 1000));
        if (wanted.isZero()) {
            throw JobException.header(Headers.TIMEOUT, text.get(), TIMEOUT_RULE);
        }
        return Optional.of(wanted);
    }

    /** Header bytes as text: UTF-8 if they are that, else ISO 8859-1 as they came. */
    static String utf8(String latin1) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (java.nio.charset.CharacterCodingException e) {
            return latin1;
        }
    }

    /** Percent-decodes a header's value once. */
    public static String percentDecoded(String latin1) {
        return Target.decode(latin1).orElse(latin1);
    }
}
