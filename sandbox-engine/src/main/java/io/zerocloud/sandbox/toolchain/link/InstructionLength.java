package io.zerocloud.sandbox.toolchain.link;

/**
 * Lengths of x86-64 instructions as assemblers write them for guests: no VEX, EVEX or XOP. Only for
 * the padding pass; the validator, which decides, has a decoder of its own.
 */
final class InstructionLength {
    private static final int MODRM = 1;
    private static final int IMM8 = 2;
    private static final int IMM32 = 4;
    private static final int IMM16 = 8;
    private static final int UNKNOWN = 16;

    private static final byte[] ONE_BYTE = new byte[256];
    private static final byte[] TWO_BYTE = new byte[256];

    static {
        for (int op = 0; op < 0x40; op++) {
            int low = op & 7;
            ONE_BYTE[op] = (byte) (low < 4 ? MODRM : low == 4 ? IMM8 : low == 5 ? IMM32 : UNKNOWN);
        }
        fill(ONE_BYTE, 0x60, 0x62, UNKNOWN);
        fill(ONE_BYTE, 0x63, 0x63, MODRM);
        fill(ONE_BYTE, 0x68, 0x68, IMM32);
        fill(ONE_BYTE, 0x69, 0x69, MODRM | IMM32);
        fill(ONE_BYTE, 0x6A, 0x6A, IMM8);
        fill(ONE_BYTE, 0x6B, 0x6B, MODRM | IMM8);
        fill(ONE_BYTE, 0x70, 0x7F, IMM8);
        fill(ONE_BYTE, 0x80, 0x80, MODRM | IMM8);
        fill(ONE_BYTE, 0x81, 0x81, MODRM | IMM32);
        fill(ONE_BYTE, 0x82, 0x82, UNKNOWN);
        fill(ONE_BYTE, 0x83, 0x83, MODRM | IMM8);
        fill(ONE_BYTE, 0x84, 0x8F, MODRM);
        fill(ONE_BYTE, 0x9A, 0x9A, UNKNOWN);
        fill(ONE_BYTE, 0xA0, 0xA3, UNKNOWN);
        fill(ONE_BYTE, 0xA8, 0xA8, IMM8);
        fill(ONE_BYTE, 0xA9, 0xA9, IMM32);
        fill(ONE_BYTE, 0xB0, 0xB7, IMM8);
        fill(ONE_BYTE, 0xB8, 0xBF, IMM32);
        fill(ONE_BYTE, 0xC0, 0xC1, MODRM | IMM8);
        fill(ONE_BYTE, 0xC2, 0xC2, IMM16);
        fill(ONE_BYTE, 0xC4, 0xC5, UNKNOWN);
        fill(ONE_BYTE, 0xC6, 0xC6, MODRM | IMM8);
        fill(ONE_BYTE, 0xC7, 0xC7, MODRM | IMM32);
        fill(ONE_BYTE, 0xC8, 0xC8, IMM16 | IMM8);
        fill(ONE_BYTE, 0xCA, 0xCA, IMM16);
        fill(ONE_BYTE, 0xCD, 0xCD, IMM8);
        fill(ONE_BYTE, 0xD0, 0xD3, MODRM);
        fill(ONE_BYTE, 0xD4, 0xD6, UNKNOWN);
        fill(ONE_BYTE, 0xD8, 0xDF, MODRM);
        fill(ONE_BYTE, 0xE0, 0xE7, IMM8);
        fill(ONE_BYTE, 0xE8, 0xE9, IMM32);
        fill(ONE_BYTE, 0xEA, 0xEA, UNKNOWN);
        fill(ONE_BYTE, 0xEB, 0xEB, IMM8);
        fill(ONE_BYTE, 0xF6, 0xF7, MODRM);
        fill(ONE_BYTE, 0xFE, 0xFF, MODRM);

        fill(TWO_BYTE, 0x00, 0xFF, MODRM);
        fill(TWO_BYTE, 0x04, 0x0C, 0);
        fill(TWO_BYTE, 0x0D, 0x0D, MODRM);
        fill(TWO_BYTE, 0x0E, 0x0E, 0);
        fill(TWO_BYTE, 0x0F, 0x0F, MODRM | IMM8);
        fill(TWO_BYTE, 0x30, 0x37, 0);
        fill(TWO_BYTE, 0x70, 0x73, MODRM | IMM8);
        fill(TWO_BYTE, 0x77, 0x77, 0);
        fill(TWO_BYTE, 0x80, 0x8F, IMM32);
        fill(TWO_BYTE, 0xA0, 0xA2, 0);
        fill(TWO_BYTE, 0xA4, 0xA4, MODRM | IMM8);
        fill(TWO_BYTE, 0xA8, 0xAA, 0);
        fill(TWO_BYTE, 0xAC, 0xAC, MODRM | IMM8);
        fill(TWO_BYTE, 0xBA, 0xBA, MODRM | IMM8);
        fill(TWO_BYTE, 0xC2, 0xC2, MODRM | IMM8);
        fill(TWO_BYTE, 0xC4, 0xC6, MODRM | IMM8);
        fill(TWO_BYTE, 0xC8, 0xCF, 0);
    }

