package io.zerocloud.sandbox.validator;

import java.util.List;

/**
 * What the validator says about a piece of code.
 *
 * @param violations in order of offset, without duplicates; empty exactly if the code is accepted.
 *     At most {@link #MAX_VIOLATIONS} are kept, so that hostile code cannot make its refusal
 *     expensive
 * @param total how many were found, kept or not
 */
public record Verdict(List<Violation> violations, int total) {
    /** Most violations that a verdict lists. */
    public static final int MAX_VIOLATIONS = 65_536;

    /** The verdict on code that may be executed. */
    public static final Verdict ACCEPTED = new Verdict(List.of(), 0);

    public Verdict {
        violations = List.copyOf(violations);
        if (total < violations.size() || violations.isEmpty() != (total == 0)) {
            throw new IllegalArgumentException(
                    "total " + total + " does not fit " + violations.size() + " violations");
        }
    }

    /** Whether the code may be executed. */
    public boolean accepted() {
        return total == 0;
    }
}
