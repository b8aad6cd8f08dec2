package io.zerocloud.run;

import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.plan.Connection;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.Session;
import io.zerocloud.sandbox.session.SessionSpec;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.wire.NetworkOrder;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionEvent.Cause;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sessions that channels join: all of them run at the same time or none does. Admission is in two
 * steps. First every agent reserves its part at once or refuses at once; only when all have
 * reserved are the sessions sent, each naming its reservation. Whoever was refused gives back what
 * it has and tries again a random moment later, so jobs that want the same slots cannot block each
 * other. What a proxy that dies had reserved expires.
 *
 * <p>When one session fails all are cancelled, and if nothing of their output was delivered and it
 * was not the guest's doing they are run again elsewhere. A guest that exits is no failure,
 * whatever its code.
 */
final class Gang {
    private static final int MOST_TRIES = 5;

    /** Sent at once after the last agent has reserved, orders are there long before. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** Beyond the guests' time: for inputs before and what is on the way after. */
    private static final Duration SLACK = Duration.ofMinutes(10);

    private final Dispatch dispatch;
    private final Agents agents;
    private final List<Integer> members;
    private final Set<String> excluded = new LinkedHashSet<>();
    private final Set<Integer> withToken = new HashSet<>();
    private double queued;

    /**
     * @param members indexes into the plan's sessions
     */
    Gang(Dispatch dispatch, Agents agents, List<Integer> members) {
        this.dispatch = dispatch;
        this.agents = agents;
        this.members = members;
    }

    /**
     * Refuses what no cluster could run.
     *
     * @throws JobException 400
     */
    static void requireRunnable(Plan plan) throws JobException {
        for (Session session : plan.sessions()) {
            // The guest's configuration is one more.
            int channels = session.channels().size() + 1;
            if (channels > SessionSpec.MAX_CHANNELS) {
                throw JobException.of(
                        ErrorCode.TOO_MANY_CHANNELS,
                        "in "
                                + session.name()
                                + ": "
                                + channels
                                + ", at most "
                                + SessionSpec.MAX_CHANNELS);
            }
        }
    }

    /** Runs them; an answer for each member. */
    Map<Integer, SessionAnswer> run() throws InterruptedException {
        Failure last =
                new Failure(
                        "",
                        ErrorCode.NO_SUITABLE_NODE.status(),
                        ErrorCode.NO_SUITABLE_NODE.text(),
                        true);
        for (int attempt = 1; attempt <= MOST_TRIES; attempt++) {
            if (dispatch.isCancelled()) {
                return failed(499, "cancelled", attempt - 1);
            }
            Optional<Attempt> admitted = admit(attempt);
            if (admitted.isEmpty()) {
                return failed(503, ErrorCode.SLOT_NOT_AVAILABLE.text(), attempt);
            }
            Attempt running = admitted.get();
            running.run();
            if (dispatch.isCancelled()) {
                running.forget();
                return failed(499, "cancelled", attempt);
            }
            Optional<Failure> failure = running.root();
            if (failure.isEmpty()) {
                return running.answers(attempt);
            }
            last = failure.get();
            if (!last.again() || members.stream().anyMatch(dispatch::isDelivered)) {
                return running.answers(attempt);
            }
            running.forget();
            backOff(attempt);
        }
        return failed(last.status(), last.message(), MOST_TRIES);
    }

    private Map<Integer, SessionAnswer> failed(int status, String message, int tries) {
        Map<Integer, SessionAnswer> answers = new TreeMap<>();
        members.forEach(
                index ->
                        answers.put(
                                index,
                                SessionAnswer.failed(
                                        dispatch.session(index).name(),
                                        status,
                                        message,
                                        queued,
                                        tries)));
        return answers;
    }

    private static void backOff(int attempt) throws InterruptedException {
        Thread.sleep(20L * attempt + ThreadLocalRandom.current().nextLong(80));
    }

    /** Gets slots here and reservations at all agents; empty if there are none in time. */
    private Optional<Attempt> admit(int attempt) throws InterruptedException {
        long from = System.nanoTime();
        long patience = dispatch.patience().toNanos();
        try {
            for (int round = 1; !dispatch.isCancelled(); round++) {
                List<List<String>> wanted = new ArrayList<>();
                for (int index : members) {
                    wanted.add(anywhere(index));
                }
                long left = patience - (System.nanoTime() - from);
                if (left <= 0 || wanted.getFirst().isEmpty()) {
                    return Optional.empty();
                }
                Optional<List<FairSlots.Slot>> slots =
                        agents.slots()
                                .acquireAll(
                                        dispatch.plan().job().context().account(),
                                        dispatch.job(),
                                        wanted,
                                        Duration.ofNanos(left));
                if (slots.isEmpty()) {
                    return Optional.empty();
                }
                Attempt made = new Attempt(slots.get(), attempt + "." + round);
                if (made.reserve()) {
                    dispatch.hasSlot();
                    return Optional.of(made);
                }
                made.release();
                backOff(Math.min(round, 20));
            }
            return Optional.empty();
        } finally {
            queued += (System.nanoTime() - from) / 1e6;
        }
    }

