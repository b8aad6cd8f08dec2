package io.zerocloud.proxy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.relay.HeaderBytes;
import io.zerocloud.relay.PassThrough;
import io.zerocloud.relay.Upstream;
import io.zerocloud.request.Headers;
import io.zerocloud.request.Recognition;
import io.zerocloud.stream.ReadBuffers;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy role's HTTP server: one acceptor and one set of connections to Swift for each event
 * loop.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    private final Vertx vertx;
    private final String deployment;
    private final int port;

    private ProxyServer(Vertx vertx, String deployment, int port) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.port = port;
    }

    /**
     * Starts listening.
     *
     * @throws IOException if the address cannot be bound
     */
    public static ProxyServer start(Vertx vertx, Listener listener, Upstream upstream, Jobs jobs)
            throws IOException {
        AtomicInteger port = new AtomicInteger();
        try {
            String deployment =
                    await(
                            vertx.deployVerticle(
                                    () -> new Loop(listener, upstream, jobs, port),
                                    new DeploymentOptions().setInstances(listener.loops())));
            return new ProxyServer(vertx, deployment, port.get());
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on "
                            + listener.host()
                            + ":"
                            + listener.port()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    public int port() {
        return port;
    }

    /** Stops accepting and cuts what is still open. */
    @Override
    public void close() {
        try {
            await(vertx.undeploy(deployment));
        } catch (IOException e) {
            LOG.debug("The proxy's event loops were already gone", e);
        }
    }

    private static <T> T await(Future<T> future) throws IOException {
        CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
        try {
            return done.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause);
        } catch (TimeoutException e) {
            throw new IOException("no answer from the event loop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Accepts on one event loop. */
    private static final class Loop extends VerticleBase {
        private final Listener listener;
        private final Upstream upstream;
        private final Jobs jobs;
        private final AtomicInteger port;
        private @Nullable PassThrough passThrough;

        Loop(Listener listener, Upstream upstream, Jobs jobs, AtomicInteger port) {
            this.listener = listener;
            this.upstream = upstream;
            this.jobs = jobs;
            this.port = port;
        }

        @Override
        public Future<?> start() {
            PassThrough relay = new PassThrough(vertx, upstream);
            passThrough = relay;
            InfoAnswer info = new InfoAnswer(vertx, upstream, jobs);
            HttpServer server =
                    vertx.createHttpServer(listener.options())
                            .connectionHandler(
                                    connection -> {
                                        ReadBuffers.use(connection);
                                        HalfClose.watch(connection);
                                    })
                            .requestHandler(request -> route(request, relay, info));
            return server.listen(listener.address()).onSuccess(up -> port.set(up.actualPort()));
        }

        @Override
        public Future<?> stop() {
            PassThrough relay = passThrough;
            if (relay != null) {
                relay.close();
            }
            return Future.succeededFuture();
        }

        private void route(HttpServerRequest request, PassThrough relay, InfoAnswer info) {
            if (!HeaderBytes.acceptable(request.headers())) {
                ErrorAnswer.send(vertx, request, JobException.of(ErrorCode.INVALID_HEADER));
                return;
            }
            Recognition recognised =
                    Recognition.of(
                            request.method().name(),
                            request.uri(),
                            Optional.ofNullable(request.headers().get(Headers.EXECUTE)),
                            Optional.ofNullable(request.headers().get("Content-Length")));
            switch (recognised) {
                case Recognition.PassThrough() -> relay.handle(request);
                case Recognition.Capabilities() -> info.handle(request);
                case Recognition.Preflight(var target) ->
                        // Swift knows containers by the version v1 only.
                        relay.relay(request, target.rawAs("v1"));
                case Recognition.Job job -> {
                    request.pause();
                    jobs.run(request, job);
                }
                case Recognition.Kept(var link) -> {
                    request.pause();
                    jobs.kept(request, link);
                }
                case Recognition.Refused(var error, var detail) ->
                        ErrorAnswer.send(
                                vertx,
                                request,
                                detail.isEmpty()
                                        ? JobException.of(error)
                                        : JobException.of(error, detail));
            }
        }
    }
}
