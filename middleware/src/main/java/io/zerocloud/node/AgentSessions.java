package io.zerocloud.node;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.network.Networks;
import io.zerocloud.stream.BlockingSink;
import io.zerocloud.wire.NetworkOrder;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SessionResult;
import io.zerocloud.wire.Signer;
import io.zerocloud.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of an agent: those that run, and those whose output waits to be fetched. */
final class AgentSessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSessions.class);

    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** A proxy that died leaves its outputs for so long. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(15);

    private final Vertx vertx;
    private final Node node;
    private final Semaphore slots;
    private final Networks networks;
    private final Map<String, RunningSession> sessions = new ConcurrentHashMap<>();
    private final long sweeper;
    private volatile boolean stopping;

    /**
     * @param signer for connections to other agents
     * @param ca by which those prove who they are, off loopback
     */
    AgentSessions(Vertx vertx, Node node, Signer signer, Optional<PemTrustOptions> ca) {
        this.vertx = vertx;
        this.node = node;
        this.slots = new Semaphore(node.config().slots());
        this.networks = new Networks(vertx, node.config().name(), node.engine(), slots, signer, ca);
        this.sweeper = vertx.setPeriodic(60_000, _ -> sweep());
    }

    /** How many there are. */
    int count() {
        return sessions.size();
    }

    /** How many guests could start now. */
    int freeSlots() {
        return slots.availablePermits();
    }

    /** The channels between sessions. */
    Networks networks() {
        return networks;
    }

    /** Keeps the slots of joined sessions; the status that says whether. */
    int reserve(String id, byte[] bytes) {
        try {
            if (stopping) {
                return 503;
            }
            return switch (networks.reserve(id, WireJson.read(bytes, NetworkOrder.class))) {
                case MADE -> 201;
                case EXISTS -> 409;
                case BUSY -> 503;
            };
        } catch (IOException e) {
            LOG.warn("Network {}: {}", id, e.getMessage());
            return 400;
        }
    }

    /** Runs a session: answers with its events, a line each. */
    void order(AgentExchange exchange, String id, byte[] bytes) throws InterruptedException {
        SessionOrder order;
        try {
            order = WireJson.read(bytes, SessionOrder.class);
        } catch (IOException e) {
            LOG.warn("Order {}: {}", id, e.getMessage());
            exchange.answer(400);
            return;
        }
        RunningSession running = new RunningSession(id);
        if (sessions.putIfAbsent(id, running) != null) {
            exchange.answer(409);
            return;
        }
        BlockingSink lines = begin(exchange, running);
        long heart =
                vertx.setPeriodic(
                        SessionEvent.HEARTBEAT_MILLIS,
                        _ ->
                                exchange.context()
                                        .runOnContext(
                                                _ -> {
                                                    if (!exchange.response().ended()
                                                            && !exchange.response().closed()) {
                                                        var _ = exchange.response().write("\n");
                                                    }
                                                }));
        SessionEvent last;
        if (order.network().isPresent()) {
            last = runJoined(order, running, lines);
        } else if (stopping || !slots.tryAcquire()) {
            last = new SessionEvent.Failed(SessionEvent.Cause.BUSY, 503, "Slot not available");
        } else {
            try {
                last = run(order, running, lines, Optional.empty());
            } finally {
                slots.release();
            }
        }
        vertx.cancelTimer(heart);
        running.ended();
        if (!(last instanceof SessionEvent.Ended(SessionResult result))
                || result.body().isEmpty()
                || result.body().get().inline().isPresent()
                || running.isCancelled()) {
            sessions.remove(id, running);
            running.drop();
        }
        line(lines, last);
        exchange.end();
    }

    private BlockingSink begin(AgentExchange exchange, RunningSession running) {
        HttpServerResponse response = exchange.response();
        BlockingSink lines = new BlockingSink(response, exchange.context(), SILENCE);
        exchange.context()
                .runOnContext(
                        _ -> {
                            response.closeHandler(_ -> running.cancel("the proxy went away"));
                            response.setChunked(true);
                            response.putHeader("Content-Type", "application/x-ndjson");
                            if (response.closed()) {
                                running.cancel("the proxy went away");
                            }
                        });
        return lines;
    }

    private SessionEvent runJoined(SessionOrder order, RunningSession running, BlockingSink lines)
            throws InterruptedException {
        Optional<Networks.Seat> seat =
                networks.enter(order.network().orElseThrow(), running::cancel);
        if (seat.isEmpty()) {
            return new SessionEvent.Failed(
                    SessionEvent.Cause.BUSY, 503, "Slot not available: its reservation is gone");
        }
        try (Networks.Seat taken = seat.get()) {
            return run(order, running, lines, Optional.of(taken));
        }
    }

    private SessionEvent run(
            SessionOrder order,
            RunningSession running,
            BlockingSink lines,
            Optional<Networks.Seat> seat)
            throws InterruptedException {
        try {
            running.runsOn(Thread.currentThread());
            return new SessionEvent.Ended(
                    new SessionRun(node, order, running, seat).run(event -> line(lines, event)));
        } catch (SessionFailure e) {
            return e.event();
        } catch (Quota.Exceeded e) {
            return new SessionEvent.Failed(
                    SessionEvent.Cause.BUSY, 507, "Insufficient Storage: " + e.getMessage());
        } catch (IOException e) {
            if (running.isCancelled()) {
                return new SessionEvent.Failed(SessionEvent.Cause.CANCELLED, 499, "cancelled");
            }
            LOG.warn("{} cannot be run", order, e);
            return new SessionEvent.Failed(
                    SessionEvent.Cause.AGENT, 503, "Cannot find suitable node to execute code on");
        } catch (InterruptedException e) {
            return new SessionEvent.Failed(SessionEvent.Cause.CANCELLED, 499, "cancelled");
        } catch (RuntimeException e) {
            LOG.error("{} failed", order, e);
            return new SessionEvent.Failed(SessionEvent.Cause.AGENT, 500, "Internal Error");
        }
    }

    private static void line(BlockingSink lines, SessionEvent event) {
        byte[] json = WireJson.write(event);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        try {
            lines.write(line);
        } catch (IOException e) {
            LOG.debug("Nobody takes the event any more", e);
        }
    }

    /** Answers with a session's part of the body, while the guest writes it if need be. */
    void output(AgentExchange exchange, String id) throws IOException, InterruptedException {
        RunningSession running = sessions.get(id);
        Spool spool = running == null ? null : running.awaitBody();
        if (running == null || spool == null) {
            exchange.answer(404);
            return;
        }
        HttpServerResponse response = exchange.response();
        exchange.context().runOnContext(_ -> response.setChunked(true));
        BlockingSink sink = new BlockingSink(response, exchange.context(), Duration.ofMinutes(5));
        byte[] step = new byte[128 * 1024];
        try (InputStream in = spool.reader(running.bodyFrom())) {
            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                sink.write(step, 0, n);
                running.touch();
            }
        }
        exchange.end();
    }

    /** Forgets a session; stops it if it runs. */
    void delete(String id) {
        RunningSession running = sessions.remove(id);
        if (running != null) {
            running.cancel("cancelled by the proxy");
            running.drop();
        }
    }

    /** Forgets what nobody asked for. */
    private void sweep() {
        node.kept().sweep();
        sessions.values()
                .removeIf(
                        running -> {
                            boolean forgotten = running.isForgotten(FORGOTTEN.toNanos());
                            if (forgotten) {
                                running.drop();
                            }
                            return forgotten;
                        });
    }

    /** Takes no more orders, cancels what runs and waits for its end. */
    void stop() throws InterruptedException {
        stopping = true;
        sessions.values().forEach(running -> running.cancel("the agent is stopping"));
        networks.close();
        if (!slots.tryAcquire(node.config().slots(), 10, TimeUnit.SECONDS)) {
            LOG.warn("Sessions of agent {} did not end in time", node.config().name());
        }
    }

    /** Gives back what waits. */
    @Override
    public void close() {
        vertx.cancelTimer(sweeper);
        sessions.values().forEach(RunningSession::drop);
        sessions.clear();
    }
}
