package io.zerocloud.sandbox.validator;

import java.util.Arrays;

/**
 * The head of an instruction, prefixes to opcode, packed into an int: where its row of forms
 * begins, its length, its REX byte, and the prefixes that a form must allow.
 *
 * <p>Most heads are told by their first two or three bytes, for which a table is made ({@link
 * #leads}); the others are read byte by byte ({@link #read}).
 */
final class Head {
    /** Not told by two bytes; or prefixes that do not go together. */
    static final int UNDECIDED = 0;

    /** The sign: an instruction of this one byte that does nothing to be followed. */
    static final int RUN = 1 << 31;

    /** Told by three bytes: the rest is where in the table the third one is to be looked up. */
    static final int THREE = 1 << 30;

    /** Set if there is a lock prefix. */
    static final int LOCK = 1 << 28;

    /** Set if there is a branch hint. */
    static final int HINT = 1 << 29;

    private static final int PAIRS = 1 << 16;
    private static final int ROW = (1 << 17) - 1;
    private static final int LENGTH = 17;
    private static final int REX = 21;

    /** Prefix bytes as bits; 66, F3 and F2 select a table. */
    private static final int OPERAND_SIZE = 1;

    private static final int REPZ = 2;
    private static final int REPNZ = 4;
    private static final int LOCKED = 8;
    private static final int HINTED = 16;
    private static final int ADDRESS = 32;
    private static final int SEGMENT = 64;
    private static final int DUPLICATE = 128;

    private static final int SELECTING = OPERAND_SIZE | REPZ | REPNZ;

    private static final short[] PREFIX = new short[256];

    /** Table index of 66, F3 and F2; no two of them go together. */
    private static final int[] SELECT = {
        Tables.NO_PREFIX, Tables.PREFIX_66, Tables.PREFIX_F3, 0, Tables.PREFIX_F2, 0, 0, 0
    };

    static {
        PREFIX[0x66] = OPERAND_SIZE;
        PREFIX[0xF3] = REPZ;
        PREFIX[0xF2] = REPNZ;
        PREFIX[0xF0] = LOCKED;
        PREFIX[0x2E] = HINTED;
        PREFIX[0x3E] = HINTED;
        PREFIX[0x67] = ADDRESS;
        PREFIX[0x26] = SEGMENT;
        PREFIX[0x36] = SEGMENT;
        PREFIX[0x64] = SEGMENT;
        PREFIX[0x65] = SEGMENT;
    }

    private Head() {}

    /** Offset among {@link Tables#rows}. */
    static int row(int head) {
        return head & ROW;
    }

    /** Bytes, 1 to 15. */
    static int length(int head) {
        return (head >>> LENGTH) & 15;
    }

    /** The REX byte, or 0. */
    static int rex(int head) {
        return (head >>> REX) & 0x7F;
    }

    /**
     * The head of every two first bytes, low one first; {@link #THREE} with the place of 256 more
     * behind the first 65 536 for those that a third byte decides; or {@link #UNDECIDED}.
     */
    static int[] leads(int[] first, int[] rows) {
        if (rows.length > ROW) {
            throw new IllegalStateException(rows.length + " forms, at most " + ROW);
        }
        int[] leads = new int[PAIRS];
        byte[] bytes = new byte[16];
        for (int pair = 0; pair < PAIRS; pair++) {
            bytes[0] = (byte) pair;
            bytes[1] = (byte) (pair >> 8);
            bytes[2] = 0;
            int head = read(bytes, 0, first);
            if (length(head) == 1) {
                leads[pair] = head | (rows[row(head)] == Form.KNOWN ? RUN : 0);
            } else if (length(head) == 2) {
                leads[pair] = head;
            } else if (length(head) == 3) {
                leads[pair] = THREE | leads.length;
                leads = Arrays.copyOf(leads, leads.length + 256);
                for (int third = 0; third < 256; third++) {
                    bytes[2] = (byte) third;
                    head = read(bytes, 0, first);
                    leads[leads.length - 256 + third] = length(head) == 3 ? head : UNDECIDED;
                }
            }
        }
        return leads;
    }

