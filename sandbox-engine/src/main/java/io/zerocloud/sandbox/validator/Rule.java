package io.zerocloud.sandbox.validator;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One line of {@code rules.txt}.
 *
 * @param prefix the mandatory prefix, 0 if there is none
 * @param map opcode map: 0 one byte, 1 0F, 2 0F 38, 3 0F 3A
 * @param firstOpcode first opcode it covers
 * @param lastOpcode last opcode it covers
 * @param digit the ModRM reg field it demands, -1 if any
 * @param firstModRm first ModRM byte it demands, -1 if any
 * @param lastModRm last ModRM byte it demands, -1 if any
 * @param refused the reason if it is a rule of refusal
 */
record Rule(
        String mnemonic,
        int prefix,
        int map,
        int firstOpcode,
        int lastOpcode,
        int digit,
        int firstModRm,
        int lastModRm,
        List<Operand> operands,
        Set<String> attributes,
        Optional<Reason> refused) {
    private static final Set<String> ATTRIBUTES =
            Set.of(
                    "lock",
                    "zx",
                    "rep",
                    "repz",
                    "hint",
                    "noaccess",
                    "norex",
                    "mask",
                    "base",
                    "move",
                    "lea",
                    "indirect",
                    "si",
                    "di",
                    "sidi");
    private static final String REFUSED = "refused:";

    /** Reads a line that is not empty and no comment. */
    static Rule parse(String line) {
        String[] columns = line.split("\\|", -1);
        if (columns.length < 2 || columns.length > 4) {
            throw new IllegalArgumentException("columns: " + line);
        }
        Encoding encoding = Encoding.parse(columns[1]);
        Set<String> attributes = new java.util.HashSet<>(words(columns, 3));
        Optional<Reason> refused =
                attributes.stream()
                        .filter(word -> word.startsWith(REFUSED))
                        .map(word -> Reason.valueOf(word.substring(REFUSED.length())))
                        .findFirst();
        attributes.removeIf(word -> word.startsWith(REFUSED));
        if (!ATTRIBUTES.containsAll(attributes)) {
            throw new IllegalArgumentException("attributes " + attributes + ": " + line);
        }
        return new Rule(
                columns[0].strip(),
                encoding.prefix,
                encoding.map,
                encoding.firstOpcode,
                encoding.lastOpcode,
                encoding.digit,
                encoding.firstModRm,
                encoding.lastModRm,
                words(columns, 2).stream().map(Operand::parse).toList(),
                Set.copyOf(attributes),
                refused);
    }

    private static List<String> words(String[] columns, int column) {
        return column >= columns.length
                ? List.of()
                : Stream.of(columns[column].strip().split("\\s+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    /** The same form without its refusal. */
    Rule allowed() {
        return new Rule(
                mnemonic,
                prefix,
                map,
                firstOpcode,
                lastOpcode,
                digit,
                firstModRm,
                lastModRm,
                operands,
                attributes,
                Optional.empty());
    }

    boolean has(String attribute) {
        return attributes.contains(attribute);
    }

    boolean hasModRm() {
        return digit >= 0 || firstModRm >= 0 || operands.stream().anyMatch(Operand::inModRm);
    }

    boolean dependsOnOperandSize() {
        return operands.stream().anyMatch(Operand::dependsOnOperandSize);
    }

    /** Rules for single ModRM bytes override those for a reg field, these override general ones. */
    int specificity() {
        return firstModRm >= 0 ? 2 : digit >= 0 ? 1 : 0;
    }

    /** Whether ModRM may name memory, or else a register. */
    boolean allows(boolean memory) {
        return operands.stream()
                .filter(Operand::isRm)
                .allMatch(o -> memory ? o.allowsMemory() : o.allowsRegister());
    }

    /** Whether the reg field, or the whole byte if the rule demands one, is right. */
    boolean matchesModRm(int modRm) {
        return firstModRm >= 0
                ? modRm >= firstModRm && modRm <= lastModRm
                : digit < 0 || ((modRm >> 3) & 7) == digit;
    }

    /** The encoding column, taken apart. */
    private static final class Encoding {
        private int prefix;
        private int map;
        private int firstOpcode = -1;
        private int lastOpcode = -1;
        private int digit = -1;
        private int firstModRm = -1;
        private int lastModRm = -1;

        static Encoding parse(String text) {
            Encoding encoding = new Encoding();
            String[] words = text.strip().split("\\s+");
            int i = 0;
            if (words.length > 1 && Set.of("66", "F2", "F3").contains(words[0])) {
                encoding.prefix = HexFormat.fromHexDigits(words[i++]);
            }
            if (words[i].equals("0F")) {
                encoding.map = 1;
                i++;
                if (words[i].equals("38") || words[i].equals("3A")) {
                    encoding.map = words[i++].equals("38") ? 2 : 3;
                }
            }
            encoding.opcode(words[i++]);
            for (String word : Arrays.copyOfRange(words, i, words.length)) {
                encoding.modRm(word);
            }
            return encoding;
        }

        private void opcode(String word) {
            firstOpcode = HexFormat.fromHexDigits(word, 0, 2);
            lastOpcode =
                    switch (word.substring(2)) {
                        case "" -> firstOpcode;
                        case "+" -> firstOpcode + 7;
                        default -> HexFormat.fromHexDigits(word, 3, 5);
                    };
        }

        private void modRm(String word) {
            if (word.startsWith("/")) {
                digit = word.charAt(1) - '0';
            } else {
                firstModRm = HexFormat.fromHexDigits(word, 0, 2);
                lastModRm = word.endsWith("+") ? firstModRm + 7 : firstModRm;
            }
        }
    }
}
