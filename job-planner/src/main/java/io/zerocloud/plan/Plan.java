package io.zerocloud.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.zerocloud.job.Job;
import io.zerocloud.job.StorePath;
import io.zerocloud.plan.placement.Placement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A job, ready to be dispatched. Equal input gives an equal plan.
 *
 * @param job the description
 * @param sessions in job order, which is the order of bodies and report headers
 * @param connections streams between sessions
 * @param placement where each session runs; as many as sessions after {@link Planner#place}, empty
 *     before
 */
public record Plan(
        Job job, List<Session> sessions, List<Connection> connections, List<Placement> placement) {

    public Plan {
        sessions = List.copyOf(sessions);
        connections = List.copyOf(connections);
        placement = List.copyOf(placement);
        if (!placement.isEmpty() && placement.size() != sessions.size()) {
            throw new IllegalArgumentException("a placement is for all sessions or for none");
        }
    }

    public boolean isPlaced() {
        return !placement.isEmpty();
    }

    public Session session(int id) {
        return sessions.get(id - 1);
    }

    /** Where a session runs. */
    public Placement placementOf(Session session) {
        return placement.get(session.id() - 1);
    }

    /** Where every session runs and why, with its channels; for people. */
    public String explain() {
        return new Explanation(this).text();
    }

    /** The same for programs; the shape is in docs/reference/job-format.md. */
    public JsonNode explainJson() {
        return new Explanation(this).json();
    }

    /** The distinct objects that the job writes, in job order. */
    public Set<StorePath> outputs() {
        Set<StorePath> outputs = new LinkedHashSet<>();
        for (Session session : sessions) {
            for (Channel channel : session.channels()) {
                if (channel.backing() instanceof Channel.Backing.ObjectOutput output) {
                    outputs.add(output.path());
                }
            }
        }
        return outputs;
    }

    /** The distinct containers that the job writes to: each needs the right to write, once. */
    public Set<StorePath> outputContainers() {
        Set<StorePath> containers = new LinkedHashSet<>();
        outputs().forEach(path -> containers.add(path.inContainer()));
        return containers;
    }
}
