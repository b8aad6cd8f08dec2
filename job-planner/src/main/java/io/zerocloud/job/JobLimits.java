package io.zerocloud.job;

/**
 * How large a job may be. Every value is configurable; {@link #DEFAULT} is what applies otherwise.
 *
 * @param documentBytes size of a description or template
 * @param depth nesting of arrays and objects in it
 * @param nodes nodes of a job
 * @param connections connections between nodes of a job, counted per pair of nodes
 * @param devices devices of a group
 * @param replicate largest value of {@code replicate}: the replica count of the ring
 * @param listedNames names that the wildcards of one job may look at
 */
public record JobLimits(
        int documentBytes,
        int depth,
        int nodes,
        int connections,
        int devices,
        int replicate,
        int listedNames) {

    public static final JobLimits DEFAULT =
            new JobLimits(65_536, 32, 16_384, 100_000, 64, 3, 1_000_000);

    public JobLimits {
        if (documentBytes < 2
                || depth < 8
                || nodes < 1
                || connections < 0
                || devices < 1
                || replicate < 1
                || listedNames < 1) {
            throw new IllegalArgumentException(
                    "a job limit is too small to let any job run: documentBytes >= 2, depth >= 8,"
                            + " nodes, devices, replicate and listedNames >= 1");
        }
    }
}
