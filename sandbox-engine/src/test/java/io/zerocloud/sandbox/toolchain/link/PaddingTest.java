package io.zerocloud.sandbox.toolchain.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PaddingTest {
    private static String shortened(String hex) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        Padding.shorten(code, 0, code.length);
        return HexFormat.ofDelimiter(" ").formatHex(code);
    }

    @Test
    void oneLongNopReplacesARun() {
        assertThat(shortened("90 90 90 90 90 f4")).isEqualTo("0f 1f 44 00 00 f4");
    }

    @Test
    void aRunStopsWhereAJumpArrives() {
        // jmp to the second nop of the run.
        assertThat(shortened("eb 01 90 90 90 f4")).isEqualTo("eb 01 90 66 90 f4");
    }

    @Test
    void aRunDoesNotCrossABundle() {
        assertThat(shortened("f4".repeat(30) + "90 90 90 90 f4")).endsWith("f4 66 90 66 90 f4");
    }

    @Test
    void bytesOfImmediatesAreNotPadding() {
        // movl $0x90909090, %eax
        assertThat(shortened("b8 90 90 90 90 90")).isEqualTo("b8 90 90 90 90 90");
    }

    @Test
    void codeThatIsNotUnderstoodStaysAsItIs() {
        assertThat(shortened("90 90 c4 e2 79 18")).isEqualTo("90 90 c4 e2 79 18");
    }
}
