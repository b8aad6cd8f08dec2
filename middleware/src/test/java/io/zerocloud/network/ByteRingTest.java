package io.zerocloud.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRingTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 10_000, 256 << 10})
    void gives_back_what_it_took_in_the_same_order(int most) {
        Random random = new Random(most);
        ByteRing ring = new ByteRing(most);
        ByteArrayOutputStream put = new ByteArrayOutputStream();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        int held = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] more = new byte[random.nextInt(Math.min(most - held, 3_000) + 1)];
            if (more.length > 0) {
                random.nextBytes(more);
                ring.add(Buffer.buffer(more));
                put.writeBytes(more);
                held += more.length;
            }
            byte[] into = new byte[random.nextInt(Math.min(most, 4_000)) + 1];
            int taken = ring.take(ByteBuffer.wrap(into));
            assertThat(taken).isEqualTo(Math.min(held, into.length));
            got.write(into, 0, taken);
            held -= taken;
            assertThat(ring.isEmpty()).isEqualTo(held == 0);
        }
        byte[] rest = new byte[most];
        got.write(rest, 0, ring.take(ByteBuffer.wrap(rest)));
        assertThat(got.toByteArray()).isEqualTo(put.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5_000})
    void never_holds_more_than_its_limit(int most) {
        ByteRing ring = new ByteRing(most);
        ring.add(Buffer.buffer(new byte[most]));
        assertThatThrownBy(() -> ring.add(Buffer.buffer(new byte[1])))
                .isInstanceOf(IllegalStateException.class);
    }
}
