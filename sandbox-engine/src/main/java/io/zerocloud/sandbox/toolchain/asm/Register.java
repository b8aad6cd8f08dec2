package io.zerocloud.sandbox.toolchain.asm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A view of a general register, or the instruction pointer.
 *
 * @param name as written, without the percent sign
 * @param number hardware number 0-15; {@link #RIP_NUMBER} for rip and eip
 * @param bits 8, 16, 32 or 64
 * @param high whether it is ah, ch, dh or bh
 */
public record Register(String name, int number, int bits, boolean high) {
    public static final int RIP_NUMBER = 16;

    private static final String[] LEGACY = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final Map<String, Register> BY_NAME = new HashMap<>();
    private static final Register[] WIDE = new Register[RIP_NUMBER + 1];
    private static final Register[] LONG = new Register[RIP_NUMBER + 1];
    private static final Register[] LOW_BYTE = new Register[RIP_NUMBER];

    static {
        for (int i = 0; i < 16; i++) {
            boolean legacy = i < 8;
            String base = legacy ? LEGACY[i] : "r" + i;
            WIDE[i] = add(legacy ? "r" + base : base, i, 64, false);
            LONG[i] = add(legacy ? "e" + base : base + "d", i, 32, false);
            add(legacy ? base : base + "w", i, 16, false);
            String low = !legacy ? base + "b" : i < 4 ? base.charAt(0) + "l" : base + "l";
            LOW_BYTE[i] = add(low, i, 8, false);
            if (i < 4) {
                add(base.charAt(0) + "h", i, 8, true);
            }
        }
        WIDE[RIP_NUMBER] = add("rip", RIP_NUMBER, 64, false);
        LONG[RIP_NUMBER] = add("eip", RIP_NUMBER, 32, false);
    }

    public static final Register RAX = WIDE[0];
    public static final Register RSP = WIDE[4];
    public static final Register RBP = WIDE[5];
    public static final Register RSI = WIDE[6];
    public static final Register RDI = WIDE[7];
    public static final Register R11 = WIDE[11];
    public static final Register R15 = WIDE[15];
    public static final Register RIP = WIDE[RIP_NUMBER];

    private static Register add(String name, int number, int bits, boolean high) {
        Register register = new Register(name, number, bits, high);
        BY_NAME.put(name, register);
        return register;
    }

    /** The general register of that name; empty for vector, x87, segment and other registers. */
    public static Optional<Register> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    public Register wide() {
        return WIDE[number];
    }

    /** The 32-bit view, the one whose writes clear the upper half. */
    public Register lower32() {
        return LONG[number];
    }

    public Register lowByte() {
        return LOW_BYTE[number];
    }

    /** Whether this is a view of the same hardware register. */
    public boolean aliases(Register other) {
        return number == other.number;
    }

    /** Whether it is a view of rsp or rbp, which always hold an address inside the sandbox. */
    public boolean isFrame() {
        return number == RSP.number || number == RBP.number;
    }

    @Override
    public String toString() {
        return "%" + name;
    }
}