    private InstructionLength() {}

    private static void fill(byte[] table, int from, int to, int value) {
        for (int i = from; i <= to; i++) {
            table[i] = (byte) value;
        }
    }

    /** Bytes of the instruction at {@code at}; 0 if it is unknown or runs beyond {@code end}. */
    static int at(byte[] code, int at, int end) {
        int i = at;
        boolean word = false;
        while (i < end && prefix(code[i] & 0xFF)) {
            word |= code[i] == 0x66;
            i++;
        }
        boolean wide = false;
        if (i < end && (code[i] & 0xF0) == 0x40) {
            wide = (code[i] & 8) != 0;
            i++;
        }
        if (i >= end) {
            return 0;
        }
        int opcode = code[i++] & 0xFF;
        int shape = ONE_BYTE[opcode];
        boolean oneByte = opcode != 0x0F;
        if (!oneByte) {
            if (i >= end) {
                return 0;
            }
            opcode = code[i++] & 0xFF;
            shape = TWO_BYTE[opcode];
            if (opcode == 0x38 || opcode == 0x3A) {
                shape = opcode == 0x38 ? MODRM : MODRM | IMM8;
                i++;
            }
        }
        if ((shape & UNKNOWN) != 0) {
            return 0;
        }
        int immediate = immediate(shape, word, oneByte && wide && (opcode & 0xF8) == 0xB8);
        if ((shape & MODRM) != 0) {
            if (i + 1 >= code.length) {
                return 0;
            }
            if (oneByte && (opcode & 0xFE) == 0xF6 && (code[i] & 0x38) < 0x10) {
                immediate = opcode == 0xF6 ? 1 : word ? 2 : 4;
            }
            i += addressing(code, i);
        }
        int length = i + immediate - at;
        return at + length <= end ? length : 0;
    }

    private static boolean prefix(int b) {
        return b == 0x66 || b == 0xF0 || b == 0xF2 || b == 0xF3 || b == 0x2E || b == 0x3E
                || b == 0x26 || b == 0x36 || b == 0x64 || b == 0x65 || b == 0x67;
    }

    private static int immediate(int shape, boolean word, boolean wideMove) {
        int size = (shape & IMM8) != 0 ? 1 : 0;
        size += (shape & IMM16) != 0 ? 2 : 0;
        if ((shape & IMM32) != 0) {
            size += wideMove ? 8 : word ? 2 : 4;
        }
        return size;
    }

    private static int addressing(byte[] code, int at) {
        int modrm = code[at] & 0xFF;
        int mod = modrm >> 6;
        int rm = modrm & 7;
        if (mod == 3) {
            return 1;
        }
        int length = 1;
        boolean wideDisplacement = mod == 0 && rm == 5;
        if (rm == 4) {
            length++;
            wideDisplacement = mod == 0 && (code[at + 1] & 7) == 5;
        }
        return length + (mod == 1 ? 1 : mod == 2 || wideDisplacement ? 4 : 0);
    }
}
