package io.zerocloud.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"job\":\"1\",\"token\":\"AUTH_tkSECRET\"}",
                "{\"job\":\"1\",\"token\":{\"AUTH_tkSECRET\":1}}",
                "{\"timeoutMillis\":\"AUTH_tkSECRET\"}",
                "{\"AUTH_tkSECRET\":1}",
                "{\"token\":\"AUTH_tkSECRET\"",
                "{\"token\":AUTH_tkSECRET}",
                "null"
            })
    void whatIsWrongWithAnOrderNeverRepeatsItsToken(String text) {
        assertThatThrownBy(() -> WireJson.read(text.getBytes(UTF_8), SessionOrder.class))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SessionOrder")
                .hasNoCause()
                .message()
                .doesNotContain("SECRET");
    }

    @Test
    void depthIsBounded() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> WireJson.read(deep.getBytes(UTF_8), SessionOrder.class))
                .isInstanceOf(IOException.class);
    }
}
