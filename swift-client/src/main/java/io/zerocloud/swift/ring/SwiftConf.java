package io.zerocloud.swift.ring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code swift.conf} says about the whole cluster: hash secrets, policies and limits. */
public final class SwiftConf {
    private static final String POLICY = "storage-policy:";

    private final PathHasher hasher;
    private final List<StoragePolicy> policies;
    private final Map<String, String> constraints;

    private SwiftConf(
            PathHasher hasher, List<StoragePolicy> policies, Map<String, String> constraints) {
        this.hasher = hasher;
        this.policies = policies;
        this.constraints = constraints;
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read or Swift itself would refuse it; the message names
     *     file, field and rule
     */
    public static SwiftConf read(Path file) throws IOException {
        // Swift reads the secrets as Latin-1, so that they can be any bytes.
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try {
            Map<String, Map<String, String>> sections = IniFile.parse(text);
            Map<String, String> hash = sections.getOrDefault("swift-hash", Map.of());
            return new SwiftConf(
                    new PathHasher(
                            secret(hash, "swift_hash_path_prefix"),
                            secret(hash, "swift_hash_path_suffix")),
                    policies(sections),
                    Map.copyOf(sections.getOrDefault("swift-constraints", Map.of())));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    public PathHasher hasher() {
        return hasher;
    }

    /** Every policy in the order of indexes; at least policy 0. */
    public List<StoragePolicy> policies() {
        return policies;
    }

    public Optional<StoragePolicy> policy(int index) {
        return policies.stream().filter(p -> p.index() == index).findFirst();
    }

    /** The policy of that name or alias, without regard to case. */
    public Optional<StoragePolicy> policy(String name) {
        return policies.stream()
                .filter(
                        p ->
                                p.name().equalsIgnoreCase(name)
                                        || p.aliases().stream().anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }

    /** The policy of containers that name none. */
    public StoragePolicy defaultPolicy() {
        return policies.stream().filter(StoragePolicy::isDefault).findFirst().orElseThrow();
    }

    /** The {@code [swift-constraints]} section as it stands; empty where defaults rule. */
    public Map<String, String> constraints() {
        return constraints;
    }

    private static byte[] secret(Map<String, String> hash, String key) {
        return hash.getOrDefault(key, "").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<StoragePolicy> policies(Map<String, Map<String, String>> sections) {
        List<StoragePolicy> policies = new ArrayList<>();
        sections.forEach(
                (section, options) -> {
                    if (section.startsWith(POLICY)) {
                        policies.add(policy(section, options));
                    }
                });
        policies.sort(java.util.Comparator.comparingInt(StoragePolicy::index));
        if (policies.isEmpty()) {
            return List.of(
                    new StoragePolicy(
                            0, "Policy-0", List.of(), StoragePolicy.Type.REPLICATION, true, false));
        }
        if (policies.getFirst().index() != 0) {
            throw new IllegalArgumentException("[storage-policy:0]: missing, though others exist");
        }
        long defaults = policies.stream().filter(StoragePolicy::isDefault).count();
        if (defaults == 0 && policies.size() == 1) {
            StoragePolicy only = policies.getFirst();
            return List.of(
                    new StoragePolicy(
                            0, only.name(), only.aliases(), only.type(), true, only.deprecated()));
        }
        if (defaults != 1) {
            throw new IllegalArgumentException(
                    "storage policies: " + defaults + " have default = yes, one must");
        }
        return List.copyOf(policies);
    }

    private static StoragePolicy policy(String section, Map<String, String> options) {
        int index;
        try {
            index = Integer.parseInt(section.substring(POLICY.length()).strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("[" + section + "]: the index is not a number", e);
        }
        String type = options.getOrDefault("policy_type", "replication");
        List<String> aliases =
                Arrays.stream(options.getOrDefault("aliases", "").split(","))
                        .map(String::strip)
                        .filter(alias -> !alias.isEmpty())
                        .toList();
        return new StoragePolicy(
                index,
                options.getOrDefault("name", index == 0 ? "Policy-0" : ""),
                aliases,
                switch (type) {
                    case "replication" -> StoragePolicy.Type.REPLICATION;
                    case "erasure_coding" -> StoragePolicy.Type.ERASURE_CODING;
                    default ->
                            throw new IllegalArgumentException(
                                    "["
                                            + section
                                            + "] policy_type: \""
                                            + type
                                            + "\" is neither replication nor erasure_coding");
                },
                isTrue(options.getOrDefault("default", "")),
                isTrue(options.getOrDefault("deprecated", "")));
    }

    /** {@code swift.common.utils.config_true_value}. */
    private static boolean isTrue(String value) {
        return List.of("true", "1", "yes", "on", "t", "y").contains(value.toLowerCase(Locale.ROOT));
    }

    /** The part of Python's ConfigParser that Swift's files use. */
    private static final class IniFile {
        static Map<String, Map<String, String>> parse(String text) {
            Map<String, Map<String, String>> sections = new LinkedHashMap<>();
            String section = "";
            String key = "";
            int number = 0;
            for (String line : text.split("\r?\n", -1)) {
                number++;
                String content = line.strip();
                if (content.isEmpty() || content.startsWith("#") || content.startsWith(";")) {
                    continue;
                }
                Map<String, String> options =
                        sections.computeIfAbsent(section, name -> new LinkedHashMap<>());
                if (Character.isWhitespace(line.charAt(0)) && options.containsKey(key)) {
                    options.merge(key, value(content), (old, more) -> old + '\n' + more);
                } else if (content.startsWith("[") && content.endsWith("]")) {
                    section = content.substring(1, content.length() - 1);
                    key = "";
                    sections.computeIfAbsent(section, name -> new LinkedHashMap<>());
                } else {
                    int end = separator(content);
                    if (end < 0) {
                        throw new IllegalArgumentException(
                                "line " + number + ": neither a [section] nor key = value");
                    }
                    key = content.substring(0, end).strip().toLowerCase(Locale.ROOT);
                    options.put(key, value(content.substring(end + 1).strip()));
                }
            }
            return sections;
        }

        private static int separator(String line) {
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) == '=' || line.charAt(i) == ':') {
                    return i;
                }
            }
            return -1;
        }

        /** Undoes the one escape of ConfigParser; its interpolation has no use in swift.conf. */
        private static String value(String raw) {
            String plain = raw.replace("%%", "\0");
            if (plain.indexOf('%') >= 0) {
                throw new IllegalArgumentException("\"" + raw + "\": % must be written %%");
            }
            return plain.replace('\0', '%');
        }
    }
}
