package io.zerocloud.swift.store;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a request, read by blocking: the event loop puts what comes into a queue, and takes
 * more from the connection only as the reader empties it. At most {@link #WINDOW} buffers are held.
 */
final class RequestBody implements BodySource {
    private static final int WINDOW = 16;
    private static final long AT_HAND_MILLIS = 500;

    private sealed interface Event {
        record Data(Buffer buffer) implements Event {}

        record End() implements Event {}

        record Failure(String what) implements Event {}
    }

    private final HttpServerRequest request;
    private final Context context;
    private final long timeoutMillis;
    private final boolean expectsContinue;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private boolean started;
    private boolean ended;
    private int outstanding;

    /** On the event loop, in the request handler. */
    RequestBody(HttpServerRequest request, Context context, long timeoutMillis) {
        this.request = request;
        this.context = context;
        this.timeoutMillis = timeoutMillis;
        boolean chunked = request.headers().contains("Transfer-Encoding");
        String length = request.getHeader("Content-Length");
        ended = !chunked && (length == null || length.equals("0"));
        expectsContinue = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
        request.pause();
        request.handler(buffer -> events.add(new Event.Data(buffer)));
        request.endHandler(end -> events.add(new Event.End()));
        request.exceptionHandler(
                e -> events.add(new Event.Failure(String.valueOf(e.getMessage()))));
    }

    @Override
    public byte[] next() throws IOException {
        return next(timeoutMillis);
    }

    /** The next piece if it comes within a moment; for what nobody wants to read. */
    byte[] nextAtHand() throws IOException {
        return next(Math.min(timeoutMillis, AT_HAND_MILLIS));
    }

    private byte[] next(long millis) throws IOException {
        if (ended) {
            return END;
        }
        if (!started) {
            started = true;
            if (expectsContinue) {
                context.runOnContext(go -> request.response().writeContinue());
            }
        }
        if (outstanding <= WINDOW / 2) {
            int more = WINDOW - outstanding;
            outstanding = WINDOW;
            context.runOnContext(go -> request.fetch(more));
        }
        return switch (take(millis)) {
            case Event.Data(Buffer buffer) -> {
                outstanding--;
                yield buffer.length() == 0 ? next(millis) : buffer.getBytes();
            }
            case Event.End() -> {
                ended = true;
                yield END;
            }
            case Event.Failure(String what) -> {
                ended = true;
                throw new ClientGone("reading the request's body: " + what);
            }
        };
    }

    private Event take(long millis) {
        Event event;
        try {
            event = events.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Event.Failure("the store is closing");
        }
        if (event == null) {
            ended = true;
            throw new RequestFailure(HttpStatus.REQUEST_TIMEOUT);
        }
        return event;
    }

    /** Whether all bytes have been read, so that the connection can carry another request. */
    boolean exhausted() {
        return ended && events.isEmpty();
    }

    /**
     * Whether the client still waits to be told that it may send: then it need not be listened to.
     */
    boolean unasked() {
        return expectsContinue && !started;
    }
}
