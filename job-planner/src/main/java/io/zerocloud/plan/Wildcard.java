package io.zerocloud.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A name in which each {@code *} stands for any run of characters, {@code /} included, and
 * everything else for itself. The whole name must match.
 *
 * <p>Captures are greedy from left to right. Placing the literals from the right end, each as far
 * to the right as it can be, gives just that and needs no backtracking: a pattern of many stars
 * costs no more than one of few.
 */
final class Wildcard {
    /** The texts between the stars; one more than there are stars. */
    private final List<String> literals;

    Wildcard(String pattern) {
        this.literals = List.of(pattern.split("\\*", -1));
    }

    /** What every match starts with. */
    String prefix() {
        return literals.getFirst();
    }

    boolean isLiteral() {
        return literals.size() == 1;
    }

    /** The texts that the stars stand for, or nothing if the name does not match. */
    Optional<List<String>> match(String name) {
        if (isLiteral()) {
            return name.equals(prefix()) ? Optional.of(List.of()) : Optional.empty();
        }
        String last = literals.getLast();
        int least = prefix().length();
        if (!name.startsWith(prefix()) || !name.endsWith(last)) {
            return Optional.empty();
        }
        int end = name.length() - last.length();
        if (end < least) {
            return Optional.empty();
        }
        List<String> captures = new ArrayList<>(literals.size() - 1);
        for (int i = literals.size() - 2; i >= 1; i--) {
            String literal = literals.get(i);
            int at = name.lastIndexOf(literal, end - literal.length());
            if (at < least) {
                return Optional.empty();
            }
            captures.addFirst(name.substring(at + literal.length(), end));
            end = at;
        }
        captures.addFirst(name.substring(least, end));
        return Optional.of(captures);
    }

    /** The pattern with its stars replaced from left to right; surplus texts are left over. */
    static String fill(String pattern, List<String> texts) {
        StringBuilder filled = new StringBuilder();
        int next = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                filled.append(texts.get(next++));
            } else {
                filled.append(c);
            }
        }
        return filled.toString();
    }

    static int stars(String pattern) {
        return (int) pattern.chars().filter(c -> c == '*').count();
    }
}