    /** Reads a head; {@link #UNDECIDED} if its prefixes do not go together. */
    static int read(byte[] bytes, int start, int[] first) {
        int p = start;
        int b = bytes[p++] & 0xFF;
        int prefixes = 0;
        while (PREFIX[b] != 0 && (prefixes & DUPLICATE) == 0) {
            prefixes |= (prefixes & PREFIX[b]) != 0 ? DUPLICATE : PREFIX[b];
            b = bytes[p++] & 0xFF;
        }
        if ((Integer.bitCount(prefixes) > 1 || prefixes > LOCKED) && !goTogether(prefixes)) {
            return UNDECIDED;
        }
        int rex = 0;
        if ((b & 0xF0) == 0x40) {
            rex = b;
            b = bytes[p++] & 0xFF;
        }
        int map = 0;
        if (b == 0x0F) {
            b = bytes[p++] & 0xFF;
            map = 1;
            if (b == 0x38 || b == 0x3A) {
                map = b == 0x38 ? 2 : 3;
                b = bytes[p++] & 0xFF;
            }
        }
        int row = first[Tables.index(map, SELECT[prefixes & SELECTING], (rex >> 3) & 1, b)];
        return row
                | ((p - start) << LENGTH)
                | (rex << REX)
                | ((prefixes & LOCKED) != 0 ? LOCK : 0)
                | ((prefixes & HINTED) != 0 ? HINT : 0);
    }

    /** Why the prefixes that stand there do not go together. */
    static Reason badPrefix(byte[] bytes, int start) {
        int prefixes = 0;
        for (int p = start; PREFIX[bytes[p] & 0xFF] != 0 && (prefixes & DUPLICATE) == 0; p++) {
            int prefix = PREFIX[bytes[p] & 0xFF];
            prefixes |= (prefixes & prefix) != 0 ? DUPLICATE : prefix;
        }
        return (prefixes & ADDRESS) != 0
                ? Reason.ADDRESS_SIZE
                : (prefixes & (SEGMENT | HINTED)) != 0
                        ? Reason.SEGMENT_OVERRIDE
                        : Reason.BAD_PREFIX;
    }

    /** Why there is no form for the instruction that stands there, whose prefixes go together. */
    static Reason whyUnknown(byte[] bytes, int start, Tables tables) {
        int p = start;
        int prefixes = 0;
        while (PREFIX[bytes[p] & 0xFF] != 0) {
            prefixes |= PREFIX[bytes[p++] & 0xFF];
        }
        int rex = (bytes[p] & 0xF0) == 0x40 ? bytes[p++] : 0;
        int map = 0;
        if (bytes[p] == 0x0F) {
            p++;
            map = bytes[p] == 0x38 ? 2 : bytes[p] == 0x3A ? 3 : 1;
            p += map > 1 ? 1 : 0;
        }
        int opcode = bytes[p] & 0xFF;
        int modRm = bytes[p + 1] & 0xFF;
        boolean newer =
                map == 0
                        && (opcode == 0xC4
                                || opcode == 0xC5
                                || opcode == 0x62
                                || (opcode == 0x8F && (modRm & 0x38) != 0));
        if (newer) {
            return Reason.NEWER_ENCODING;
        }
        boolean known =
                tables.isKnown(Tables.index(map, Tables.NO_PREFIX, (rex >> 3) & 1, opcode), modRm);
        boolean misplaced = map == 0 && (PREFIX[opcode] != 0 || (opcode & 0xF0) == 0x40);
        return misplaced || ((prefixes & SELECTING) != 0 && known)
                ? Reason.BAD_PREFIX
                : Reason.UNKNOWN_INSTRUCTION;
    }

    private static boolean goTogether(int prefixes) {
        if ((prefixes & (DUPLICATE | ADDRESS | SEGMENT)) != 0) {
            return false;
        }
        int select = prefixes & SELECTING;
        return (prefixes & HINTED) != 0
                ? prefixes == HINTED
                : select == 0 || select == OPERAND_SIZE || prefixes == REPZ || prefixes == REPNZ;
    }
}
