package io.zerocloud.relay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Ends a connection whose request body was not wanted. Closing with bytes unread makes the kernel
 * send a reset that can overtake the answer, so what still comes is read and dropped for a short
 * while first.
 */
public final class Linger {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long MAX_BYTES = 8L << 20;

    private Linger() {}

    /** Closes the connection once the body has ended, too much of it came, or patience is over. */
    public static void close(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            var _ = request.connection().close();
            return;
        }
        long timer =
                vertx.setTimer(
                        PATIENCE.toMillis(),
                        _ -> {
                            var _ = request.connection().close();
                        });
        long[] seen = {0};
        Runnable close =
                () -> {
                    vertx.cancelTimer(timer);
                    var _ = request.connection().close();
                };
        request.exceptionHandler(_ -> close.run());
        request.handler(
                bytes -> {
                    seen[0] += bytes.length();
                    if (seen[0] > MAX_BYTES) {
                        close.run();
                    }
                });
        request.endHandler(_ -> close.run());
        request.resume();
    }
}
