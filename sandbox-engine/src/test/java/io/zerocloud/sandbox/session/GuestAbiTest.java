package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a guest finds at entry, behind a trap, and in its user manifest. */
@ExtendWith(Engines.class)
class GuestAbiTest {
    private static final long BASE = 0x440A00000000L;
    private static final String[] REGISTERS = {
        "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
        "r13", "r14", "r15"
    };
    private static final int DUMP = 168;

    @Test
    void aGuestWritesAndExits(Engine engine) throws Exception {
        Run run = Run.of(engine, Guests.nexe("hello"));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(7));
        assertThat(run.stdout()).isEqualTo("Hello, ZeroCloud\n");
    }

    @Test
    void theEntryStateIsTheAbis(Engine engine) throws Exception {
        ByteBuffer first =
                ByteBuffer.wrap(Run.of(engine, Guests.nexe("entry")).bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (String zero :
                new String[] {
                    "rax", "rbx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14"
                }) {
            assertThat(register(first, 0, zero)).as(zero).isZero();
        }
        assertThat(register(first, 0, "r15")).isEqualTo(BASE);
        assertThat(register(first, 0, "rsp")).isEqualTo(BASE + (1L << 32) - 56);
        assertThat(register(first, 0, "rbp")).isEqualTo(BASE + (1L << 32) - 56);
        assertThat(register(first, 0, "rdi")).isEqualTo(0xFFFFFFD0L);
        assertThat(vectors(first, 0)).containsOnly(0);
        assertThat(first.getInt(160)).as("MXCSR").isEqualTo(0x1F80);
        assertThat(first.getShort(164)).as("x87 control word").isEqualTo((short) 0x37F);
        int[] stack = new int[14];
        stack[4] = 1;
        stack[5] = 0xFFFFFFF0;
        for (int i = 0; i < 14; i++) {
            assertThat(first.getInt(DUMP + 4 * i)).as("stack word " + i).isEqualTo(stack[i]);
        }
    }

    @Test
    void aTrapKeepsWhatTheAbiKeepsAndClearsTheRest(Engine engine) throws Exception {
        ByteBuffer dump =
                ByteBuffer.wrap(Run.of(engine, Guests.nexe("entry")).bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        int second = DUMP + 56;
        assertThat(register(dump, second, "rax")).as("result of an unknown function").isEqualTo(-1);
        assertThat(register(dump, second, "rbx")).isEqualTo(0x11111111);
        assertThat(register(dump, second, "r12")).isEqualTo(0x22222222);
        assertThat(register(dump, second, "r13")).isEqualTo(0x33333333);
        assertThat(register(dump, second, "r14")).isEqualTo(0x4444444444444444L);
        assertThat(register(dump, second, "r15")).isEqualTo(BASE);
        assertThat(register(dump, second, "rsp")).isEqualTo(BASE + (1L << 32) - 56);
        assertThat(register(dump, second, "rbp")).isEqualTo(BASE + (1L << 32) - 56);
        for (String cleared : new String[] {"rdx", "rsi", "r8", "r9", "r10"}) {
            assertThat(register(dump, second, cleared)).as(cleared).isZero();
        }
        assertThat(register(dump, second, "rcx") >>> 32)
                .as("nothing of the supervisor's addresses")
                .isIn(0L, BASE >>> 32);
        assertThat(vectors(dump, second)).containsOnly(0);
        assertThat(dump.getInt(second + 160)).as("MXCSR").isEqualTo(0x7F80);
        assertThat(dump.getShort(second + 164)).as("x87 control word").isEqualTo((short) 0x37F);
        assertThat(dump.getShort(second + 166)).as("x87 stack empty").isZero();
    }

    @Test
    void theUserManifestDescribesHeapAndChannels(Engine engine) throws Exception {
        Driver driver = new Driver().write(1, 0xFEFFFFFCL, 4, 0).write(1, 0xFEFF0000L, 0x10000, 0);
        Run run =
                Run.of(
                        engine,
                        Guests.nexe("driver"),
                        driver.input(),
                        spec ->
                                spec.channel(
                                        new Channel(
                                                "/dev/zz",
                                                ChannelType.RANDOM,
                                                new ChannelLimits(5, 6, 0, 0),
                                                new Backing.Nothing())));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        ByteBuffer out = ByteBuffer.wrap(run.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        long pointer = Integer.toUnsignedLong(out.getInt(0));
        assertThat(pointer).isEqualTo(0xFF000000L - 24 - 48 * 4);
        int page = 4 + 8;
        int at = page + (int) (pointer - 0xFEFF0000L);
        long heapStart = Integer.toUnsignedLong(out.getInt(at));
        long heapSize = Integer.toUnsignedLong(out.getInt(at + 4));
        assertThat(heapStart).isBetween(0x40000L, 0x50000L);
        assertThat(heapStart + heapSize).isEqualTo(Run.MEMORY - (16 << 20));
        assertThat(out.getInt(at + 8)).isEqualTo(16 << 20);
        assertThat(out.getInt(at + 12)).isEqualTo(4);
        assertThat(Integer.toUnsignedLong(out.getInt(at + 16))).isEqualTo(pointer + 20);
        int last = at + 20 + 48 * 3;
        assertThat(out.getLong(last)).isEqualTo(5);
        assertThat(out.getLong(last + 8)).isEqualTo(6);
        assertThat(out.getLong(last + 32)).as("size").isZero();
        assertThat(out.getInt(last + 40)).as("type").isEqualTo(3);
        int name = page + (int) (Integer.toUnsignedLong(out.getInt(last + 44)) - 0xFEFF0000L);
        assertThat(new String(out.array(), name, 8, StandardCharsets.US_ASCII))
                .isEqualTo("/dev/zz\0");
    }

    @Test
    void equalInputsGiveEqualMemory(Engine engine) throws Exception {
        String digest = "";
        for (int i = 0; i < 3; i++) {
            Run run =
                    Run.of(
                            engine,
                            Guests.nexe("entry"),
                            InputStream.nullInputStream(),
                            spec -> spec.memoryDigest(DigestAlgorithm.SHA1));
            assertThat(run.report().memoryDigest()).hasSize(40);
            assertThat(digest).isIn("", run.report().memoryDigest());
            digest = run.report().memoryDigest();
        }
    }

    private static long register(ByteBuffer dump, int at, String name) {
        for (int i = 0; i < REGISTERS.length; i++) {
            if (REGISTERS[i].equals(name)) {
                return dump.getLong(at + 8 * i);
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static byte[] vectors(ByteBuffer dump, int at) {
        byte[] both = new byte[32];
        dump.get(at + 128, both);
        return both;
    }
}
