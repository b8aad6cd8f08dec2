package io.zerocloud.job;

import java.util.Arrays;
import java.util.Locale;

/**
 * One broken rule of a job.
 *
 * @param code which rule
 * @param status HTTP status
 * @param text the text that existing clients match on, arguments filled in
 * @param at JSON path of the value, shortened like it, or empty
 * @param value the offending value, shortened and without control characters; may be empty
 * @param rule what to write instead
 */
public record Violation(
        ErrorCode code, int status, String text, String at, String value, String rule) {

    /** Longest piece of a client's own text that an answer repeats, in characters. */
    private static final int LONGEST_ECHO = 160;

    static Violation of(ErrorCode code, int status, String at, String value, Object... args) {
        Object[] shown = Arrays.stream(args).map(arg -> printable(String.valueOf(arg))).toArray();
        return new Violation(
                code,
                status,
                String.format(Locale.ROOT, code.text(), shown),
                printable(at),
                printable(value),
                String.format(Locale.ROOT, code.rule(), shown));
    }

    /** The same with the status that the store answered. */
    public Violation withStatus(int other) {
        return new Violation(code, other, text, at, value, rule);
    }

    /** One line: legacy text, then place, value and rule. */
    public String line() {
        StringBuilder line = new StringBuilder(text);
        line.append(" (");
        if (!at.isEmpty()) {
            line.append(at);
            if (!value.isEmpty()) {
                line.append(" = ").append(value);
            }
            line.append(": ");
        }
        return line.append(rule).append(')').toString();
    }

    /**
     * A client's text, fit to be repeated in an answer: what could end a line, move a cursor or
     * reverse the reading direction is written as a JSON escape, and the whole is shortened.
     */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST_ECHO) + 8);
        for (int i = 0; i < text.length(); ) {
            if (shown.length() >= LONGEST_ECHO) {
                return shown.append("...").toString();
            }
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            switch (Character.getType(point)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                        shown.append(String.format(Locale.ROOT, "\\u%04x", point));
                default -> shown.appendCodePoint(point);
            }
        }
        return shown.toString();
    }
}
