package io.zerocloud.sandbox.validator;

/**
 * Follows the guarded sequences that more than two instructions make, within one bundle:
 *
 * <pre>
 * and $-32,%eR; add %r15,%rR; jmp|call *%rR                          R not rsp, rbp, r15
 * mov %esi,%esi; lea (%r15,%rsi),%rsi; lods
 * mov %edi,%edi; lea (%r15,%rdi),%rdi; stos|scas|maskmov
 * mov %esi,%esi; lea (%r15,%rsi),%rsi; mov %edi,%edi; lea (%r15,%rdi),%rdi; movs|cmps
 * </pre>
 *
 * <p>Each step is only legal right behind the one before it; any other instruction forgets the
 * state. A finished sequence must not be entered in the middle: {@link #begin} tells where it
 * began.
 */
final class Sequence {
    private static final int NONE = 0;
    private static final int SI_MOVED = 1;
    private static final int SI_PLACED = 2;
    private static final int DI_MOVED = 3;
    private static final int DI_PLACED = 4;
    private static final int SI_DI_MOVED = 5;
    private static final int SI_DI_PLACED = 6;
    private static final int MASKED = 16;
    private static final int BASED = 32;

    /** 64-bit lea (%r15,%rsi,1),%rsi has this REX prefix, ModRM and SIB byte. */
    private static final int LEA_REX = 0x49;

    private static final int LEA_SI = 0x34;
    private static final int LEA_SI_SIB = 0x37;
    private static final int LEA_DI = 0x3C;
    private static final int LEA_DI_SIB = 0x3F;

    private int state;
    private int jumpBegin;
    private int siBegin;
    private int diBegin;

    /** Whether some steps were seen. */
    boolean isActive() {
        return state != NONE;
    }

    void forget() {
        state = NONE;
    }

    /** {@code and $-32,%eR} was seen. */
    void masked(int register, int start) {
        state = MASKED | register;
        jumpBegin = start;
    }

    /** {@code add %r15,%rR} was seen. */
    void based(int register) {
        state = state == (MASKED | register) ? BASED | register : NONE;
    }

    /** {@code mov %eR,%eR} was seen. */
    void moved(int register, int start) {
        if (register == 6) {
            state = SI_MOVED;
            siBegin = start;
        } else if (register == 7) {
            state = state == SI_PLACED ? SI_DI_MOVED : DI_MOVED;
            diBegin = start;
        } else {
            state = NONE;
        }
    }

    /** A lea was seen; {@code last} is its last byte, which is the SIB byte where that matters. */
    void lea(int rex, int modRm, int last) {
        if (rex == LEA_REX && modRm == LEA_SI && last == LEA_SI_SIB && state == SI_MOVED) {
            state = SI_PLACED;
        } else if (rex == LEA_REX && modRm == LEA_DI && last == LEA_DI_SIB) {
            state = state == DI_MOVED ? DI_PLACED : state == SI_DI_MOVED ? SI_DI_PLACED : NONE;
        } else {
            state = NONE;
        }
    }

    /**
     * Where the sequence began that a jump through this register, or a string instruction of this
     * role, ends.
     *
     * @return its offset in the bundle, or -1 if the sequence is not complete
     */
    int begin(int role, int register) {
        int complete = state;
        state = NONE;
        return switch (role) {
            case Form.INDIRECT -> complete == (BASED | register) ? jumpBegin : -1;
            case Form.STRING_SI -> complete == SI_PLACED ? siBegin : -1;
            case Form.STRING_SI_DI -> complete == SI_DI_PLACED ? siBegin : -1;
            case Form.STRING_DI -> complete == DI_PLACED || complete == SI_DI_PLACED ? diBegin : -1;
            default -> throw new IllegalArgumentException("role " + role);
        };
    }
}
