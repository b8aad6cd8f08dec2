package io.zerocloud.stream;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.streams.ReadStream;

/**
 * Holds a sender back until its receiver can take more. Used on the stream's event loop, and only
 * while the stream has not ended.
 *
 * <p>An answer to a client is held at its connection. Held as a stream, Vert.x would queue what
 * comes; when the last piece of an answer fills that queue, the connection goes back to the pool
 * though it is stopped, and the next call that gets it waits for the reader of another's answer.
 */
public interface Brake {
    /** Lets no more come than is on the way. */
    void hold();

    /** Lets the sender go on. */
    void release();

    /** The brake of a stream. */
    static Brake of(ReadStream<?> stream) {
        if (stream instanceof HttpClientResponse answer
                && answer.request().connection() instanceof VertxConnection connection) {
            return new Brake() {
                @Override
                public void hold() {
                    connection.doPause();
                }

                @Override
                public void release() {
                    connection.doResume();
                }
            };
        }
        return new Brake() {
            @Override
            public void hold() {
                stream.pause();
            }

            @Override
            public void release() {
                stream.resume();
            }
        };
    }
}
