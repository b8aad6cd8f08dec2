package io.zerocloud.plan;

import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.Group;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.Violation;
import io.zerocloud.plan.Channel.Backing;
import io.zerocloud.plan.ObjectFacts.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Fixes the version of every object that a job reads, which is also how the right to read it is
 * checked. What a wildcard listed is fixed already; of that, one object in each container is asked
 * for, since listing and reading are different rights.
 */
final class Pinning {
    private final PlanSettings settings;

    /** Paths to ask for, in the order of reports, with who needs them first. */
    private final Map<StorePath, Need> asked = new LinkedHashMap<>();

    /** Those that are asked for only to check a right. */
    private final Set<StorePath> listed = new HashSet<>();

    private final Set<StorePath> checkedContainers = new HashSet<>();

    /**
     * Who needs an object.
     *
     * @param session its name
     * @param at JSON path of the URL in the description
     */
    private record Need(String session, String at) {}

    Pinning(PlanSettings settings) {
        this.settings = settings;
    }

    Plan pin(Plan plan, ObjectFacts facts) throws JobRefused {
        Map<String, Group> groups = new HashMap<>();
        plan.job().groups().forEach(group -> groups.put(group.name(), group));
        for (Session session : plan.sessions()) {
            collect(session, Objects.requireNonNull(groups.get(session.group())));
        }
        if (asked.isEmpty()) {
            return plan;
        }
        Map<StorePath, Fact> answers = facts.describe(asked.keySet());
        refuse(answers);
        List<Session> pinned = new ArrayList<>(plan.sessions().size());
        for (Session session : plan.sessions()) {
            pinned.add(pinned(session, answers));
        }
        return new Plan(plan.job(), pinned, plan.connections(), plan.placement());
    }

    /** The attached object comes first, then the program, then the others. */
    private void collect(Session session, Group group) {
        session.attachment()
                .flatMap(attachment -> session.channel(attachment.device()))
                .ifPresent(channel -> ask(channel, session, group));
        if (session.program() instanceof Program.Stored stored) {
            ask(stored.object(), new Need(session.name(), group.at() + ".exec.path"));
        }
        session.channels().forEach(channel -> ask(channel, session, group));
    }

    private void ask(Channel channel, Session session, Group group) {
        Optional<ObjectRef> object = objectOf(channel);
        if (object.isPresent()) {
            String at =
                    group.devices().stream()
                            .filter(device -> device.name().equals(channel.device()))
                            .map(device -> device.at() + ".path")
                            .findFirst()
                            .orElse("");
            ask(object.get(), new Need(session.name(), at));
        }
    }

    private void ask(ObjectRef object, Need need) {
        boolean fromListing = object.pin().isPresent();
        if (fromListing) {
            boolean first = checkedContainers.add(object.path().inContainer());
            if (!first && settings.readCheck() == PlanSettings.ReadCheck.CONTAINER) {
                return;
            }
            listed.add(object.path());
        } else {
            listed.remove(object.path());
        }
        asked.putIfAbsent(object.path(), need);
    }

    private static Optional<ObjectRef> objectOf(Channel channel) {
        return switch (channel.backing()) {
            case Backing.ObjectInput input -> Optional.of(input.object());
            case Backing.ContainerInput input -> Optional.of(input.container());
            default -> Optional.empty();
        };
    }

    private void refuse(Map<StorePath, Fact> answers) throws JobRefused {
        List<Violation> violations = new ArrayList<>();
        String node = "";
        for (Map.Entry<StorePath, Need> entry : asked.entrySet()) {
            Optional<Violation> violation =
                    violation(
                            entry.getKey(),
                            entry.getValue().at(),
                            Optional.ofNullable(answers.get(entry.getKey())));
            if (violation.isPresent()) {
                node = violations.isEmpty() ? entry.getValue().session() : node;
                violations.add(violation.get());
            }
        }
        if (!violations.isEmpty()) {
            throw new JobRefused(violations, node);
        }
    }

    private Optional<Violation> violation(StorePath path, String at, Optional<Fact> answer) {
        Fact fact = answer.orElse(new Fact.Refused(503, "Service Unavailable"));
        return switch (fact) {
            case Fact.Present present -> Optional.empty();
            case Fact.Missing missing -> {
                if (listed.contains(path)) {
                    // It was there a moment ago: its session will say so if it is still gone.
                    yield Optional.empty();
                }
                ErrorCode code =
                        path.isContainer() || missing.containerToo()
                                ? ErrorCode.CONTAINER_MISSING
                                : ErrorCode.OBJECT_MISSING;
                yield Optional.of(code.at(at, "", path));
            }
            case Fact.Refused refused -> {
                String line = (refused.status() + " " + refused.reason()).strip();
                boolean denied = refused.status() == 401 || refused.status() == 403;
                ErrorCode code = denied ? ErrorCode.ACCESS_REFUSED : ErrorCode.FETCH_FAILED;
                Violation violation = code.at(at, "", line, path);
                yield Optional.of(
                        refused.status() >= 400
                                ? violation.withStatus(refused.status())
                                : violation);
            }
        };
    }

    private static Session pinned(Session session, Map<StorePath, Fact> answers) {
        List<Channel> channels = new ArrayList<>(session.channels().size());
        for (Channel channel : session.channels()) {
            Backing backing =
                    switch (channel.backing()) {
                        case Backing.ObjectInput input ->
                                new Backing.ObjectInput(pinned(input.object(), answers));
                        case Backing.ContainerInput input ->
                                new Backing.ContainerInput(pinned(input.container(), answers));
                        case Backing other -> other;
                    };
            channels.add(
                    new Channel(
                            channel.device(),
                            channel.type(),
                            channel.limits(),
                            channel.mode(),
                            backing));
        }
        Program program =
                session.program() instanceof Program.Stored stored
                        ? new Program.Stored(stored.url(), pinned(stored.object(), answers))
                        : session.program();
        return new Session(
                session.id(),
                session.name(),
                session.group(),
                program,
                session.arguments(),
                session.env(),
                channels,
                session.attachment(),
                session.location(),
                session.captures(),
                session.component());
    }

    private static ObjectRef pinned(ObjectRef object, Map<StorePath, Fact> answers) {
        return answers.get(object.path()) instanceof Fact.Present present
                ? new ObjectRef(object.path(), Optional.of(present.pin()))
                : object;
    }
}
