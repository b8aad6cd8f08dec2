package io.zerocloud.node;

import io.zerocloud.relay.HeaderBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an output whose type is {@code message/http} or {@code message/cgi}. Every byte is a
 * guest's: names and values that could not stand in a header are left out, and so are headers that
 * belong to the connection or to the service.
 *
 * @param status 200 to 599: an interim status would let a guest speak for the connection
 * @param reason as the guest wrote it, or empty
 * @param headers in order, names as written; without {@code Content-Type} and {@code
 *     Content-Length}
 * @param contentType if the guest gave one
 * @param contentLength if the guest gave a valid one; believed only where no body follows
 * @param bodyAt offset of the first byte behind the head
 */
record HttpOutput(
        int status,
        String reason,
        Map<String, String> headers,
        Optional<String> contentType,
        Optional<Long> contentLength,
        int bodyAt) {

    /** Longest head in bytes. */
    static final int MAX_HEAD = 64 * 1024;

    private static final int MAX_HEADERS = 200;
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[0-9] +([0-9]{3})(?: +(.*?))?[ \\t]*");
    private static final Pattern CGI_STATUS = Pattern.compile("([0-9]{3})(?:[ \\t]+(.*))?");

    /** Headers of the connection, and those that only the service may set. */
    private static final Set<String> DROPPED =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "proxy-authenticate",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "etag",
                    "mtime",
                    "status",
                    "date",
                    "x-trans-id",
                    "x-openstack-request-id",
                    "x-timestamp");

    /** Whether a channel's type asks for parsing; parameters are allowed. */
    static boolean isHttp(String contentType) {
        String bare = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return bare.equals("message/http") || bare.equals("message/cgi");
    }

    /**
     * Parses the beginning of an output.
     *
     * @param head at least {@link #MAX_HEAD} bytes, or all there is
     * @return empty if it is no such message; the whole is then a body of the channel's own type
     */
    static Optional<HttpOutput> parse(String contentType, byte[] head) {
        boolean cgi = contentType.split(";", 2)[0].strip().equalsIgnoreCase("message/cgi");
        Lines lines = new Lines(head);
        int status = 200;
        String reason = "";
        if (!cgi) {
            Optional<String> first = lines.next();
            Matcher line = STATUS_LINE.matcher(first.orElse(""));
            if (!line.matches()) {
                return Optional.empty();
            }
            status = Integer.parseInt(line.group(1));
            reason = line.group(2) == null ? "" : line.group(2);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        List<String[]> found = new ArrayList<>();
        while (true) {
            Optional<String> line = lines.next();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            if (line.get().isEmpty()) {
                break;
            }
            int colon = line.get().indexOf(':');
            if (colon > 0 && found.size() < MAX_HEADERS) {
                found.add(
                        new String[] {
                            line.get().substring(0, colon).strip(),
                            line.get().substring(colon + 1).strip()
                        });
            }
        }
        Optional<String> type = Optional.empty();
        Optional<Long> length = Optional.empty();
        for (String[] header : found) {
            String name = header[0];
            String value = header[1];
            String lower = name.toLowerCase(Locale.ROOT);
            if (!HeaderBytes.isName(name) || !HeaderBytes.isValue(value)) {
                continue;
            }
            if (lower.equals("content-type")) {
                type = Optional.of(value);
            } else if (lower.equals("content-length")) {
                length = value.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(value)) : length;
            } else if (cgi && lower.equals("status") && CGI_STATUS.matcher(value).matches()) {
                Matcher code = CGI_STATUS.matcher(value);
                if (code.matches()) {
                    status = Integer.parseInt(code.group(1));
                    reason = code.group(2) == null ? "" : code.group(2);
                }
            } else if (!DROPPED.contains(lower) && !lower.startsWith("x-nexe-")) {
                headers.merge(name, value, (before, more) -> before + ", " + more);
            }
        }
        if (status < 200 || status > 599 || !HeaderBytes.isValue(reason)) {
            return Optional.empty();
        }
        return Optional.of(new HttpOutput(status, reason, headers, type, length, lines.position()));
    }

    /** {@code X-Object-Meta-*} headers, which a stored output keeps. */
    Map<String, String> objectMeta() {
        Map<String, String> meta = new LinkedHashMap<>();
        headers.forEach(
                (name, value) -> {
                    if (name.toLowerCase(Locale.ROOT).startsWith("x-object-meta-")) {
                        meta.put(name, value);
                    }
                });
        return meta;
    }

    /** Lines that end with LF or CRLF, of bytes as ISO 8859-1. */
    private static final class Lines {
        private final byte[] bytes;
        private int position;

        Lines(byte[] bytes) {
            this.bytes = bytes;
        }

        int position() {
            return position;
        }

        Optional<String> next() {
            for (int i = position; i < bytes.length && i < MAX_HEAD; i++) {
                if (bytes[i] == '\n') {
                    int end = i > position && bytes[i - 1] == '\r' ? i - 1 : i;
                    String line =
                            new String(
                                    bytes, position, end - position, StandardCharsets.ISO_8859_1);
                    position = i + 1;
                    return Optional.of(line);
                }
            }
            return Optional.empty();
        }
    }
}
