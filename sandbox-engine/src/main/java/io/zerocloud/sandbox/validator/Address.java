package io.zerocloud.sandbox.validator;

/** What a ModRM byte says, for each of the 256 packed into an int. */
final class Address {
    /** How the operand is named. */
    static final int BY_REGISTER = 0;

    static final int BY_SIB = 1;

    /** Mod 0 and 5 without a SIB byte. */
    static final int RIP_RELATIVE = 2;

    /** Mod 0 with a SIB byte, in which base 5 is none. */
    static final int SIB_WITHOUT_DISPLACEMENT = 3;

    private static final int RSP = 4;
    private static final int BYTES = 7;
    private static final int KIND = 10;
    private static final int BITS = 16;
    private static final int HAS_SIB = 1 << 12;

    private static final int[] MOD_RM = new int[256];

    /** For each kind a bit for each base: whether it keeps the operand inside. */
    private static final int[] GOOD_BASES = new int[4];

    static {
        for (int modRm = 0; modRm < 256; modRm++) {
            int mod = modRm >> 6;
            int rm = modRm & 7;
            boolean sib = mod < 3 && rm == 4;
            int kind =
                    sib
                            ? mod == 0 ? SIB_WITHOUT_DISPLACEMENT : BY_SIB
                            : mod == 0 && rm == 5 ? RIP_RELATIVE : BY_REGISTER;
            int displacement = mod == 1 ? 1 : mod == 2 || kind == RIP_RELATIVE ? 4 : 0;
            MOD_RM[modRm] =
                    Tables.CLASS[modRm]
                            | (((sib ? 1 : 0) + displacement) << BYTES)
                            | (kind << KIND)
                            | (sib ? HAS_SIB : (rm | (RSP << 3)) << BITS);
        }
        for (int base = 0; base < 16; base++) {
            int inside = Registers.isSpecial(base) ? 1 << base : 0;
            boolean five = (base & 7) == 5;
            GOOD_BASES[BY_REGISTER] |= inside;
            GOOD_BASES[BY_SIB] |= inside;
            // Mod 0 and 5, with REX.B or without: %rip, but no base at all in a SIB byte.
            GOOD_BASES[RIP_RELATIVE] |= five ? 1 << base : 0;
            GOOD_BASES[SIB_WITHOUT_DISPLACEMENT] |= five ? 0 : inside;
        }
    }

    private Address() {}

    static int of(int modRm) {
        return MOD_RM[modRm];
    }

    /** Position in a row of forms. */
    static int formClass(int address) {
        return address & 0x7F;
    }

    /** Bytes of SIB and displacement. */
    static int bytes(int address, int sib) {
        int bytes = (address >>> BYTES) & 7;
        return kind(address) == SIB_WITHOUT_DISPLACEMENT && (sib & 7) == 5 ? bytes + 4 : bytes;
    }

    static int kind(int address) {
        return (address >>> KIND) & 3;
    }

    static boolean hasSib(int address) {
        return (address & HAS_SIB) != 0;
    }

    /** Base and index as a SIB byte has them, from that byte or with the mark of no index. */
    static int bits(int address, int sib) {
        return hasSib(address) ? sib : address >>> BITS;
    }

    /** 1 if a base register keeps an operand inside the guest's region and its guards, or 0. */
    static int good(int address, int base) {
        return (GOOD_BASES[kind(address)] >>> base) & 1;
    }
}
