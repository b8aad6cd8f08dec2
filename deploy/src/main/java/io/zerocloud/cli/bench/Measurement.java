package io.zerocloud.cli.bench;

import java.util.Locale;

/**
 * Our figure beside the yardstick's, taken in the same run.
 *
 * @param name what was measured, for example {@code session start p50}
 * @param ours our figure, in {@code unit}
 * @param yardstick the peer's figure, in {@code unit}; {@link Double#NaN} if there is no peer
 * @param unit for example {@code ms}, {@code MB/s}, {@code 1/s}
 * @param target what has to hold
 */
public record Measurement(String name, double ours, double yardstick, String unit, Target target) {

    /** {@code ours / yardstick}; NaN without a yardstick. */
    public double ratio() {
        return ours / yardstick;
    }

    /** Whether the target holds; true where there is none. */
    public boolean met() {
        return switch (target) {
            case Target.None() -> true;
            case Target.OursAtMost(double bound) -> ours <= bound;
            case Target.OursAtLeast(double bound) -> ours >= bound;
            case Target.RatioAtMost(double bound) -> ratio() <= bound;
            case Target.RatioAtLeast(double bound) -> ratio() >= bound;
            case Target.DifferenceAtMost(double bound) -> ours - yardstick <= bound;
        };
    }

    /** The figure that SPECIFICATION.md promises. */
    public sealed interface Target {
        /** Measured for information. */
        record None() implements Target {}

        record OursAtMost(double bound) implements Target {}

        record OursAtLeast(double bound) implements Target {}

        record RatioAtMost(double bound) implements Target {}

        record RatioAtLeast(double bound) implements Target {}

        /** {@code ours - yardstick}, in the measurement's unit. */
        record DifferenceAtMost(double bound) implements Target {}

        /** For people: {@code <= 0.2}, {@code ratio >= 0.9}, {@code difference <= 5}, {@code -}. */
        default String text() {
            return switch (this) {
                case None() -> "-";
                case OursAtMost(double bound) -> "<= " + number(bound);
                case OursAtLeast(double bound) -> ">= " + number(bound);
                case RatioAtMost(double bound) -> "ratio <= " + number(bound);
                case RatioAtLeast(double bound) -> "ratio >= " + number(bound);
                case DifferenceAtMost(double bound) -> "difference <= " + number(bound);
            };
        }
    }

    /** Three significant digits, plain; {@code -} for NaN. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        int decimals = size == 0 ? 0 : Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, 6);
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
