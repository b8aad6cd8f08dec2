package io.zerocloud.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * HTTP calls for virtual threads: bodies are streams, both ways, and nothing is retried. One
 * instance a server; safe for use by many threads.
 */
public final class BlockingHttp implements AutoCloseable {
    private static final int STEP = 64 * 1024;

    /** Event loops that one server's connections are spread over. */
    private static final int MOST_LANES = 4;

    private final List<Lane> lanes;
    private final AtomicInteger next = new AtomicInteger();
    private final URI base;
    private final Duration silence;

    /**
     * @param base scheme, host and port of the server
     * @param options TLS settings and time-outs; sizes are set here
     * @param connections most connections at once; more calls wait
     * @param silence how long the server may send nothing while it is waited for
     */
    public BlockingHttp(
            Vertx vertx, URI base, HttpClientOptions options, int connections, Duration silence) {
        this.base = base;
        this.silence = silence;
        int count = Math.min(MOST_LANES, Runtime.getRuntime().availableProcessors());
        HttpClientOptions all =
                new HttpClientOptions(options)
                        .setSsl("https".equals(base.getScheme()))
                        .setTcpNoDelay(true)
                        .setMaxChunkSize(ReadBuffers.SIZE)
                        .setMaxHeaderSize(128 * 1024)
                        .setKeepAliveTimeout(30)
                        .setDecompressionSupported(false);
        PoolOptions pool =
                new PoolOptions()
                        .setHttp1MaxSize(Math.ceilDiv(connections, count))
                        .setMaxWaitQueueSize(100_000);
        this.lanes =
                IntStream.range(0, count)
                        .mapToObj(
                                _ ->
                                        new Lane(
                                                ((VertxInternal) vertx).createEventLoopContext(),
                                                vertx.httpClientBuilder()
                                                        .with(all)
                                                        .with(pool)
                                                        .withConnectHandler(
                                                                ClientConnections::prepare)
                                                        .build()))
                        .toList();
    }

    /**
     * A client whose connections stay on one event loop, where its calls are made as well: an
     * answer and its connection never disagree on what came first.
     */
    private record Lane(Context context, HttpClientAgent client) {}

    /** A request; build it with {@link #to}. */
    public static final class Call {
        private final HttpMethod method;
        private final String target;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private Optional<InputStream> stream = Optional.empty();
        private byte[] bytes = new byte[0];
        private long length;

        private Call(String method, String target) {
            this.method = HttpMethod.valueOf(method);
            this.target = target;
        }

        /**
         * @param target raw: percent-encoded path and query
         */
        public static Call to(String method, String target) {
            return new Call(method, target);
        }

        public Call header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        public Call headers(Map<String, String> more) {
            headers.putAll(more);
            return this;
        }

        public Call body(byte[] body) {
            bytes = body;
            length = body.length;
            return this;
        }

        /**
         * A body that is read on the calling thread.
         *
         * @param size its length in bytes; fewer break the call off
         */
        public Call body(InputStream body, long size) {
            stream = Optional.of(body);
            length = size;
            return this;
        }
    }

    /**
     * Sends a call and waits for the answer's head.
     *
     * @return to be closed by the caller; closing before the body's end breaks the connection
     * @throws IOException if the server cannot be reached or breaks off
     */
    public Reply send(Call call) throws IOException {
        return send(call, silence);
    }

    /** As {@link #send(Call)}, waiting that long for the answer's head. */
    public Reply send(Call call, Duration atMost) throws IOException {
        Lane lane = lanes.get(Math.floorMod(next.getAndIncrement(), lanes.size()));
        Context context = lane.context();
        RequestOptions options =
                new RequestOptions()
                        .setHost(base.getHost())
                        .setPort(
                                base.getPort() < 0
                                        ? ("https".equals(base.getScheme()) ? 443 : 80)
                                        : base.getPort())
                        .setMethod(call.method)
                        .setURI(call.target);
        call.headers.forEach(options::putHeader);
        Sent sent = new Sent();
        Promise<Reply> answered = Promise.promise();
        context.runOnContext(
                _ -> {
                    try {
                        lane.client()
                                .request(options)
                                .compose(request -> start(call, request, context, sent))
                                .onComplete(answered);
                    } catch (IllegalStateException e) {
                        answered.fail(new IOException("the client is closed", e));
                    }
                });
        Future<Reply> reply = answered.future();
        try {
            if (call.stream.isPresent()) {
                pump(call, call.stream.get(), sent, reply, context, atMost);
            }
            return Await.on(reply, atMost);
        } catch (IOException e) {
            sent.reset(context);
            throw e;
        }
    }

