package io.zerocloud.sandbox.validator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rules compiled for looking up: {@code rows[first[index(map, prefix, rexW, opcode)] +
 * CLASS[modrm]]} is the {@link Form}, whether the opcode has a ModRM byte or not, so that the scan
 * has nothing to decide.
 *
 * <p>A row has one entry for each reg field with a memory operand and one for each ModRM byte from
 * C0 on; equal rows are shared, so that the tables in use fit into the first cache. Row 0 knows
 * nothing.
 */
final class Tables {
    /** Values of the prefix in an index. */
    static final int NO_PREFIX = 0;

    static final int PREFIX_66 = 1;
    static final int PREFIX_F3 = 2;
    static final int PREFIX_F2 = 3;

    private static final int MAPS = 4;
    private static final int MEMORY_CLASSES = 8;
    private static final int CLASSES = MEMORY_CLASSES + 64;
    private static final String FILE = "rules.txt";

    /** Position in a row of each ModRM byte. */
    static final byte[] CLASS = new byte[256];

    static {
        for (int modRm = 0; modRm < 256; modRm++) {
            CLASS[modRm] =
                    (byte) (modRm < 0xC0 ? (modRm >> 3) & 7 : MEMORY_CLASSES + (modRm & 0x3F));
        }
    }

    private static final Map<RuleOptions, Tables> CACHE = new ConcurrentHashMap<>();

    final int[] first = new int[MAPS * 4 * 2 * 256];
    final int[] rows;

    /** {@link Head#leads}. */
    final int[] leads;

    /** For each entry of rows the rule's number, counted from 1; 0 if there is none. */
    private final int[] rowRules;

    private final List<Rule> rules;

    /** The tables for a set of options; there are at most 32, each is built once. */
    static Tables of(RuleOptions options) {
        return CACHE.computeIfAbsent(options, Tables::new);
    }

    private Tables(RuleOptions options) {
        rules = parse().stream().map(rule -> lift(rule, options)).toList();
        Rows builder = new Rows();
        builder.add(new int[CLASSES], new int[CLASSES]);
        for (int map = 0; map < MAPS; map++) {
            for (int prefix = 0; prefix < 4; prefix++) {
                for (int w = 0; w < 2; w++) {
                    fill(map, prefix, w == 1, builder);
                }
            }
        }
        rows = builder.forms();
        rowRules = builder.rules();
        leads = Head.leads(first, rows);
    }

    static int index(int map, int prefix, int rexW, int opcode) {
        return (map << 11) | (prefix << 9) | (rexW << 8) | opcode;
    }

    /** The rule behind a lookup, if there is one; {@code modRm} is ignored where there is none. */
    java.util.Optional<Rule> rule(int index, int modRm) {
        int number = rowRules[first[index] + CLASS[modRm]];
        return number == 0
                ? java.util.Optional.empty()
                : java.util.Optional.of(rules.get(number - 1));
    }

    /** Whether there is a rule behind a lookup. */
    boolean isKnown(int index, int modRm) {
        return rows[first[index] + CLASS[modRm]] != 0;
    }

    /** All rules, in the order of the file. */
    List<Rule> rules() {
        return rules;
    }

    private void fill(int map, int prefix, boolean rexW, Rows builder) {
        List<List<Integer>> candidates = new ArrayList<>();
        for (int opcode = 0; opcode < 256; opcode++) {
            candidates.add(new ArrayList<>());
        }
        for (int number = 0; number < rules.size(); number++) {
            Rule rule = rules.get(number);
            if (rule.map() == map && allows(rule, prefix, rexW)) {
                for (int op = rule.firstOpcode(); op <= rule.lastOpcode(); op++) {
                    candidates.get(op).add(number);
                }
            }
        }
        for (int opcode = 0; opcode < 256; opcode++) {
            List<Integer> numbers = candidates.get(opcode);
            numbers.sort(Comparator.comparingInt(n -> rules.get(n).specificity()));
            if (!numbers.isEmpty()) {
                place(index(map, prefix, rexW ? 1 : 0, opcode), numbers, prefix, rexW, builder);
            }
        }
    }

