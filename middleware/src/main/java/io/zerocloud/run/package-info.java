/**
 * A job in the proxy, from the accepted POST to the finished outcome.
 *
 * <p>{@link io.zerocloud.run.JobService} is the front. A {@link io.zerocloud.run.JobRun} reads the
 * request ({@link io.zerocloud.run.JobSource}), has the caller's rights decided by Swift, plans,
 * and hands the sessions to a {@link io.zerocloud.run.Dispatch}, which sends each to an agent
 * ({@link io.zerocloud.run.AgentClient}) as {@link io.zerocloud.run.FairSlots} become free. What
 * comes back is a {@link io.zerocloud.answer.JobOutcome}, which {@link io.zerocloud.answer} turns
 * into a response.
 *
 * <p>Everything here is plain blocking code on virtual threads.
 */
@NullMarked
package io.zerocloud.run;

import org.jspecify.annotations.NullMarked;
