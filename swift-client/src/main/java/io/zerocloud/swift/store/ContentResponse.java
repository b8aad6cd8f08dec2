package io.zerocloud.swift.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Answers to GET and HEAD: conditions, ranges, whole contents. */
final class ContentResponse {
    private ContentResponse() {}

    /**
     * Answers with a content, which is closed with the answer or before.
     *
     * @param headers of the whole; Content-Type among them
     * @param etag what conditions compare with, without quotes
     */
    static Response of(
            Request request,
            Content content,
            HeaderMap headers,
            String etag,
            long lastModifiedSeconds) {
        Optional<HttpStatus> failing =
                Conditions.failing(request.headers(), etag, lastModifiedSeconds);
        if (failing.isPresent()) {
            content.close();
            return Response.empty(failing.get(), headers);
        }
        if (request.isHead()) {
            content.close();
            if (content.length() >= 0) {
                headers.set("Content-Length", Long.toString(content.length()));
            }
            return Response.empty(HttpStatus.OK, headers);
        }
        Optional<ByteRanges> ranges =
                request.headers().nonEmpty("Range").flatMap(ByteRanges::parse);
        // Of nothing there is no part: like other servers Swift gives the whole, except where bytes
        // are named that are not there.
        if (ranges.isEmpty() || content.length() < 0) {
            return whole(content, headers);
        }
        List<ByteRanges.Span> spans = ranges.get().spans(content.length());
        if (spans.isEmpty()) {
            content.close();
            return Response.of(HttpStatus.RANGE_NOT_SATISFIABLE)
                    .with("Content-Range", "bytes */" + content.length())
                    .with("Accept-Ranges", "bytes")
                    .with("Etag", headers.get("Etag").orElse(etag))
                    .with("Last-Modified", headers.get("Last-Modified").orElse(""))
                    .with("X-Timestamp", headers.get("X-Timestamp").orElse(""));
        }
        if (content.length() == 0) {
            return whole(content, headers);
        }
        return spans.size() == 1
                ? part(content, headers, spans.getFirst())
                : parts(content, headers, spans);
    }

    private static Response whole(Content content, HeaderMap headers) {
        return stream(HttpStatus.OK, headers, content, content.length(), content::writeTo);
    }

    private static Response part(Content content, HeaderMap headers, ByteRanges.Span span) {
        headers.set("Content-Range", span.contentRange(content.length()));
        return stream(
                HttpStatus.PARTIAL_CONTENT,
                headers,
                content,
                span.length(),
                sink -> content.writeTo(sink, span.first(), span.last()));
    }

    private static Response parts(Content content, HeaderMap headers, List<ByteRanges.Span> spans) {
        byte[] random = new byte[16];
        ThreadLocalRandom.current().nextBytes(random);
        String boundary = HexFormat.of().formatHex(random);
        String type = headers.get("Content-Type").orElse("application/octet-stream");
        headers.set("Content-Type", "multipart/byteranges;boundary=" + boundary);
        byte[] end = latin1("--" + boundary + "--");
        List<byte[]> heads =
                spans.stream()
                        .map(
                                span ->
                                        latin1(
                                                "--"
                                                        + boundary
                                                        + "\r\nContent-Type: "
                                                        + type
                                                        + "\r\nContent-Range: "
                                                        + span.contentRange(content.length())
                                                        + "\r\n\r\n"))
                        .toList();
        long length = end.length;
        for (int i = 0; i < spans.size(); i++) {
            length += heads.get(i).length + spans.get(i).length() + 2;
        }
        return stream(
                HttpStatus.PARTIAL_CONTENT,
                headers,
                content,
                length,
                sink -> {
                    for (int i = 0; i < spans.size(); i++) {
                        sink.write(heads.get(i), 0, heads.get(i).length);
                        content.writeTo(sink, spans.get(i).first(), spans.get(i).last());
                        sink.write(latin1("\r\n"), 0, 2);
                    }
                    sink.write(end, 0, end.length);
                });
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private interface Writer {
        void writeTo(Response.Sink sink) throws IOException;
    }

    private static Response stream(
            HttpStatus status, HeaderMap headers, Content content, long length, Writer writer) {
        return new Response(
                status,
                headers,
                new Response.Body.Stream(
                        length,
                        new Response.Producer() {
                            @Override
                            public void writeTo(Response.Sink sink) throws IOException {
                                writer.writeTo(sink);
                            }

                            @Override
                            public void close() {
                                content.close();
                            }
                        }));
    }
}
