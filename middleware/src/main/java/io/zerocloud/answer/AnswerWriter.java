package io.zerocloud.answer;

import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.zerocloud.request.Headers;
import io.zerocloud.stream.BlockingSink;
import io.zerocloud.wire.SessionResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the answer of a finished job: status, headers, and the bodies of its sessions one behind
 * the other, each fetched when its turn comes. Blocks; for a virtual thread.
 */
public final class AnswerWriter {
    /** How long a client may take nothing of its answer. */
    private static final Duration STALL = Duration.ofSeconds(150);

    /** The status that a streamed answer would have had. */
    private static final String HTTP_STATUS = "X-Nexe-Http-Status";

    private final HttpServerRequest request;
    private final Context context;
    private final BlockingSink sink;

    /** Where outputs come from. */
    public interface Outputs {
        /** The session's part of the body, to be closed by the caller. */
        InputStream open(SessionAnswer session) throws IOException;
    }

    public AnswerWriter(HttpServerRequest request, Context context) {
        this.request = request;
        this.context = context;
        this.sink = new BlockingSink(request.response(), context, STALL);
    }

    /**
     * Writes everything.
     *
     * @param extra headers of the service
     * @throws IOException if the client went away, or an output cannot be fetched; the connection
     *     is then cut
     */
    public void write(JobOutcome outcome, Map<String, String> extra, Outputs outputs)
            throws IOException {
        List<SessionAnswer> parts = outcome.parts();
        Optional<Long> announced =
                parts.isEmpty()
                        ? outcome.lead()
                                .flatMap(SessionAnswer::result)
                                .flatMap(SessionResult::body)
                                .flatMap(SessionResult.Body::announced)
                        : Optional.empty();
        boolean head = request.method().name().equals("HEAD");
        // A guest chooses the status. Behind these two no client expects a body (RFC 9110, 6.4.1):
        // what followed would be taken for the answer to the next request.
        boolean none = outcome.status() == 204 || outcome.status() == 304;
        head(
                outcome,
                extra,
                none
                        ? Optional.empty()
                        : Optional.of(
                                Long.toString(
                                        head
                                                ? announced.orElse(outcome.length())
                                                : outcome.length())));
        if (head || none) {
            end();
            return;
        }
        try {
            for (SessionAnswer part : parts) {
                copy(part, outputs);
            }
        } catch (IOException e) {
            cut();
            throw e;
        }
        end();
    }

    /** Writes the JSON report instead of the outputs. */
    public void writeReport(JobOutcome outcome, Map<String, String> extra) throws IOException {
        byte[] json = ReportJson.of(outcome);
        onLoop(
                response -> {
                    response.setStatusCode(outcome.status());
                    extra.forEach(response::putHeader);
                    ReportHeaders.of(outcome, ReportHeaders.Place.HEAD)
                            .forEach(response::putHeader);
                    response.putHeader("Content-Type", Headers.REPORT_TYPE)
                            .putHeader("Content-Length", Integer.toString(json.length));
                });
        sink.write(json, 0, json.length);
        end();
    }

    /**
     * Begins a streamed answer: chunked, the report headers follow as trailers. A client that does
     * not say that it knows those gets a connection that ends with the answer: some (Java's own
     * among them) take what they did not expect for the beginning of the next answer.
     */
    public void beginStream(String contentType, Map<String, String> extra) throws IOException {
        onLoop(
                response -> {
                    response.setStatusCode(200).setChunked(true);
                    extra.forEach(response::putHeader);
                    response.putHeader("Content-Type", contentType)
                            .putHeader(
                                    "Trailer",
                                    String.join(", ", ReportHeaders.NAMES) + ", " + HTTP_STATUS);
                    if (!knowsTrailers()) {
                        response.putHeader("Connection", "close");
                    }
                });
        onLoop(
                response -> {
                    var _ = response.writeHead();
                });
    }

    private boolean knowsTrailers() {
        return request.headers().getAll("TE").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(coding -> coding.strip().equalsIgnoreCase("trailers"));
    }

    /** The sink of a streamed answer's body. */
    public BlockingSink body() {
        return sink;
    }

