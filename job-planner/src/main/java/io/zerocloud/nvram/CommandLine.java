package io.zerocloud.nvram;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The convention by which one line of text carries a guest's arguments.
 *
 * <p>Words are separated by spaces and tabs. A word that starts with a double quote runs to the
 * next one, or to the end. Then {@code \xHH} in a word, exactly two hexadecimal digits, is a byte;
 * the bytes of a word are UTF-8. Anything else, a lone backslash included, stands for itself.
 * Clients have always escaped backslash, double quote, comma, space and newline that way.
 */
public final class CommandLine {
    private CommandLine() {}

    /**
     * The arguments in a line.
     *
     * @throws IllegalArgumentException if escapes do not form UTF-8 or an argument holds NUL; the
     *     message is a rule for the writer
     */
    public static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i);
            if (isBlank(c)) {
                i++;
                continue;
            }
            int start = i;
            int end;
            if (c == '"') {
                start = i + 1;
                end = line.indexOf('"', start);
                end = end < 0 ? line.length() : end;
                i = end + 1;
            } else {
                end = i;
                while (end < line.length() && !isBlank(line.charAt(end))) {
                    end++;
                }
                i = end;
            }
            words.add(unescape(line.substring(start, end)));
        }
        return words;
    }

    /** A line that {@link #split} turns back into these arguments. */
    public static String join(List<String> arguments) {
        StringBuilder line = new StringBuilder();
        for (String argument : arguments) {
            if (!line.isEmpty()) {
                line.append(' ');
            }
            if (argument.isEmpty()) {
                line.append("\"\"");
            }
            escape(argument, true, line);
        }
        return line.toString();
    }

    /**
     * Appends a value in which nothing can end a record, start a comment or be trimmed.
     *
     * @param spaces whether every space is escaped, or only those at the ends
     */
    static void escape(String value, boolean spaces, StringBuilder out) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean escaped =
                    switch (c) {
                        case '\\', '"', ',', '#', '\u007f' -> true;
                        case ' ' -> spaces || i == 0 || i == value.length() - 1;
                        default -> c < ' ';
                    };
            if (escaped) {
                out.append("\\x")
                        .append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 0xf, 16));
            } else {
                out.append(c);
            }
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static String unescape(String word) {
        if (word.indexOf('\\') < 0) {
            return checked(word);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(word.length());
        int literal = 0;
        for (int i = word.indexOf('\\'); i >= 0; i = word.indexOf('\\', i)) {
            int value = escapeAt(word, i);
            if (value < 0) {
                i++;
                continue;
            }
            bytes.writeBytes(word.substring(literal, i).getBytes(StandardCharsets.UTF_8));
            bytes.write(value);
            i += 4;
            literal = i;
        }
        bytes.writeBytes(word.substring(literal).getBytes(StandardCharsets.UTF_8));
        try {
            return checked(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the \\xHH bytes of an argument must be UTF-8", e);
        }
    }

    /** The byte that {@code \xHH} at this place means, or -1. */
    private static int escapeAt(String word, int at) {
        if (at + 4 > word.length() || word.charAt(at + 1) != 'x') {
            return -1;
        }
        int high = hexDigit(word.charAt(at + 2));
        int low = hexDigit(word.charAt(at + 3));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static String checked(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an argument cannot hold a NUL");
        }
        return word;
    }
}