    private void place(int index, List<Integer> numbers, int prefix, boolean rexW, Rows builder) {
        boolean modRm = rules.get(numbers.getFirst()).hasModRm();
        int[] forms = new int[CLASSES];
        int[] ruleNumbers = new int[CLASSES];
        for (int number : numbers) {
            Rule rule = rules.get(number);
            if (rule.hasModRm() != modRm || (!modRm && numbers.size() > 1)) {
                throw new IllegalStateException("rules contradict each other: " + rule);
            }
            boolean size16 = prefix == PREFIX_66 && rule.prefix() == 0;
            int memoryForm = rule.allows(true) ? Form.of(rule, true, size16, rexW) : 0;
            int registerForm = rule.allows(false) ? Form.of(rule, false, size16, rexW) : 0;
            for (int position = 0; position < CLASSES; position++) {
                boolean memory = modRm && position < MEMORY_CLASSES;
                int m = memory ? position << 3 : 0xC0 + position - MEMORY_CLASSES;
                int form = memory ? memoryForm : registerForm;
                if (form != 0 && (!modRm || rule.matchesModRm(m))) {
                    int before = ruleNumbers[position];
                    if (before != 0 && rules.get(before - 1).specificity() == rule.specificity()) {
                        throw new IllegalStateException(rules.get(before - 1) + " and " + rule);
                    }
                    forms[position] = form;
                    ruleNumbers[position] = number + 1;
                }
            }
        }
        first[index] = builder.add(forms, ruleNumbers);
    }

    /** Whether the rule may be encoded with this prefix and REX.W. */
    private static boolean allows(Rule rule, int prefix, boolean rexW) {
        if (rule.prefix() != 0) {
            return prefix == indexOf(rule.prefix());
        }
        return switch (prefix) {
            case NO_PREFIX -> true;
            case PREFIX_66 -> rule.dependsOnOperandSize() && !rexW;
            case PREFIX_F3 -> rule.has("rep") || rule.has("repz");
            case PREFIX_F2 -> rule.has("repz");
            default -> throw new IllegalArgumentException("prefix " + prefix);
        };
    }

    private static int indexOf(int prefix) {
        return switch (prefix) {
            case 0x66 -> PREFIX_66;
            case 0xF3 -> PREFIX_F3;
            case 0xF2 -> PREFIX_F2;
            default -> throw new IllegalArgumentException("prefix " + prefix);
        };
    }

    private static Rule lift(Rule rule, RuleOptions options) {
        boolean lifted =
                options.lifted().stream()
                        .anyMatch(p -> rule.refused().filter(p.reason()::equals).isPresent());
        return lifted ? rule.allowed() : rule;
    }

    private static List<Rule> parse() {
        return new String(file(), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Rule::parse)
                .toList();
    }

    /** The first 16 hex digits of the SHA-256 of the rules. */
    static String digest() {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(file());
            return HexFormat.of().formatHex(sha, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] file() {
        try (InputStream in = Tables.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(
                        FILE + " is missing beside the validator's classes");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows so far, equal ones only once. */
    private static final class Rows {
        private final Map<List<Integer>, Integer> known = new java.util.HashMap<>();
        private final List<int[]> forms = new ArrayList<>();
        private final List<int[]> rules = new ArrayList<>();

        int add(int[] row, int[] ruleNumbers) {
            List<Integer> key = new ArrayList<>(2 * CLASSES);
            Arrays.stream(row).forEach(key::add);
            Arrays.stream(ruleNumbers).forEach(key::add);
            return known.computeIfAbsent(
                    key,
                    k -> {
                        forms.add(row);
                        rules.add(ruleNumbers);
                        return (forms.size() - 1) * CLASSES;
                    });
        }

        int[] forms() {
            return forms.stream().flatMapToInt(Arrays::stream).toArray();
        }

        int[] rules() {
            return rules.stream().flatMapToInt(Arrays::stream).toArray();
        }
    }
}
