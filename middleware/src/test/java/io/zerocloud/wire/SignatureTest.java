package io.zerocloud.wire;

import static io.zerocloud.wire.SignatureCheck.Verdict.EXPIRED;
import static io.zerocloud.wire.SignatureCheck.Verdict.FORGED;
import static io.zerocloud.wire.SignatureCheck.Verdict.GOOD;
import static io.zerocloud.wire.SignatureCheck.Verdict.MALFORMED;
import static io.zerocloud.wire.SignatureCheck.Verdict.REPLAYED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final byte[] BODY = "order".getBytes(UTF_8);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ClusterKey key = ClusterKey.random();
    private final Signer signer = new Signer(key, clock(Duration.ZERO));
    private final SignatureCheck check = new SignatureCheck(key, "node1", clock(Duration.ZERO));

    private static Clock clock(Duration later) {
        return Clock.fixed(NOW.plus(later), ZoneOffset.UTC);
    }

    private String signed() {
        return signer.sign("node1", "POST", "/v1/sessions/1", BODY);
    }

    @Test
    void aSignatureHoldsOnce() {
        String header = signed();
        assertThat(check.check(header, "POST", "/v1/sessions/1", BODY)).isEqualTo(GOOD);
        assertThat(check.check(header, "POST", "/v1/sessions/1", BODY)).isEqualTo(REPLAYED);
    }

    @Test
    void everyPartOfTheRequestIsCovered() {
        assertThat(check.check(signed(), "GET", "/v1/sessions/1", BODY)).isEqualTo(FORGED);
        assertThat(check.check(signed(), "POST", "/v1/sessions/2", BODY)).isEqualTo(FORGED);
        assertThat(check.check(signed(), "POST", "/v1/sessions/1", new byte[] {1}))
                .isEqualTo(FORGED);
        String[] parts = signed().split(" ");
        String later =
                String.join(
                        " ",
                        parts[0],
                        Long.toString(Long.parseLong(parts[1]) + 1),
                        parts[2],
                        parts[3]);
        assertThat(check.check(later, "POST", "/v1/sessions/1", BODY)).isEqualTo(FORGED);
    }

    @Test
    void anotherAgentAndAnotherKeyRefuseIt() {
        assertThat(
                        new SignatureCheck(key, "node2", clock(Duration.ZERO))
                                .check(signed(), "POST", "/v1/sessions/1", BODY))
                .isEqualTo(FORGED);
        assertThat(
                        new SignatureCheck(ClusterKey.random(), "node1", clock(Duration.ZERO))
                                .check(signed(), "POST", "/v1/sessions/1", BODY))
                .isEqualTo(FORGED);
    }

    @Test
    void itEndsAfterHalfAMinuteAndIsNotTakenFromTheFuture() {
        for (Duration at : new Duration[] {Duration.ofSeconds(31), Duration.ofSeconds(-60)}) {
            assertThat(
                            new SignatureCheck(key, "node1", clock(at))
                                    .check(signed(), "POST", "/v1/sessions/1", BODY))
                    .isEqualTo(EXPIRED);
        }
    }

    @Test
    void whatIsNoSignatureIsMalformed() {
        for (String header :
                new String[] {
                    "", "v1", "v1 1 2 3", "v2 " + signed().substring(3), signed() + " x"
                }) {
            assertThat(check.check(header, "POST", "/v1/sessions/1", BODY))
                    .as(header)
                    .isEqualTo(MALFORMED);
        }
    }

    @Test
    void aShortOrOddKeyIsRefusedAndNoKeyIsPrinted() {
        assertThatThrownBy(() -> ClusterKey.ofHex("abcd")).hasMessageContaining("32");
        assertThatThrownBy(() -> ClusterKey.ofHex("no key at all, but long enough!!"))
                .hasMessageContaining("hexadecimal");
        assertThat(key.toString()).isEqualTo("ClusterKey[secret]");
    }
}
