package io.zerocloud.run;

import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.Session;
import io.zerocloud.plan.placement.Placement;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the sessions of one job to agents and collects how they ended. Sessions go in job order, as
 * many at once as slots are given; one whose agent dies or refuses is tried at the next that can
 * run it, as long as nothing of its output was delivered.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /** So many agents, or moments, are tried before a session is given up. */
    private static final int MOST_TRIES = 8;

    private final Agents agents;
    private final JobSettings settings;
    private final String job;
    private final Plan plan;
    private final Orders orders;
    private final Results results;
    private final boolean stream;
    private final boolean digests;
    private final List<List<Integer>> units = new ArrayList<>();
    private final List<CompletableFuture<Running>> started = new ArrayList<>();
    private final List<CompletableFuture<SessionAnswer>> ended = new ArrayList<>();
    private final Set<Reply> calls = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile boolean anySlot;

    /** A session whose guest runs or has ended at an agent. */
    record Running(String agent, String id) {}

    /**
     * @param orders of this job
     * @param stream whether outputs are fetched while guests run
     * @param digests whether the bytes of channels between nodes are digested
     */
    Dispatch(
            Agents agents,
            JobSettings settings,
            Plan plan,
            Orders orders,
            boolean stream,
            boolean digests) {
        this.agents = agents;
        this.settings = settings;
        this.job = orders.job();
        this.plan = plan;
        this.orders = orders;
        this.results = new Results(orders::policy);
        this.stream = stream;
        this.digests = digests;
        for (int i = 0; i < plan.sessions().size(); i++) {
            started.add(new CompletableFuture<>());
            ended.add(new CompletableFuture<>());
        }
        Map<Integer, List<Integer>> joined = new LinkedHashMap<>();
        for (int i = 0; i < plan.sessions().size(); i++) {
            joined.computeIfAbsent(plan.sessions().get(i).component(), _ -> new ArrayList<>())
                    .add(i);
        }
        units.addAll(joined.values());
    }

    /** Starts; the futures of all sessions complete in time, whatever happens. */
    void start() {
        // Twice the slots wait for one: enough to keep every agent busy though some wait for
        // theirs.
        int threads = Math.min(units.size(), Math.max(4, 2 * agents.slots().total()));
        for (int i = 0; i < threads; i++) {
            Thread.ofVirtual().name("job-" + job).start(this::work);
        }
    }

    /**
     * Completes when the session's output can be fetched; exceptionally never, with an end at the
     * latest.
     */
    CompletableFuture<Running> started(int index) {
        return started.get(index);
    }

    CompletableFuture<SessionAnswer> ended(int index) {
        return ended.get(index);
    }

    /** Type of the first output that goes to the answer, as the job declares it. */
    String responseType() {
        return plan.sessions().stream()
                .flatMap(session -> session.channels().stream())
                .map(Channel::backing)
                .filter(Channel.Backing.Response.class::isInstance)
                .map(Channel.Backing.Response.class::cast)
                .filter(Channel.Backing.Response::body)
                .map(Channel.Backing.Response::contentType)
                .findFirst()
                .orElse("text/plain; charset=UTF-8");
    }

    int size() {
        return ended.size();
    }

    /** Waits for all sessions. */
    List<SessionAnswer> await() {
        return ended.stream().map(CompletableFuture::join).toList();
    }

    /** Stops what runs and starts nothing more. */
    void cancel(String reason) {
        cancelled = true;
        calls.forEach(call -> call.cancel(reason));
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** A session has got a slot. */
    void hasSlot() {
        anySlot = true;
    }

    String job() {
        return job;
    }

    Plan plan() {
        return plan;
    }

    Session session(int index) {
        return plan.sessions().get(index);
    }

    Duration timeout() {
        return orders.timeout();
    }

    boolean digests() {
        return digests;
    }

    Orders orders() {
        return orders;
    }

    Results results() {
        return results;
    }

    /** Whether some of a session's output may have been delivered already. */
    boolean isDelivered(int index) {
        return stream && started.get(index).isDone();
    }

    /** Whether the job waited for a slot and never got one. */
    boolean neverHadASlot() {
        return !anySlot;
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < units.size(); i = next.getAndIncrement()) {
            List<Integer> unit = units.get(i);
            try {
                if (unit.size() > 1) {
                    new Gang(this, agents, unit).run().forEach(this::end);
                } else {
                    end(unit.getFirst(), run(session(unit.getFirst()), unit.getFirst()));
                }
            } catch (InterruptedException e) {
                end(unit, 499, "cancelled");
            } catch (RuntimeException e) {
                LOG.error("Session {} of job {} failed", session(unit.getFirst()).name(), job, e);
                end(unit, 500, ErrorCode.INTERNAL.text());
            }
        }
    }

    private void end(List<Integer> unit, int status, String message) {
        unit.forEach(
                index ->
                        end(
                                index,
                                SessionAnswer.failed(
                                        session(index).name(), status, message, 0, 0)));
    }

    private void end(int index, SessionAnswer answer) {
        ended.get(index).complete(size() > 1 ? answer.asLine() : answer);
        started.get(index).complete(new Running(answer.agent(), answer.id()));
    }

    private SessionAnswer run(Session session, int index) throws InterruptedException {
        Placement placement = plan.placementOf(session);
        Set<String> excluded = new LinkedHashSet<>();
        boolean withToken = false;
        double queued = 0;
        SessionEvent.Failed last =
                new SessionEvent.Failed(
                        SessionEvent.Cause.BUSY,
                        ErrorCode.NO_SUITABLE_NODE.status(),
                        ErrorCode.NO_SUITABLE_NODE.text());
        for (int attempt = 1; attempt <= MOST_TRIES; attempt++) {
            if (cancelled) {
                return SessionAnswer.failed(session.name(), 499, "cancelled", queued, attempt - 1);
            }
            List<String> wanted = preferred(placement, excluded);
            long from = System.nanoTime();
            Optional<FairSlots.Slot> slot =
                    wanted.isEmpty()
                            ? Optional.empty()
                            : agents.slots()
                                    .acquire(
                                            plan.job().context().account(),
                                            job,
                                            wanted,
                                            patience());
            queued += (System.nanoTime() - from) / 1e6;
            if (slot.isEmpty()) {
                int status = wanted.isEmpty() ? last.status() : 503;
                String text =
                        wanted.isEmpty() ? last.message() : ErrorCode.SLOT_NOT_AVAILABLE.text();
                return SessionAnswer.failed(session.name(), status, text, queued, attempt);
            }
            anySlot = true;
            String agent = slot.get().agent();
            String id = job + "-" + session.id() + "-" + attempt;
            SessionEvent event;
            try {
                event = call(session, index, agent, id, withToken, Optional.empty(), _ -> {});
            } catch (IOException e) {
                if (cancelled) {
                    return SessionAnswer.failed(session.name(), 499, "cancelled", queued, attempt);
                }
                if (isDelivered(index)) {
                    return SessionAnswer.failed(
                            session.name(),
                            503,
                            "The node that ran " + session.name() + " failed",
                            queued,
                            attempt);
                }
                agents.down(agent, e);
                excluded.add(agent);
                last =
                        new SessionEvent.Failed(
                                SessionEvent.Cause.AGENT,
                                ErrorCode.NO_SUITABLE_NODE.status(),
                                ErrorCode.NO_SUITABLE_NODE.text()
                                        + ": the node that ran "
                                        + session.name()
                                        + " failed");
                continue;
            } finally {
                agents.slots().release(slot.get());
            }
            switch (event) {
                case SessionEvent.Ended(SessionResult result) -> {
                    return results.answer(session, placement, agent, id, result, queued, attempt);
                }
                case SessionEvent.Failed failed -> {
                    if (cancelled) {
                        return SessionAnswer.failed(
                                session.name(), 499, "cancelled", queued, attempt);
                    }
                    last = failed;
                    switch (failed.cause()) {
                        case NEEDS_TOKEN -> {
                            if (withToken || !Orders.touchesSwift(session)) {
                                return SessionAnswer.failed(
                                        session.name(),
                                        failed.status(),
                                        failed.message(),
                                        queued,
                                        attempt);
                            }
                            withToken = true;
                        }
                        case NEEDS_BLOB -> {}
                        case BUSY ->
                                Thread.sleep(
                                        50L * attempt + ThreadLocalRandom.current().nextLong(50));
                        // Cancelled, and not by us: the agent is stopping.
                        case AGENT, CANCELLED -> excluded.add(agent);
                        case INPUT -> {
                            return SessionAnswer.failed(
                                    session.name(),
                                    failed.status(),
                                    failed.message(),
                                    queued,
                                    attempt);
                        }
                    }
                }
                case SessionEvent.Started _ -> throw new IllegalStateException("started is no end");
            }
        }
        return SessionAnswer.failed(
                session.name(), last.status(), last.message(), queued, MOST_TRIES);
    }

    /** The planned agent, then those with a replica, then any: data can come through Swift. */
    List<String> preferred(Placement placement, Set<String> excluded) {
        List<String> near = new ArrayList<>();
        near.add(placement.node());
        near.addAll(placement.alternatives());
        List<String> up = agents.up();
        if (placement.reason() == Placement.Reason.ANYWHERE
                && !settings.standalonePolicy().isEmpty()) {
            // Those beside the policy's devices first; the others only if none of these is up.
            List<String> beside = agents.besidePolicy(settings.standalonePolicy());
            near.removeIf(name -> !beside.contains(name));
            beside.stream().filter(name -> !near.contains(name)).forEach(near::add);
            near.removeIf(name -> excluded.contains(name) || !up.contains(name));
            if (!near.isEmpty()) {
                return near;
            }
        }
        near.removeIf(name -> excluded.contains(name) || !up.contains(name));
        boolean anywhere =
                placement.reason() == Placement.Reason.ANYWHERE
                        || placement.reason() == Placement.Reason.REMOTE
                        || near.isEmpty();
        if (anywhere) {
            for (String name : up) {
                if (!excluded.contains(name) && !near.contains(name)) {
                    near.add(name);
                }
            }
        }
        return near;
    }

    /**
     * A job's first session is refused soon; once a job runs, its others wait for the job's own
     * slots.
     */
    Duration patience() {
        return anySlot ? settings.maxTimeout().multipliedBy(2) : settings.queueTimeout();
    }

    /**
     * Runs a session at an agent and waits for its end.
     *
     * @param network the reservation that it is part of
     * @param watch gets the call, for {@link Reply#cancel}
     */
    SessionEvent call(
            Session session,
            int index,
            String agent,
            String id,
            boolean withToken,
            Optional<String> network,
            Consumer<Reply> watch)
            throws IOException {
        AgentClient client = agents.client(agent);
        orders.give(session, client);
        SessionOrder order = orders.of(session, agent, withToken, network);
        Reply[] mine = new Reply[1];
        try {
            return client.run(
                    id,
                    order,
                    () -> started.get(index).complete(new Running(agent, id)),
                    reply -> {
                        mine[0] = reply;
                        calls.add(reply);
                        watch.accept(reply);
                        if (cancelled) {
                            reply.cancel("cancelled");
                        }
                    });
        } finally {
            if (mine[0] != null) {
                calls.remove(mine[0]);
            }
        }
    }
}
