package io.zerocloud.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.cli.bench.Measurement.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasurementTest {
    @Test
    void aTargetIsHeldAgainstOursTheRatioOrTheDifference() {
        assertThat(of(0.19, 4, new Target.OursAtMost(0.2)).met()).isTrue();
        assertThat(of(0.21, 4, new Target.OursAtMost(0.2)).met()).isFalse();
        assertThat(of(2100, 1, new Target.OursAtLeast(2000)).met()).isTrue();
        assertThat(of(1.08, 1, new Target.RatioAtMost(1.07)).met()).isFalse();
        assertThat(of(85, 100, new Target.RatioAtLeast(0.9)).met()).isFalse();
        assertThat(of(12, 8, new Target.DifferenceAtMost(5)).met()).isTrue();
    }

    @Test
    void aRatioTargetWithoutAYardstickIsMissed() {
        assertThat(of(1, Double.NaN, new Target.RatioAtMost(1.07)).met()).isFalse();
        assertThat(of(1, Double.NaN, new Target.None()).met()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0.1234,0.123", "4.7,4.7", "2041.3,2041", "0,0", "100,100", "NaN,-", "1.0,1"})
    void numbersHaveThreeSignificantDigits(double value, String text) {
        assertThat(Measurement.number(value)).isEqualTo(text);
    }

    private static Measurement of(double ours, double yardstick, Target target) {
        return new Measurement("x", ours, yardstick, "ms", target);
    }
}
