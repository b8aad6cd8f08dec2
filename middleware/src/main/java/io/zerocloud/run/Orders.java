package io.zerocloud.run;

import io.zerocloud.authority.Caller;
import io.zerocloud.authority.JobAuthority;
import io.zerocloud.job.StorePath;
import io.zerocloud.nvram.GuestEnvironment;
import io.zerocloud.nvram.RequestFacts;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.Program;
import io.zerocloud.plan.Session;
import io.zerocloud.wire.Mandate;
import io.zerocloud.wire.SessionOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What agents are told of a job's sessions, and given for them: only what a session needs, above
 * all of tokens.
 */
final class Orders {
    private static final int INLINE_EACH = 256 * 1024;

    private final Agents agents;
    private final JobSettings settings;
    private final String job;
    private final Plan plan;
    private final JobSource source;
    private final JobAuthority authority;
    private final Map<StorePath, StorePath> targets;
    private final RequestFacts facts;
    private final Duration timeout;
    private final int inline;

    /**
     * @param targets what symbolic links among the plan's objects point to
     * @param inline bytes of output that may come within results, all sessions together; 0 if it is
     *     fetched while guests run
     */
    Orders(
            Agents agents,
            JobSettings settings,
            String job,
            Plan plan,
            JobSource source,
            JobAuthority authority,
            Map<StorePath, StorePath> targets,
            RequestFacts facts,
            Duration timeout,
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
        this.inline = inline == 0 ? 0 : Math.clamp(inline / plan.sessions().size(), 1, INLINE_EACH);
    }

    String job() {
        return job;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * The order for a session.
     *
     * @param withToken whether the agent has asked for a token
     * @param network the reservation that it is part of
     */
    SessionOrder of(Session session, String agent, boolean withToken, Optional<String> network) {
        boolean payload = uses(session, Channel.Backing.Payload.class);
        boolean token = withToken || needsToken(session, agent);
        return new SessionOrder(
                job,
                authority.caller().transaction(),
                plan.job().context().account(),
                session,
                GuestEnvironment.join(
                        session.env(),
                        GuestEnvironment.cgi(facts, session.programName(), session.program().url()),
                        Map.of()),
                timeout.toMillis(),
                token ? Optional.of(mandate(session)) : Optional.empty(),
                targets(session),
                source.image().map(Upload::blob),
                payload ? source.payload().map(Upload::blob) : Optional.empty(),
                network,
                inline);
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

    /** Whether an agent can need a token at all; one that asks without need gets none. */
    static boolean touchesSwift(Session session) {
        return session.program() instanceof Program.Stored
                || uses(session, Channel.Backing.ObjectInput.class)
                || uses(session, Channel.Backing.ContainerInput.class)
                || uses(session, Channel.Backing.ObjectOutput.class);
    }

    /** Whether a guest of the job reads the request's payload. */
    boolean usesPayload() {
        return plan.sessions().stream()
                .anyMatch(session -> uses(session, Channel.Backing.Payload.class));
    }

    /** The storage policy of what attracts a session, or of where it runs without. */
    String policy(Session session) {
        return session.attachment()
                .map(attached -> agents.policy(attached.path(), authority.reader(attached.path())))
                .orElseGet(() -> agents.standalonePolicy(settings.standalonePolicy()));
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
}
