package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Expands {@code @file} as gcc does: words separated by space, with quotes and backslashes. */
final class ResponseFiles {
    /** Nesting that no build needs; a file naming itself would never end. */
    private static final int MAX_DEPTH = 16;

    private ResponseFiles() {}

    static List<String> expand(List<String> arguments, Path directory) throws CompileException {
        return expand(arguments, directory, 0);
    }

    private static List<String> expand(List<String> arguments, Path directory, int depth)
            throws CompileException {
        List<String> expanded = new ArrayList<>();
        for (String argument : arguments) {
            Path file = directory.resolve(argument.isEmpty() ? "." : argument.substring(1));
            if (argument.startsWith("@") && Files.isRegularFile(file)) {
                if (depth == MAX_DEPTH) {
                    throw new CompileException(
                            "response files nest deeper than " + MAX_DEPTH + ": " + argument);
                }
                expanded.addAll(expand(words(read(file)), directory, depth + 1));
            } else {
                expanded.add(argument);
            }
        }
        return expanded;
    }

    private static String read(Path file) throws CompileException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new CompileException(
                    "cannot read the response file " + file + ": " + e.getMessage());
        }
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