    /** As preferred, then any: joined sessions rather run at once than near their data later. */
    private List<String> anywhere(int index) {
        List<String> names =
                new ArrayList<>(
                        dispatch.preferred(
                                dispatch.plan().placementOf(dispatch.session(index)), excluded));
        for (String name : agents.up()) {
            if (!names.contains(name) && !excluded.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * The first thing that went wrong.
     *
     * @param node the session's name
     * @param again whether another attempt may do better
     */
    private record Failure(String node, int status, String message, boolean again) {}

    /** The sessions at chosen agents. */
    private final class Attempt {
        private final List<FairSlots.Slot> slots;
        private final String network;
        private final Map<Integer, SessionEvent> events = new TreeMap<>();
        private final List<Reply> calls = new ArrayList<>();
        private Optional<Failure> root = Optional.empty();

        Attempt(List<FairSlots.Slot> slots, String name) {
            this.slots = slots;
            this.network =
                    dispatch.job()
                            + "-"
                            + dispatch.session(members.getFirst()).component()
                            + "."
                            + name;
        }

        private String agent(int member) {
            return slots.get(member).agent();
        }

        private String session(int member) {
            return network + "-" + dispatch.session(members.get(member)).id();
        }

        void release() {
            slots.forEach(agents.slots()::release);
        }

        // ------------------------------------------------------------ first step

        /** False if an agent has no room or does not answer; nothing is held then. */
        boolean reserve() throws InterruptedException {
            Map<String, NetworkOrder> orders = orders();
            Map<String, Future<Boolean>> answers = new HashMap<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                orders.forEach(
                        (agent, order) ->
                                answers.put(agent, threads.submit(() -> reserve(agent, order))));
            }
            boolean all = true;
            for (Map.Entry<String, Future<Boolean>> answer : answers.entrySet()) {
                try {
                    all &= answer.getValue().get();
                } catch (ExecutionException e) {
                    all = false;
                    IOException cause =
                            e.getCause() instanceof IOException io
                                    ? io
                                    : new IOException(String.valueOf(e.getCause()));
                    agents.down(answer.getKey(), cause);
                    excluded.add(answer.getKey());
                }
            }
            if (!all) {
                drop();
            }
            return all;
        }

        private boolean reserve(String agent, NetworkOrder order) throws IOException {
            AgentClient client = agents.client(agent);
            for (int i = 0; i < members.size(); i++) {
                if (agent(i).equals(agent)) {
                    // Before the lease begins: it may be large.
                    dispatch.orders().give(dispatch.session(members.get(i)), client);
                }
            }
            return client.reserve(network, order);
        }

        /** What each agent shall reserve. */
        private Map<String, NetworkOrder> orders() {
            Map<Integer, String> agentOf = new HashMap<>();
            Map<String, Integer> sessions = new TreeMap<>();
            for (int i = 0; i < members.size(); i++) {
                agentOf.put(dispatch.session(members.get(i)).id(), agent(i));
                sessions.merge(agent(i), 1, Integer::sum);
            }
            Map<String, URI> peers = new TreeMap<>();
            sessions.keySet().forEach(name -> peers.put(name, agents.client(name).address().url()));
            Map<String, List<Integer>> local = new HashMap<>();
            Map<String, Map<String, List<Integer>>> incoming = new HashMap<>();
            Map<String, Map<String, List<Integer>>> outgoing = new HashMap<>();
            for (Connection connection : dispatch.plan().connections()) {
                String from = agentOf.get(connection.from());
                String to = agentOf.get(connection.to());
                if (from == null || to == null) {
                    continue; // another set's
                }
                if (from.equals(to)) {
                    local.computeIfAbsent(from, _ -> new ArrayList<>()).add(connection.id());
                } else {
                    add(outgoing, from, to, connection.id());
                    add(incoming, to, from, connection.id());
                }
            }
            Map<String, NetworkOrder> orders = new TreeMap<>();
            sessions.forEach(
                    (agent, count) ->
                            orders.put(
                                    agent,
                                    new NetworkOrder(
                                            dispatch.job(),
                                            count,
                                            LEASE.toMillis(),
                                            dispatch.timeout().plus(SLACK).toMillis(),
                                            dispatch.digests(),
                                            peers,
                                            local.getOrDefault(agent, List.of()),
                                            incoming.getOrDefault(agent, Map.of()),
                                            outgoing.getOrDefault(agent, Map.of()))));
            return orders;
        }

        private static void add(
                Map<String, Map<String, List<Integer>>> to, String at, String peer, int number) {
            to.computeIfAbsent(at, _ -> new HashMap<>())
                    .computeIfAbsent(peer, _ -> new ArrayList<>())
                    .add(number);
        }

        /** Ends the network at all its agents. */
        private void drop() {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                slots.stream()
                        .map(FairSlots.Slot::agent)
                        .distinct()
                        .forEach(name -> threads.execute(() -> agents.client(name).drop(network)));
            }
        }

        // ----------------------------------------------------------- second step

        /** Runs all sessions to their ends. */
        void run() {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < members.size(); i++) {
                    int member = i;
                    threads.execute(() -> run(member));
                }
            }
        }

