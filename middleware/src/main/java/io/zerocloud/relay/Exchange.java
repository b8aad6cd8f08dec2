package io.zerocloud.relay;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.stream.ClientConnections;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One request on its way to Swift and back. Lives on one event loop. */
final class Exchange {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final Upstream upstream;
    private final HttpServerRequest request;
    private final String uri;
    private final HttpServerResponse response;
    private final boolean hasBody;
    private @Nullable HttpClientRequest sent;
    private boolean answered;
    private boolean over;
    private boolean retried;

    /**
     * @param uri what Swift is asked for, raw
     */
    Exchange(
            Vertx vertx,
            HttpClientAgent client,
            Upstream upstream,
            HttpServerRequest request,
            String uri) {
        this.vertx = vertx;
        this.client = client;
        this.upstream = upstream;
        this.request = request;
        this.uri = uri;
        this.response = request.response();
        MultiMap headers = request.headers();
        this.hasBody = headers.contains("Transfer-Encoding") || length(headers) > 0;
    }

    void start() {
        request.pause();
        response.closeHandler(_ -> abort());
        response.exceptionHandler(_ -> abort());
        connect();
    }

    private void connect() {
        RequestOptions options =
                new RequestOptions()
                        .setHost(upstream.host())
                        .setPort(upstream.port())
                        .setSsl(upstream.tls())
                        .setMethod(request.method())
                        .setURI(ascii(uri));
        Future<HttpClientRequest> request;
        try {
            request = client.request(options);
        } catch (IllegalStateException e) {
            // The proxy is stopping: its clients are closed before its connections.
            request = Future.failedFuture(e);
        }
        request.onSuccess(this::send).onFailure(this::unreachable);
    }

    private void send(HttpClientRequest out) {
        sent = out;
        if (over) {
            var _ = out.reset();
            return;
        }
        // What breaks is told by the answer's future as well; without a reader here it would fill
        // the log.
        out.exceptionHandler(_ -> {});
        HopHeaders.copy(request.headers(), out.headers());
        String address = request.remoteAddress().hostAddress();
        String before = request.headers().get(FORWARDED_FOR);
        out.putHeader(FORWARDED_FOR, before == null ? address : before + ", " + address);
        out.response().onSuccess(this::answer).onFailure(this::unreachable);
        if (!hasBody) {
            request.resume();
            var _ = out.end();
            return;
        }
        if (!out.headers().contains("Content-Length")) {
            out.setChunked(true);
        }
        if (expectsContinue()) {
            // Swift decides whether the body may come; without its word the client keeps waiting,
            // or
            // gets Swift's refusal with no body sent.
            out.continueHandler(
                    _ -> {
                        if (!over && !answered) {
                            var _ = response.writeContinue();
                            body(out);
                        }
                    });
            var _ = out.writeHead();
        } else {
            body(out);
        }
    }

    private void body(HttpClientRequest out) {
        Body.carry(request, out)
                .compose(_ -> out.end())
                .onFailure(
                        _ -> {
                            // Swift may have answered early and closed; only a cut from the
                            // client's
                            // side ends the exchange here.
                            if (!answered) {
                                var _ = out.reset();
                            }
                        });
    }

    private void answer(HttpClientResponse in) {
        answered = true;
        if (over) {
            var _ = in.request().reset();
            return;
        }
        response.setStatusCode(in.statusCode());
        response.setStatusMessage(in.statusMessage());
        HopHeaders.copy(in.headers(), response.headers());
        if (hasBody && !request.isEnded()) {
            // The rest of the request's body has no reader; the next request cannot be found behind
            // it.
            response.putHeader("Connection", "close");
        }
        if (ClientConnections.isSpoiledBy(in)) {
            over = true;
            var _ = in.request().connection().close();
            var _ = response.end();
            return;
        }
        if (bodiless(in)) {
            in.endHandler(
                    _ -> {
                        over = true;
                        var _ = response.end().onComplete(_ -> closeIfUnread());
                    });
            in.exceptionHandler(_ -> cutClient());
            return;
        }
        boolean sized = in.headers().contains("Content-Length");
        if (!sized && request.version() != HttpVersion.HTTP_1_0) {
            response.setChunked(true);
        }
        Body.carry(in, response)
                .onSuccess(
                        _ -> {
                            over = true;
                            if (!sized) {
                                response.trailers().addAll(in.trailers());
                            }
                            var _ = response.end().onComplete(_ -> closeIfUnread());
                        })
                .onFailure(_ -> cutClient());
    }

    /** A {@code Content-Length} that was announced but not delivered must not look complete. */
    private void cutClient() {
        if (!over) {
            over = true;
            var _ = request.connection().close();
            HttpClientRequest out = sent;
            if (out != null) {
                var _ = out.reset();
            }
        }
    }

    private void closeIfUnread() {
        if (hasBody && !request.isEnded()) {
            Linger.close(vertx, request);
        } else if (request.version() == HttpVersion.HTTP_1_0
                && !response.headers().contains("Content-Length")) {
            var _ = request.connection().close();
        }
    }

    private boolean bodiless(HttpClientResponse in) {
        int status = in.statusCode();
        return request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    private boolean expectsContinue() {
        String expect = request.headers().get("Expect");
        return expect != null && expect.equalsIgnoreCase("100-continue");
    }

    private void abort() {
        if (!over) {
            over = true;
            HttpClientRequest out = sent;
            if (out != null) {
                var _ = out.reset();
            }
        }
    }

    private void unreachable(Throwable cause) {
        if (over || answered) {
            return;
        }
        HttpMethod method = request.method();
        if (sent != null
                && !retried
                && !hasBody
                && !(cause instanceof TimeoutException)
                && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))) {
            // A kept connection that Swift closed just as we used it: the request was not
            // processed, or
            // may be repeated without harm.
            retried = true;
            connect();
            return;
        }
        over = true;
        ErrorCode error =
                cause instanceof TimeoutException
                        ? ErrorCode.SWIFT_TIMEOUT
                        : ErrorCode.SWIFT_UNREACHABLE;
        if (response.headWritten() || response.closed()) {
            var _ = request.connection().close();
            return;
        }
        response.setStatusCode(error.status())
                .putHeader("Content-Type", "text/plain; charset=UTF-8")
                .putHeader("Retry-After", "5");
        if (hasBody && !request.isEnded()) {
            response.putHeader("Connection", "close");
        }
        var _ = response.end(error.text() + "\n").onComplete(_ -> closeIfUnread());
    }

    private static long length(MultiMap headers) {
        String text = headers.get("Content-Length");
        try {
            return text == null ? 0 : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * Raw bytes above ASCII are not allowed in a target and would be re-encoded on the way out;
     * their percent form names the same resource.
     */
    private static String ascii(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) > 0x7e) {
                StringBuilder out = new StringBuilder(target.length() + 32);
                for (int k = 0; k < target.length(); k++) {
                    char c = target.charAt(k);
                    if (c > 0x7e) {
                        out.append('%').append(String.format("%02X", (int) c & 0xff));
                    } else {
                        out.append(c);
                    }
                }
                return out.toString();
            }
        }
        return target;
    }
}
