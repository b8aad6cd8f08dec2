/**
 * From a description to sessions: wildcards, names, channels, connections, attachment.
 *
 * <p>The steps, each of which refuses with {@link io.zerocloud.job.JobRefused}:
 *
 * <ol>
 *   <li>{@code JobParser.parse(bytes, context, limits)} reads the description;
 *   <li>{@code Planner.expand(job, listings)} resolves wildcards, makes sessions and connections;
 *   <li>{@code Planner.pin(plan, facts)} asks for every named object and fixes its version;
 *   <li>{@code Planner.place(plan, cluster, replicas)} chooses a storage node for every session.
 * </ol>
 *
 * <p>The guest's text is {@code session.nvram(GuestEnvironment.join(session.env(), cgi, local))}.
 */
@NullMarked
package io.zerocloud.plan;

import org.jspecify.annotations.NullMarked;