        private void run(int member) {
            int index = members.get(member);
            Session session = dispatch.session(index);
            try {
                SessionEvent event =
                        dispatch.call(
                                session,
                                index,
                                agent(member),
                                session(member),
                                withToken.contains(index),
                                Optional.of(network),
                                this::watch);
                ended(index, event);
            } catch (IOException | RuntimeException e) {
                fail(
                        session.name(),
                        ErrorCode.NO_SUITABLE_NODE.status(),
                        "the node that ran " + session.name() + " failed",
                        true);
            } finally {
                agents.slots().release(slots.get(member));
            }
        }

        private synchronized void watch(Reply call) {
            calls.add(call);
            if (root.isPresent()) {
                call.cancel("cancelled");
            }
        }

        private void ended(int index, SessionEvent event) {
            Session session = dispatch.session(index);
            synchronized (this) {
                events.put(index, event);
            }
            switch (event) {
                case SessionEvent.Ended(var result) -> {
                    if (!result.state().equals("ok")) {
                        String why = result.error().isEmpty() ? result.state() : result.error();
                        fail(session.name(), result.status(), why, false);
                    }
                }
                case SessionEvent.Failed failed -> {
                    boolean again = failed.cause() != Cause.INPUT;
                    if (failed.cause() == Cause.NEEDS_TOKEN) {
                        synchronized (this) {
                            again = Orders.touchesSwift(session) && withToken.add(index);
                        }
                    }
                    fail(session.name(), failed.status(), failed.message(), again);
                }
                case SessionEvent.Started _ -> throw new IllegalStateException("started is no end");
            }
        }

        /** Notes what went wrong; the first time, stops all others. */
        private void fail(String node, int status, String message, boolean again) {
            List<Reply> others;
            synchronized (this) {
                if (root.isPresent()) {
                    return;
                }
                root = Optional.of(new Failure(node, status, message, again));
                others = List.copyOf(calls);
            }
            others.forEach(call -> call.cancel("cancelled"));
            drop();
        }

        synchronized Optional<Failure> root() {
            return root;
        }

        /** Lets agents drop the output of sessions that had ended. */
        void forget() {
            for (int i = 0; i < members.size(); i++) {
                if (events.get(members.get(i)) instanceof SessionEvent.Ended) {
                    agents.client(agent(i)).delete(session(i));
                }
            }
        }

        Map<Integer, SessionAnswer> answers(int tries) {
            Map<Integer, SessionAnswer> answers = new TreeMap<>();
            for (int i = 0; i < members.size(); i++) {
                int index = members.get(i);
                answers.put(index, answer(i, index, tries));
            }
            return answers;
        }

        private SessionAnswer answer(int member, int index, int tries) {
            Session session = dispatch.session(index);
            if (events.get(index) instanceof SessionEvent.Ended(var result)) {
                return dispatch.results()
                        .answer(
                                session,
                                dispatch.plan().placementOf(session),
                                agent(member),
                                session(member),
                                result,
                                queued,
                                tries);
            }
            Failure cause = root().orElseThrow();
            String message =
                    cause.node().equals(session.name())
                            ? cause.message()
                            : ErrorCode.PEER_FAILED.text()
                                    + ": "
                                    + cause.node()
                                    + ": "
                                    + cause.message();
            return SessionAnswer.failed(session.name(), cause.status(), message, queued, tries);
        }
    }
}
