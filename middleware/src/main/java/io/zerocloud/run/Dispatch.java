package io.zerocloud.run;

import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.JobAuthority;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.job.StorePath;
import io.zerocloud.nvram.GuestEnvironment;
import io.zerocloud.nvram.RequestFacts;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.Program;
import io.zerocloud.plan.Session;
import io.zerocloud.plan.placement.Placement;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.wire.Mandate;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
import java.util.concurrent.atomic.AtomicLong;
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

    private static final int INLINE_EACH = 256 * 1024;

    /** Of what the guests of one job said on stderr, so much is kept in memory. */
    private static final long STDERR_BYTES = 4 << 20;

    /** What each may say beyond that. */
    private static final int STDERR_EACH = 200;

    private final Agents agents;
    private final JobSettings settings;
    private final String job;
    private final Plan plan;
    private final JobSource source;
    private final JobAuthority authority;
    private final Map<StorePath, StorePath> targets;
    private final RequestFacts facts;
    private final Duration timeout;
    private final boolean stream;
    private final boolean digests;
    private final int inline;
    private final List<List<Integer>> units = new ArrayList<>();
    private final AtomicLong stderrLeft = new AtomicLong(STDERR_BYTES);
    private final List<CompletableFuture<Running>> started = new ArrayList<>();
    private final List<CompletableFuture<SessionAnswer>> ended = new ArrayList<>();
    private final Set<Reply> calls = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile boolean anySlot;

    /** A session whose guest runs or has ended at an agent. */
    record Running(String agent, String id) {}

    /**
     * @param targets what symbolic links among the plan's objects point to
     * @param stream whether outputs are fetched while guests run
     * @param digests whether the bytes of channels between nodes are digested
     * @param inline bytes of output that may come within results, all sessions together
     */
    Dispatch(
            Agents agents,
            JobSettings settings,
            String job,
            Plan plan,
            JobSource source,
            JobAuthority authority,
            Map<StorePath, StorePath> targets,
            RequestFacts facts,
            Duration timeout,
            boolean stream,
            boolean digests,
            int inline) {
        this.agents = agents;
        this.settings = settings;
        this.job = job;
        this.plan = plan;
        this.source = source;
        this.authority = authority;
        this.targets = targets;
        this.facts = facts;
        this.timeout = timeout;
        this.stream = stream;
        this.digests = digests;
        this.inline = stream ? 0 : Math.clamp(inline / plan.sessions().size(), 1, INLINE_EACH);
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
        return timeout;
    }

    boolean digests() {
        return digests;
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
        ended.get(index).complete(answer);
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
                    return answer(
                            session,
                            placement,
                            agent,
                            id,
                            completed(session, result),
                            queued,
                            attempt);
                }
                case SessionEvent.Failed failed -> {
                    if (cancelled) {
                        return SessionAnswer.failed(
                                session.name(), 499, "cancelled", queued, attempt);
                    }
                    last = failed;
                    switch (failed.cause()) {
                        case NEEDS_TOKEN -> {
                            if (withToken || !touchesSwift(session)) {
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

    /** Gives an agent what came with the request and a session needs. */
    void give(Session session, AgentClient client) throws IOException {
        if (source.image().isPresent()) {
            Upload image = source.image().get();
            client.give(image.blob(), image::open);
        }
        if (uses(session, Channel.Backing.Payload.class) && source.payload().isPresent()) {
            Upload bytes = source.payload().get();
            client.give(bytes.blob(), bytes::open);
        }
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
        give(session, client);
        boolean payload = uses(session, Channel.Backing.Payload.class);
        boolean token = withToken || needsToken(session, agent);
        SessionOrder order =
                new SessionOrder(
                        job,
                        authority.caller().transaction(),
                        plan.job().context().account(),
                        session,
                        GuestEnvironment.join(
                                session.env(),
                                GuestEnvironment.cgi(
                                        facts, session.programName(), session.program().url()),
                                Map.of()),
                        timeout.toMillis(),
                        token ? Optional.of(mandate(session)) : Optional.empty(),
                        targets(session),
                        source.image().map(Upload::blob),
                        payload ? source.payload().map(Upload::blob) : Optional.empty(),
                        network,
                        inline);
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

    private static boolean uses(Session session, Class<? extends Channel.Backing> backing) {
        return session.channels().stream()
                .anyMatch(channel -> backing.isInstance(channel.backing()));
    }

    /**
     * A token travels only where something is stored, or where the rings say that something to be
     * read is not on the agent's disks. An agent that finds otherwise asks for it.
     */
    private boolean needsToken(Session session, String agent) {
        if (uses(session, Channel.Backing.ObjectOutput.class)
                || uses(session, Channel.Backing.ContainerInput.class)) {
            return true;
        }
        return reads(session).stream()
                .anyMatch(
                        path ->
                                !agents.beside(
                                                targets.getOrDefault(path, path),
                                                authority.reader(path))
                                        .contains(agent));
    }

    private static List<StorePath> reads(Session session) {
        List<StorePath> paths = new ArrayList<>();
        if (session.program() instanceof Program.Stored stored) {
            paths.add(stored.object().path());
        }
        for (Channel channel : session.channels()) {
            switch (channel.backing()) {
                case Channel.Backing.ContainerInput(var container) -> paths.add(container.path());
                case Channel.Backing.ObjectInput(var object) -> paths.add(object.path());
                default -> {}
            }
        }
        return paths;
    }

    private Map<String, StorePath> targets(Session session) {
        Map<String, StorePath> mine = new HashMap<>();
        for (StorePath path : reads(session)) {
            StorePath target = targets.get(path);
            if (target != null) {
                mine.put(path.toString(), target);
            }
        }
        return mine;
    }

    /** The service user's token travels only with sessions in which it acts. */
    private Mandate mandate(Session session) {
        Set<StorePath> serviceReads = authority.serviceReads();
        Set<StorePath> serviceWrites = authority.serviceWrites();
        Set<StorePath> read = new HashSet<>();
        reads(session).forEach(path -> read.add(path.inContainer()));
        read.retainAll(serviceReads);
        Set<StorePath> written = new HashSet<>();
        for (Channel channel : session.channels()) {
            if (channel.backing() instanceof Channel.Backing.ObjectOutput output) {
                written.add(output.path().inContainer());
            }
        }
        written.retainAll(serviceWrites);
        String service =
                read.isEmpty() && written.isEmpty()
                        ? ""
                        : authority.service().flatMap(Caller::token).orElse("");
        return new Mandate(
                authority.caller().token().orElse(""),
                authority.caller().referer(),
                service,
                read,
                written);
    }

    /** Whether a guest of the job reads the request's payload. */
    boolean usesPayload() {
        return plan.sessions().stream()
                .anyMatch(session -> uses(session, Channel.Backing.Payload.class));
    }

    /** The storage policy of what attracts a session, or of where it runs without. */
    private String policy(Session session) {
        return session.attachment()
                .map(attached -> agents.policy(attached.path(), authority.reader(attached.path())))
                .orElseGet(() -> agents.standalonePolicy(settings.standalonePolicy()));
    }

    /** Whether an agent can need a token at all; one that asks without need gets none. */
    static boolean touchesSwift(Session session) {
        return session.program() instanceof Program.Stored
                || uses(session, Channel.Backing.ObjectInput.class)
                || uses(session, Channel.Backing.ContainerInput.class)
                || uses(session, Channel.Backing.ObjectOutput.class);
    }

    /**
     * A result as it is kept: with its storage policy, and no more of stderr than there is room
     * for.
     */
    SessionResult completed(Session session, SessionResult result) {
        return bounded(result.withPolicy(policy(session)));
    }

    private SessionResult bounded(SessionResult result) {
        String stderr = result.stderr();
        if (stderrLeft.addAndGet(-stderr.length()) >= 0 || stderr.length() <= STDERR_EACH) {
            return result;
        }
        return result.withStderr(stderr.substring(stderr.length() - STDERR_EACH));
    }

    static SessionAnswer answer(
            Session session,
            Placement placement,
            String agent,
            String id,
            SessionResult result,
            double queued,
            int attempt) {
        String message = message(result);
        boolean fetch =
                message.isEmpty()
                        && result.body().isPresent()
                        && result.body().get().length() > 0
                        && result.body().get().inline().isEmpty();
        return new SessionAnswer(
                session.name(),
                session.location().isPresent() ? agent : "0",
                agent,
                fetch ? id : "",
                Optional.of(result),
                result.status(),
                message,
                placement.why(),
                queued,
                attempt);
    }

    /** The text that stands for the output of a session that failed without one. */
    private static String message(SessionResult result) {
        boolean hasBody = result.body().map(body -> body.length() > 0).orElse(false);
        if (hasBody) {
            return "";
        }
        if (result.validation() == 1) {
            return result.state() + ": " + result.error() + "\n";
        }
        if (result.status() == 500 && !result.state().equals("ok")) {
            String code =
                    switch (result.error().split(";", 2)[0]) {
                        case "Timed out" -> "Timed out";
                        case "Killed" -> "Killed";
                        default -> "Error";
                    };
            return ErrorCode.GUEST_FAILED.text()
                    + " retcode="
                    + code
                    + ",  zerovm_stdout="
                    + result.state()
                    + "\n"
                    + result.stderr();
        }
        List<String> errors =
                result.stored().stream()
                        .map(SessionResult.Stored::error)
                        .filter(error -> !error.isEmpty())
                        .toList();
        if (!errors.isEmpty()) {
            return String.join("\n", errors) + "\n";
        }
        return result.returnCode() != 0 && result.status() == 200 ? result.stderr() : "";
    }
}
