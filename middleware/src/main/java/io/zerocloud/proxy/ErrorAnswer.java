package io.zerocloud.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.zerocloud.error.JobException;
import io.zerocloud.relay.Linger;

/**
 * The one place that writes refusals. Plain text, never HTML: the text may quote what a client
 * sent.
 */
public final class ErrorAnswer {
    private ErrorAnswer() {}

    /** Answers a request whose head was not written yet; otherwise cuts the connection. */
    public static void send(Vertx vertx, HttpServerRequest request, JobException error) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (response.headWritten()) {
            var _ = request.connection().close();
            return;
        }
        boolean unread = !request.isEnded();
        response.setStatusCode(error.status());
        error.headers().forEach(response::putHeader);
        response.putHeader("Content-Type", "text/plain; charset=UTF-8")
                .putHeader("X-Content-Type-Options", "nosniff");
        if (unread) {
            response.putHeader("Connection", "close");
        }
        var _ =
                response.end(request.method().name().equals("HEAD") ? "" : error.message())
                        .onComplete(
                                _ -> {
                                    if (unread) {
                                        Linger.close(vertx, request);
                                    }
                                });
    }
}
