package io.zerocloud.swift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {
    /** Checked with swift.common.utils.Timestamp of 2.30.1. */
    @ParameterizedTest
    @CsvSource({
        "1402464677.04188,                  1402464677.04188, 1402464677.04188",
        "1402464677.04188_0000000000000001, 1402464677.04188, 1402464677.04188_0000000000000001",
        "1402464677,                        1402464677.00000, 1402464677.00000",
        "1402464677.041886,                 1402464677.04189, 1402464677.04189",
        "0,                                 0000000000.00000, 0000000000.00000",
        "1402464677.04188_f,                1402464677.04188, 1402464677.04188_000000000000000f",
    })
    void readsAndWritesSwiftsForms(String text, String normal, String internal) {
        Timestamp timestamp = Timestamp.parse(text).orElseThrow();
        assertThat(timestamp.normal()).isEqualTo(normal);
        assertThat(timestamp.internal()).isEqualTo(internal);
        assertThat(Timestamp.parse(internal)).contains(timestamp);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "-1",
                "1.",
                ".5",
                "12345678901",
                "1_",
                "1_g",
                "1_1_1",
                " 1",
                "1e9",
                "1_fffffffffffffffff",
                "9999999999.999999",
                "1_ffffffffffffffff"
            })
    void refusesEverythingElse(String text) {
        assertThat(Timestamp.parse(text)).isEmpty();
    }

    @Test
    void ordersByTimeThenOffset() {
        List<Timestamp> ordered =
                List.of(new Timestamp(1, 5), new Timestamp(2, 0), new Timestamp(2, 1));
        assertThat(ordered).isSorted();
        assertThat(ordered.stream().map(Timestamp::internal)).isSorted();
        assertThatThrownBy(() -> new Timestamp(-1, 0)).hasMessageContaining("-1 ticks");
    }

    @Test
    void convertsToAndFromInstants() {
        Instant moment = Instant.parse("2026-01-02T03:04:05.678910Z");
        Timestamp timestamp = Timestamp.of(moment);
        assertThat(timestamp.instant()).isEqualTo(moment);
        assertThat(timestamp.ceilSeconds()).isEqualTo(moment.getEpochSecond() + 1);
        assertThat(new Timestamp(500_000, 0).ceilSeconds()).isEqualTo(5);
    }
}
