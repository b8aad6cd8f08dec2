package io.zerocloud.swift.client;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * An object on its way to us.
 *
 * @param info what the answer's head says
 * @param range the bytes that come: from {@code first}, {@code length} of them if known
 * @param body paused; a connection that breaks or stalls is taken up again with If-Match where the
 *     break was, so a reader may be slow (Swift drops one that does not read for a minute)
 */
public record Download(ObjectInfo info, Extent range, ReadStream<Buffer> body, Runnable canceller) {
    /**
     * Part of an object.
     *
     * @param first its offset in the object
     * @param length -1 if Swift did not say
     */
    public record Extent(long first, long length) {}

    /** Gives the rest up and the connection back. To be called unless the body came to its end. */
    public void cancel() {
        canceller.run();
    }

    /**
     * The whole of a small body.
     *
     * @param limit bytes; more fails with {@link SwiftException}
     */
    public Future<Buffer> bytes(int limit) {
        io.vertx.core.Promise<Buffer> promise = io.vertx.core.Promise.promise();
        Buffer all = Buffer.buffer();
        body.exceptionHandler(promise::tryFail);
        body.endHandler(v -> promise.tryComplete(all));
        body.handler(
                chunk -> {
                    if (all.length() + chunk.length() > limit) {
                        if (promise.tryFail(
                                new SwiftException(
                                        "GET",
                                        "object is longer than " + limit + " bytes",
                                        null))) {
                            cancel();
                        }
                    } else {
                        all.appendBuffer(chunk);
                    }
                });
        body.resume();
        return promise.future();
    }
}
