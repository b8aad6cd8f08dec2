package io.zerocloud.plan;

import io.zerocloud.job.JobLimits;

/**
 * The operator's settings that shape a plan.
 *
 * @param limits how large a job may be
 * @param maxIops calls per channel and direction (legacy {@code zerovm_maxiops})
 * @param maxInput bytes read per channel (legacy {@code zerovm_maxinput})
 * @param maxOutput bytes written per channel (legacy {@code zerovm_maxoutput})
 * @param defaultContentType type of stored outputs that name none (legacy {@code
 *     zerovm_default_content_type})
 * @param readCheck how the objects that a wildcard matches are authorised
 */
public record PlanSettings(
        JobLimits limits,
        long maxIops,
        long maxInput,
        long maxOutput,
        String defaultContentType,
        ReadCheck readCheck) {

    /** Type of an output that goes to the response and names none. */
    public static final String RESPONSE_CONTENT_TYPE = "text/html";

    public static final PlanSettings DEFAULT =
            new PlanSettings(
                    JobLimits.DEFAULT,
                    1L << 30,
                    1L << 30,
                    1L << 30,
                    "application/octet-stream",
                    ReadCheck.CONTAINER);

    /** How the objects that a wildcard matches are authorised besides the caller's own listing. */
    public enum ReadCheck {
        /** One HEAD per container: Swift's read ACLs are a container's. */
        CONTAINER,
        /** One HEAD per object, for authentication systems with rules per object. */
        OBJECT
    }

    public PlanSettings {
        if (maxIops < 1 || maxInput < 1 || maxOutput < 1) {
            throw new IllegalArgumentException("channel limits must be positive");
        }
    }
}