    /** Ends a streamed answer. */
    public void endStream(JobOutcome outcome) throws IOException {
        onLoop(
                response -> {
                    ReportHeaders.of(outcome, ReportHeaders.Place.TRAILERS)
                            .forEach(response::putTrailer);
                    response.putTrailer(HTTP_STATUS, Integer.toString(outcome.status()));
                });
        sink.flush();
        onLoop(
                response -> {
                    if (!response.ended() && !response.closed()) {
                        response.end()
                                .onComplete(
                                        _ -> {
                                            if (!knowsTrailers()) {
                                                var _ = request.connection().close();
                                            }
                                        });
                    }
                });
    }

    private void head(JobOutcome outcome, Map<String, String> extra, Optional<String> length)
            throws IOException {
        AnswerHead head = AnswerHead.of(outcome, extra);
        onLoop(
                response -> {
                    response.setStatusCode(head.status());
                    if (!head.reason().isEmpty()) {
                        response.setStatusMessage(head.reason());
                    }
                    for (int i = 0; i + 1 < head.headers().size(); i += 2) {
                        response.headers().add(head.headers().get(i), head.headers().get(i + 1));
                    }
                    length.ifPresent(value -> response.putHeader("Content-Length", value));
                });
    }

    /** A session's part of the body, wherever it is. */
    public static InputStream open(SessionAnswer part, Outputs outputs) throws IOException {
        if (!part.message().isEmpty()) {
            return new ByteArrayInputStream(part.message().getBytes(StandardCharsets.UTF_8));
        }
        Optional<byte[]> inline =
                part.result().flatMap(SessionResult::body).flatMap(SessionResult.Body::inline);
        return inline.isPresent() ? new ByteArrayInputStream(inline.get()) : outputs.open(part);
    }

    /** Answers at once with where the result will be. */
    public void writeDeferred(String url, Map<String, String> extra) throws IOException {
        byte[] text = url.getBytes(StandardCharsets.UTF_8);
        onLoop(
                response -> {
                    response.setStatusCode(200);
                    extra.forEach(response::putHeader);
                    // Not HTML as the original said: a name in it is whatever a client chose.
                    response.putHeader("Content-Type", "text/plain; charset=UTF-8")
                            .putHeader("X-Content-Type-Options", "nosniff")
                            .putHeader("Content-Length", Integer.toString(text.length));
                });
        sink.write(text, 0, text.length);
        end();
    }

    /** Answers 200 with headers that say the length, and a body unless it was a HEAD. */
    public void writeStored(Map<String, String> headers, InputStream body) throws IOException {
        onLoop(
                response -> {
                    response.setStatusCode(200);
                    headers.forEach(response::putHeader);
                });
        try {
            if (!request.method().equals(HttpMethod.HEAD)) {
                body.transferTo(sink);
            }
        } catch (IOException e) {
            cut();
            throw e;
        }
        end();
    }

    /** Answers with a status alone. */
    public void writeEmpty(int status) throws IOException {
        onLoop(response -> response.setStatusCode(status));
        end();
    }

    private void copy(SessionAnswer part, Outputs outputs) throws IOException {
        long left = part.length();
        byte[] step = new byte[128 * 1024];
        try (InputStream in = open(part, outputs)) {
            while (left > 0) {
                int n = in.read(step, 0, (int) Math.min(step.length, left));
                if (n < 0) {
                    throw new IOException(
                            "the output of " + part.name() + " ended " + left + " bytes early");
                }
                sink.write(step, 0, n);
                left -= n;
            }
        }
    }

    private void end() throws IOException {
        sink.flush();
        onLoop(
                response -> {
                    if (!response.ended() && !response.closed()) {
                        var _ = response.end();
                    }
                });
    }

    /** Cuts the connection: nobody may take what was sent for the whole. */
    public void cut() {
        context.runOnContext(
                _ -> {
                    var _ = request.connection().close();
                });
    }

    private void onLoop(java.util.function.Consumer<HttpServerResponse> step) throws IOException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        context.runOnContext(
                _ -> {
                    try {
                        step.accept(request.response());
                        done.complete(true);
                    } catch (RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                });
        try {
            done.get(30, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new IOException("the client went away", e);
        }
    }
}
