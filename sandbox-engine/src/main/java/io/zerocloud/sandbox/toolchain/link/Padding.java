package io.zerocloud.sandbox.toolchain.link;

import java.util.BitSet;

/**
 * Replaces the assembler's padding, runs of one-byte nops in front of groups that did not fit into
 * their bundle, by as few long nops as possible: each costs a decoder slot, whatever its length.
 *
 * <p>Works on linked code, where every jump is known: a run is not merged across a place that a
 * direct jump reaches. Indirect jumps reach only bundle starts, and runs do not cross those.
 */
final class Padding {
    private static final int BUNDLE = 32;
    private static final int LONGEST = 9;

    /** The processor makers' recommended forms of 1 to 9 bytes. */
    private static final byte[][] NOPS = {
        {},
        {(byte) 0x90},
        {0x66, (byte) 0x90},
        {0x0F, 0x1F, 0x00},
        {0x0F, 0x1F, 0x40, 0x00},
        {0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x0F, 0x1F, (byte) 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0F, 0x1F, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };

    private final byte[] code;
    private final int start;
    private final int end;
    private final BitSet targets = new BitSet();

    private Padding(byte[] code, int start, int end) {
        this.code = code;
        this.start = start;
        this.end = end;
    }

    /**
     * Shortens the padding of {@code code[start, end)} in place.
     *
     * @param start offset of an address that is a multiple of 32
     */
    static void shorten(byte[] code, int start, int end) {
        Padding padding = new Padding(code, start, end);
        if (padding.findTargets()) {
            padding.mergeRuns();
        }
    }

    /** False if something is not understood; then nothing is changed. */
    private boolean findTargets() {
        for (int at = start; at < end; ) {
            int length = InstructionLength.at(code, at, end);
            if (length == 0) {
                return false;
            }
            int target = target(at, length);
            if (target >= start && target < end) {
                targets.set(target - start);
            }
            at += length;
        }
        return true;
    }

    private int target(int at, int length) {
        int next = at + length;
        int first = code[at] & 0xFF;
        boolean near = length == 5 && (first == 0xE8 || first == 0xE9);
        boolean conditional = length == 6 && first == 0x0F && (code[at + 1] & 0xF0) == 0x80;
        if (near || conditional) {
            int distance =
                    (code[next - 4] & 0xFF)
                            | (code[next - 3] & 0xFF) << 8
                            | (code[next - 2] & 0xFF) << 16
                            | code[next - 1] << 24;
            return next + distance;
        }
        if (length < 2) {
            return -1;
        }
        int last = code[next - 2] & 0xFF;
        boolean brief = last == 0xEB || (last & 0xF0) == 0x70 || (last & 0xFC) == 0xE0;
        // Prefixed forms (branch hints, jecxz) put the opcode in front of the displacement too.
        return brief && length <= 3 ? next + code[next - 1] : -1;
    }

    private void mergeRuns() {
        int run = -1;
        for (int at = start; at < end; ) {
            int length = InstructionLength.at(code, at, end);
            boolean nop = isNop(at, length);
            boolean boundary = (at - start) % BUNDLE == 0 || targets.get(at - start);
            if (run >= 0 && (!nop || boundary)) {
                write(run, at);
                run = -1;
            }
            if (nop && run < 0) {
                run = at;
            }
            at += length;
        }
        if (run >= 0) {
            write(run, end);
        }
    }

    private boolean isNop(int at, int length) {
        int i = at;
        while (i < at + length && (code[i] == 0x66 || code[i] == 0x2E)) {
            i++;
        }
        if (i == at + length - 1) {
            return (code[i] & 0xFF) == 0x90;
        }
        return code[i] == 0x0F && code[i + 1] == 0x1F && (code[i + 2] & 0x38) == 0;
    }

    private void write(int from, int to) {
        int at = from;
        while (at < to) {
            int rest = to - at;
            int length = Math.min(rest, LONGEST);
            System.arraycopy(NOPS[length], 0, code, at, length);
            at += length;
        }
    }
}
