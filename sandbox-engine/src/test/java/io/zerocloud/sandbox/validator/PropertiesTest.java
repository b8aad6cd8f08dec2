package io.zerocloud.sandbox.validator;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PropertiesTest {
    private static final long REGION = 1L << 32;
    private static final long GUARD = 40L << 30;
    private static final int RIP = -2;
    private static final int NONE = -1;

    /**
     * All memory operands, decoded here on their own: whatever the registers hold that the rules
     * let them hold, an accepted operand stays inside region and guards.
     */
    @Test
    void acceptedMemoryOperandsStayInsideTheGuards() {
        Random random = new Random(26);
        int accepted = 0;
        int refused = 0;
        for (int rex = 0x40; rex < 0x50; rex++) {
            for (int modRm = 0; modRm < 0xC0; modRm++) {
                // Destinations that must not be written would hide what is tested.
                if ((modRm & 0x38) == 0x20 || (modRm & 0x38) == 0x28 || (modRm & 0x38) == 0x38) {
                    continue;
                }
                for (int sib = 0; sib < 256; sib++) {
                    Operand operand = Operand.of(rex, modRm, sib, random.nextInt());
                    byte[] code = operand.load();
                    boolean ok = Code.validate(code).accepted();
                    if (ok) {
                        accepted++;
                        assertThat(operand.lowest()).isGreaterThanOrEqualTo(-GUARD);
                        assertThat(operand.highest()).isLessThan(REGION + GUARD);
                    } else {
                        refused++;
                    }
                    assertThat(ok).as(operand.toString()).isEqualTo(operand.isSandboxed());
                }
            }
        }
        assertThat(accepted).isGreaterThan(10_000);
        assertThat(refused).isGreaterThan(100_000);
    }

    /** A memory operand by its fields, and the most it can reach. */
    private record Operand(
            int rex,
            int modRm,
            int sib,
            int base,
            int index,
            int scale,
            long displacement,
            int bits) {
        static Operand of(int rex, int modRm, int sib, int displacement) {
            int mod = modRm >> 6;
            int rm = modRm & 7;
            int base = rm | ((rex & 1) << 3);
            int index = NONE;
            int scale = 1;
            if (rm == 4) {
                base = (sib & 7) | ((rex & 1) << 3);
                index = ((sib >> 3) & 7) | ((rex & 2) << 2);
                index = index == 4 ? NONE : index;
                scale = 1 << (sib >> 6);
                if (mod == 0 && (sib & 7) == 5) {
                    base = NONE;
                }
            } else if (mod == 0 && rm == 5) {
                base = RIP;
            }
            int bits = mod == 1 ? 8 : mod == 2 || base == RIP || base == NONE ? 32 : 0;
            long value = bits == 8 ? (byte) displacement : bits == 32 ? displacement : 0;
            return new Operand(rex, modRm, sib, base, index, scale, value, bits);
        }

        /** mov of the operand behind a move that zero-extends its index. */
        byte[] load() {
            ByteBuffer code = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
            boolean movable = index != NONE && index != 4 && index != 5 && index != 15;
            if (movable) {
                code.put((byte) (0x40 | (index >> 3) | ((index >> 3) << 2)));
                code.put((byte) 0x89).put((byte) (0xC0 | ((index & 7) << 3) | (index & 7)));
            }
            code.put((byte) rex).put((byte) 0x8B).put((byte) modRm);
            if ((modRm & 7) == 4) {
                code.put((byte) sib);
            }
            if (bits == 8) {
                code.put((byte) displacement);
            } else if (bits == 32) {
                code.putInt((int) displacement);
            }
            return Arrays.copyOf(code.array(), code.position());
        }

        boolean isSandboxed() {
            boolean goodIndex = index == NONE || !Set.of(4, 5, 15).contains(index);
            return Set.of(RIP, 4, 5, 15).contains(base) && goodIndex;
        }

        long lowest() {
            return displacement;
        }

        /** The base may be anywhere in the region, except r15, the index any 32-bit number. */
        long highest() {
            long most = base == 15 ? 0 : REGION;
            long indexed = index == NONE ? 0 : (REGION - 1) * scale;
            return most + indexed + displacement + 16;
        }
    }

    @Test
    void whatIsSaidAboutABundleDoesNotDependOnLaterBytes() {
        Random random = new Random(14);
        Set<Reason> targets = Set.of(Reason.BAD_JUMP_TARGET, Reason.JUMP_OUT_OF_RANGE);
        for (int i = 0; i < 20_000; i++) {
            byte[] code = SampleCode.valid(random.nextLong(), 2);
            for (int n = random.nextInt(4); n >= 0; n--) {
                code[random.nextInt(32)] = (byte) random.nextInt();
            }
            byte[] other = code.clone();
            byte[] tail = new byte[32];
            random.nextBytes(tail);
            System.arraycopy(tail, 0, other, 32, 32);
            assertThat(ofFirstBundle(code, targets)).isEqualTo(ofFirstBundle(other, targets));
        }
    }

    private static List<Violation> ofFirstBundle(byte[] code, Set<Reason> ignored) {
        return Validator.standard().validate(code, 0, code.length, 0).violations().stream()
                .filter(v -> v.offset() < 32 && !ignored.contains(v.reason()))
                .collect(toList());
    }

    @Test
    void theVerdictOnAConcatenationIsThatOnItsParts() {
        Random random = new Random(15);
        byte[] all = SampleCode.valid(random.nextLong(), 1000);
        assertThat(Validator.standard().validate(all, 0, all.length, 0).accepted()).isTrue();
        assertThat(Validator.standard().validate(all, 320, 64, 0x20000).accepted()).isTrue();
        all[500 * 32] = 0x06;
        Verdict verdict = Validator.standard().validate(all, 0, all.length, 0);
        assertThat(verdict.violations())
                .containsExactly(new Violation(500 * 32, Reason.UNKNOWN_INSTRUCTION));
    }

    @Test
    void aRefusalOfEverythingIsBounded() {
        byte[] code = new byte[4 << 20];
        Arrays.fill(code, (byte) 0x06);
        Verdict verdict = Validator.standard().validate(code, 0, code.length, 0);
        assertThat(verdict.total()).isEqualTo(code.length / 32);
        assertThat(verdict.violations()).hasSize(Verdict.MAX_VIOLATIONS);
    }

    @Test
    void wrongArgumentsAreRefused() {
        Validator validator = Validator.standard();
        byte[] code = new byte[64];
        assertThatThrownBy(() -> validator.validate(code, 0, 33, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> validator.validate(code, 0, 32, 16))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> validator.validate(code, 0, 64, (1L << 32) - 32))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> validator.validate(code, 32, 64, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(validator.validate(code, 64, 0, 0).accepted()).isTrue();
    }

    @Test
    void liftingAPolicyAllowsItsInstructionsAndChangesTheVersion() {
        Validator lifted = Validator.of(RuleOptions.lifting(Set.of(RuleOptions.Policy.TIMER)));
        byte[] rdtsc = Code.padded(Code.hex("0f 31"));
        byte[] cpuid = Code.padded(Code.hex("0f a2"));
        assertThat(lifted.validate(rdtsc, 0, 32, 0).accepted()).isTrue();
        assertThat(lifted.validate(cpuid, 0, 32, 0).accepted()).isFalse();
        assertThat(lifted.version()).isNotEqualTo(Validator.standard().version());
        Validator stores =
                Validator.of(RuleOptions.lifting(Set.of(RuleOptions.Policy.NON_TEMPORAL)));
        byte[] movnti = Code.padded(Code.hex("0f c3 00"));
        assertThat(stores.validate(movnti, 0, 32, 0).violations())
                .containsExactly(new Violation(0, Reason.BAD_BASE));
    }

    @Test
    void noPolicyThatIsLiftedLetsAReservedRegisterBeWritten() {
        Validator lifted = Validator.of(RuleOptions.lifting(Set.of(RuleOptions.Policy.values())));
        for (String rdpid : List.of("f3 41 0f c7 ff", "f3 0f c7 fc", "f3 0f c7 fd")) {
            byte[] code = Code.padded(Code.hex(rdpid));
            assertThat(lifted.validate(code, 0, 32, 0).accepted()).as(rdpid).isFalse();
        }
        byte[] free = Code.padded(Code.hex("f3 0f c7 f8"));
        assertThat(lifted.validate(free, 0, 32, 0).accepted()).isTrue();
    }

    @Test
    void aStreamOfChunksIsAnsweredLineByLine() throws IOException {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        chunk(in, "0f05");
        chunk(in, "");
        chunk(in, "90");
        chunk(in, "89d8".repeat(40));
        chunk(in, "90" + "c3" + "cc");
        assertThat(answers(in.toByteArray()))
                .isEqualTo("I 0:SYSTEM\nV\nV\nV\nI 1:RETURN 2:SYSTEM\n");
        in.write(5);
        assertThatThrownBy(() -> answers(in.toByteArray())).isInstanceOf(IOException.class);
        byte[] huge = {0, 0, 0, (byte) 0x80};
        assertThatThrownBy(() -> answers(huge)).hasMessageContaining("2147483648");
    }

    private static void chunk(ByteArrayOutputStream out, String hex) throws IOException {
        byte[] code = Code.hex(hex);
        out.write(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(code.length).array());
        out.write(code);
    }

    private static String answers(byte[] in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ChunkStream(Validator.standard(), new ByteArrayInputStream(in), out).run();
        return out.toString(StandardCharsets.US_ASCII);
    }
}
