package io.zerocloud.stream;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.streams.ReadStream;

/**
 * Holds a sender back until its receiver can take more. Used on the stream's event loop.
 *
 * <p>An answer to a client is held at its connection. Held as a stream, Vert.x would queue what
 * comes; when the last piece of an answer fills that queue, the connection goes back to the pool
 * though it is stopped, and the next call that gets it waits for the reader of another's answer.
 * Held at the connection, what was on the way still comes, and it may be the rest: whoever sees the
 * end of the stream must say so ({@link #end}), lest the connection's next call finds it stopped.
 */
public final class Brake {
    private final Runnable stop;
    private final Runnable start;
    private boolean held;
    private boolean ended;

    private Brake(Runnable stop, Runnable start) {
        this.stop = stop;
        this.start = start;
    }

    /** The brake of a stream. */
    public static Brake of(ReadStream<?> stream) {
        if (stream instanceof HttpClientResponse answer
                && answer.request().connection() instanceof VertxConnection connection) {
            return new Brake(connection::doPause, connection::doResume);
        }
        return new Brake(stream::pause, stream::resume);
    }

    /** Lets no more come than is on the way. */
    public void hold() {
        if (!held && !ended) {
            held = true;
            stop.run();
        }
    }

    /** Lets the sender go on. */
    public void release() {
        if (held) {
            held = false;
            start.run();
        }
    }

    /** The stream is over, whole or broken: its connection is another's from now on. */
    public void end() {
        ended = true;
        release();
    }
}