    private Future<Reply> start(Call call, HttpClientRequest request, Context context, Sent sent) {
        Future<Reply> reply =
                request.response()
                        .map(
                                response -> {
                                    response.pause();
                                    if (ClientConnections.isSpoiledBy(response)) {
                                        var _ = request.connection().close();
                                    }
                                    return new Reply(request, response, context, silence);
                                });
        if (call.stream.isPresent() || call.length > 0 || !isBodiless(call.method)) {
            request.putHeader("Content-Length", Long.toString(call.length));
        }
        // What breaks is told by the answer's future; unheard it would fill the log.
        request.exceptionHandler(_ -> {});
        sent.set(request);
        if (call.stream.isEmpty()) {
            var _ = call.length > 0 ? request.end(Buffer.buffer(call.bytes)) : request.end();
        }
        return reply;
    }

    private static boolean isBodiless(HttpMethod method) {
        return method.equals(HttpMethod.GET)
                || method.equals(HttpMethod.HEAD)
                || method.equals(HttpMethod.DELETE);
    }

    private static void pump(
            Call call,
            InputStream body,
            Sent sent,
            Future<Reply> reply,
            Context context,
            Duration atMost)
            throws IOException {
        HttpClientRequest request = sent.await(reply, atMost);
        BlockingSink sink = new BlockingSink(request, context, atMost);
        byte[] step = new byte[(int) Math.max(1, Math.min(STEP, call.length))];
        long left = call.length;
        while (left > 0 && !reply.isComplete()) {
            int n = body.read(step, 0, (int) Math.min(step.length, left));
            if (n < 0) {
                throw new IOException("the body ended " + left + " bytes early");
            }
            sink.write(step, 0, n);
            left -= n;
        }
        if (!reply.isComplete()) {
            context.runOnContext(
                    _ -> {
                        var _ = request.end();
                    });
        }
    }

    @Override
    public void close() {
        lanes.forEach(
                lane -> {
                    var _ = lane.client().close();
                });
    }

    /** The request once it has a connection. */
    private static final class Sent {
        private final java.util.concurrent.CompletableFuture<HttpClientRequest> request =
                new java.util.concurrent.CompletableFuture<>();

        void set(HttpClientRequest value) {
            request.complete(value);
        }

        HttpClientRequest await(Future<Reply> reply, Duration atMost) throws IOException {
            reply.onFailure(request::completeExceptionally);
            try {
                return request.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IOException(String.valueOf(e.getCause()), e);
            } catch (java.util.concurrent.TimeoutException e) {
                throw new java.net.SocketTimeoutException(
                        "no connection within " + atMost.toSeconds() + " s");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted");
            }
        }

        void reset(Context context) {
            var _ =
                    request.thenAccept(
                            sent ->
                                    context.runOnContext(
                                            _ -> {
                                                var _ = sent.reset();
                                            }));
        }
    }

    /** An answer; its body is read on the calling thread. */
    public static final class Reply implements AutoCloseable {
        private final HttpClientRequest request;
        private final HttpClientResponse response;
        private final Context context;
        private final BlockingSource body;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Reply(
                HttpClientRequest request,
                HttpClientResponse response,
                Context context,
                Duration silence) {
            this.request = request;
            this.response = response;
            this.context = context;
            this.body = new BlockingSource(response, context, silence);
        }

        public int status() {
            return response.statusCode();
        }

        public String reason() {
            String message = response.statusMessage();
            return message == null ? "" : message;
        }

        /** The first value of a header, or empty text. */
        public String header(String name) {
            String value = response.headers().get(name);
            return value == null ? "" : value;
        }

        public MultiMap headers() {
            return response.headers();
        }

        /** The body; a broken connection is an exception, never an early end. */
        public InputStream body() {
            return body;
        }

        /**
         * The whole body.
         *
         * @throws IOException also if it is longer than the limit
         */
        public byte[] bytes(int limit) throws IOException {
            byte[] all = body().readNBytes(limit + 1);
            if (all.length > limit) {
                throw new IOException("the answer is longer than " + limit + " bytes");
            }
            return all;
        }

        /** Breaks a read that waits in another thread. */
        public void cancel(String reason) {
            if (!closed.getAndSet(true)) {
                context.runOnContext(
                        _ -> {
                            if (!body.isOver()) {
                                var _ = request.reset();
                            }
                            body.fail(new IOException(reason));
                        });
            }
        }

        /**
         * Gives the connection back for the next call if the body has ended or its little rest can
         * be dropped, and breaks it otherwise. Looked at on the event loop: a connection whose body
         * ended may already serve another call, which a reset would hit.
         */
        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                context.runOnContext(
                        _ -> {
                            if (body.isOver()) {
                                return;
                            }
                            if (isShort(header("Content-Length"))) {
                                body.drop();
                            } else {
                                var _ = request.reset();
                            }
                        });
            }
        }

        private static boolean isShort(String length) {
            return !length.isEmpty() && length.length() <= 4;
        }
    }
}
