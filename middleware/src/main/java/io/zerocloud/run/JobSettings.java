package io.zerocloud.run;

import io.zerocloud.plan.PlanSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * The proxy's settings for jobs.
 *
 * @param plan limits and defaults of planning
 * @param timeout wall clock of a guest whose request names none (legacy {@code zerovm_timeout})
 * @param maxTimeout most that {@code X-Zerovm-Timeout} may ask for
 * @param queueTimeout how long a job may wait for its first slot before it is answered 503
 * @param maxJobs jobs at once, waiting ones included; one more is answered 503
 * @param accountShare most slots that one account's sessions hold together; 0 for all
 * @param maxUpload bytes of an image or payload, as sent
 * @param clientSilence how long a client may send nothing while its body is awaited
 * @param maxUploadTime how long a whole body may take
 * @param interactive how long {@code X-Zerovm-Deferred: auto} waits for the end
 * @param chainTime a job that ends after this many seconds of its chain is its last
 * @param chainLinks most jobs of a chain
 * @param standalonePolicy storage policy beside whose devices jobs without objects run, as
 *     operators say it; empty for anywhere
 * @param work folder of the proxy's own, emptied at the start: uploads
 * @param systemImages names of the images that agents have
 */
public record JobSettings(
        PlanSettings plan,
        Duration timeout,
        Duration maxTimeout,
        Duration queueTimeout,
        int maxJobs,
        int accountShare,
        long maxUpload,
        Duration clientSilence,
        Duration maxUploadTime,
        Duration interactive,
        Duration chainTime,
        int chainLinks,
        String standalonePolicy,
        Path work,
        Set<String> systemImages) {

    public JobSettings {
        systemImages = Set.copyOf(systemImages);
        if (timeout.compareTo(maxTimeout) > 0) {
            throw new IllegalArgumentException(
                    "jobs.timeout: " + timeout + " is longer than jobs.max-timeout, " + maxTimeout);
        }
    }

    /** The defaults, given a folder. */
    public static JobSettings in(Path work) {
        return new JobSettings(
                PlanSettings.DEFAULT,
                Duration.ofSeconds(60),
                Duration.ofSeconds(600),
                Duration.ofSeconds(10),
                1_000,
                0,
                5L << 30,
                Duration.ofSeconds(60),
                Duration.ofDays(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                100,
                "",
                work,
                Set.of());
    }

    public JobSettings withPlan(PlanSettings value) {
        return new JobSettings(
                value,
                timeout,
                maxTimeout,
                queueTimeout,
                maxJobs,
                accountShare,
                maxUpload,
                clientSilence,
                maxUploadTime,
                interactive,
                chainTime,
                chainLinks,
                standalonePolicy,
                work,
                systemImages);
    }

    public JobSettings withSystemImages(Set<String> names) {
        return new JobSettings(
                plan,
                timeout,
                maxTimeout,
                queueTimeout,
                maxJobs,
                accountShare,
                maxUpload,
                clientSilence,
                maxUploadTime,
                interactive,
                chainTime,
                chainLinks,
                standalonePolicy,
                work,
                names);
    }

    public JobSettings withQueue(Duration wait, int jobs) {
        return new JobSettings(
                plan,
                timeout,
                maxTimeout,
                wait,
                jobs,
                accountShare,
                maxUpload,
                clientSilence,
                maxUploadTime,
                interactive,
                chainTime,
                chainLinks,
                standalonePolicy,
                work,
                systemImages);
    }

    /** With other times: for tests that cannot wait a day. */
    public JobSettings withTimes(Duration upload, Duration wait, Duration chain) {
        return new JobSettings(
                plan,
                timeout,
                maxTimeout,
                queueTimeout,
                maxJobs,
                accountShare,
                maxUpload,
                clientSilence,
                upload,
                wait,
                chain,
                chainLinks,
                standalonePolicy,
                work,
                systemImages);
    }
}
