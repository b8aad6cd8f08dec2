package io.zerocloud.plan;

import io.zerocloud.job.Job;
import io.zerocloud.job.JobRefused;
import io.zerocloud.plan.placement.Cluster;
import io.zerocloud.plan.placement.Placer;
import io.zerocloud.plan.placement.Replicas;

/**
 * Makes plans. Immutable, without I/O of its own; may be shared by threads.
 *
 * <p>The three steps are apart because a server does something between them: it has the right to
 * run checked before anything is listed, and reserves slots after placing.
 */
public final class Planner {
    private final PlanSettings settings;

    public Planner(PlanSettings settings) {
        this.settings = settings;
    }

    /**
     * Resolves wildcards and makes sessions, channels and connections.
     *
     * @param listings made with the caller's authority; asked only for wildcards
     * @throws JobRefused 400, or the store's 401 or 403
     */
    public Plan expand(Job job, Listings listings) throws JobRefused {
        return new Expansion(job, listings, settings).plan();
    }

    /**
     * Fixes the version of everything that the sessions read.
     *
     * @throws JobRefused 404, or the store's status, with the node's name
     */
    public Plan pin(Plan plan, ObjectFacts facts) throws JobRefused {
        return new Pinning(settings).pin(plan, facts);
    }

    /**
     * Chooses a storage node for every session. To place anew after a node failed, call it with
     * {@link Cluster#without}.
     *
     * @throws JobRefused 503 if there is no room now (worth a {@code Retry-After}), 400 if there
     *     never is
     */
    public Plan place(Plan plan, Cluster cluster, Replicas replicas) throws JobRefused {
        return new Plan(
                plan.job(),
                plan.sessions(),
                plan.connections(),
                Placer.place(
                        plan.sessions().stream()
                                .map(
                                        session ->
                                                new Placer.Request(
                                                        session.name(),
                                                        session.component(),
                                                        session.location(),
                                                        session.attachment().map(Attachment::path)))
                                .toList(),
                        cluster,
                        replicas));
    }
}
