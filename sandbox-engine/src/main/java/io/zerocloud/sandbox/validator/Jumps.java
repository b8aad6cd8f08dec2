package io.zerocloud.sandbox.validator;

import java.util.Arrays;

/**
 * Where jumps lead and where they may lead: two bitmaps with a bit for each byte of the code. They
 * are compared when all code has been seen; only if they disagree a second pass over the code finds
 * out which jumps are bad.
 */
final class Jumps {
    /** One int a bundle, one bit a byte: where an instruction begins that may be jumped to. */
    private int[] targets = new int[64];

    /** The same layout: where direct jumps lead. */
    private int[] wanted = new int[64];

    private int length;
    private boolean naming;

    /** Begins with code of that many bytes. */
    void reset(int bytes) {
        int bundles = bytes / Validator.BUNDLE;
        if (bundles > targets.length) {
            targets = new int[bundles];
            wanted = new int[bundles];
        }
        Arrays.fill(wanted, 0, bundles, 0);
        length = bytes;
        naming = false;
    }

    /** Bytes of code for which there is room now. */
    int capacity() {
        return targets.length * Validator.BUNDLE;
    }

    /** The bits of a bundle's bytes at which instructions begin that may be jumped to. */
    int targets(int bundle) {
        return targets[bundle];
    }

    void setTargets(int bundle, int bits) {
        targets[bundle] = bits;
    }

    /** Whether some jump leads where none may. */
    boolean areBad() {
        for (int i = 0; i < length / Validator.BUNDLE; i++) {
            if ((wanted[i] & ~targets[i]) != 0) {
                return true;
            }
        }
        return false;
    }

    /** From now on bad jumps are found where they stand. */
    void name() {
        naming = true;
    }

    /**
     * A direct jump at an offset of the code.
     *
     * @param from the offset behind it, from which the distance counts
     */
    void jump(int at, int from, int distance, Findings findings) {
        long target = (long) from + distance;
        if (target < 0 || target >= length) {
            if (target % Validator.BUNDLE != 0) {
                findings.add(at, Reason.JUMP_OUT_OF_RANGE);
            }
            return;
        }
        int bundle = (int) target / Validator.BUNDLE;
        int bit = 1 << (int) target % Validator.BUNDLE;
        if (!naming) {
            wanted[bundle] |= bit;
        } else if ((targets[bundle] & bit) == 0) {
            findings.addJump(at);
        }
    }
}
