package io.zerocloud.relay;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import io.zerocloud.stream.Brake;
import io.zerocloud.stream.ReadBuffers;

/**
 * Carries a body from one side to the other: under back-pressure, and in the memory that it was
 * read into. Both sides live on one event loop.
 */
final class Body {
    private Body() {}

    /**
     * Starts, and completes when the source has ended; fails when either side breaks. Ends neither.
     */
    static Future<Void> carry(ReadStream<Buffer> from, WriteStream<Buffer> to) {
        Brake brake = Brake.of(from);
        Promise<Void> over = Promise.promise();
        from.exceptionHandler(
                cause -> {
                    brake.end();
                    over.tryFail(cause);
                });
        from.endHandler(
                _ -> {
                    brake.end();
                    over.tryComplete();
                });
        from.handler(
                bytes -> {
                    to.write(bytes)
                            .onComplete(
                                    written -> {
                                        ReadBuffers.release(bytes);
                                        if (written.failed()) {
                                            // What still comes has no reader, but its end must be
                                            // seen.
                                            over.tryFail(written.cause());
                                            brake.release();
                                        }
                                    });
                    if (to.writeQueueFull() && !over.future().isComplete()) {
                        brake.hold();
                        to.drainHandler(_ -> brake.release());
                    }
                });
        from.resume();
        return over.future()
                .onComplete(
                        _ -> {
                            from.handler(null);
                            from.exceptionHandler(null);
                            from.endHandler(null);
                        });
    }
}
