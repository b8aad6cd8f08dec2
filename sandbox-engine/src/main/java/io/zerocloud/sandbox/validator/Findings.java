package io.zerocloud.sandbox.validator;

import java.util.Arrays;
import java.util.List;

/**
 * Violations found so far, kept without an object for each; bounded, hostile code may have many.
 */
final class Findings {
    private long[] packed = new long[16];
    private int size;
    private int total;
    private boolean onlyJumps;

    void clear() {
        onlyJumps = false;
        size = 0;
        total = 0;
    }

    boolean isEmpty() {
        return total == 0;
    }

    /** From now on all but bad jumps is known already. */
    void onlyJumps() {
        onlyJumps = true;
    }

    void add(int offset, Reason reason) {
        if (!onlyJumps) {
            enter(offset, reason);
        }
    }

    /** A jump to a place that may not be jumped to. */
    void addJump(int offset) {
        enter(offset, Reason.BAD_JUMP_TARGET);
    }

    private void enter(int offset, Reason reason) {
        total++;
        if (size == Verdict.MAX_VIOLATIONS) {
            return;
        }
        if (size == packed.length) {
            packed = Arrays.copyOf(packed, size * 2);
        }
        packed[size++] = ((long) offset << 8) | reason.code();
    }

    Verdict verdict() {
        if (total == 0) {
            return Verdict.ACCEPTED;
        }
        long[] sorted = Arrays.copyOf(packed, size);
        Arrays.sort(sorted);
        List<Violation> violations =
                Arrays.stream(sorted)
                        .distinct()
                        .mapToObj(v -> new Violation((int) (v >> 8), Reason.of((int) (v & 0xFF))))
                        .toList();
        return new Verdict(violations, total - (size - violations.size()));
    }
}
