package io.zerocloud.serve;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The configuration file as flat keys: {@code proxy.listen}, {@code proxy.agents.0.name}. An
 * environment variable overrides a key: {@code ZEROCLOUD_PROXY_LISTEN}. A key that nobody asks for
 * is an error, so that a misspelt one is not silently without effect.
 */
final class Settings {
    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> asked = new TreeSet<>();

    /**
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is no YAML map
     */
    static Settings read(Path file, Map<String, String> environment) throws IOException {
        Object root;
        try {
            root =
                    new Load(LoadSettings.builder().setLabel(file.toString()).build())
                            .loadFromString(Files.readString(file));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
        }
        Settings settings = new Settings();
        if (root != null) {
            if (!(root instanceof Map<?, ?>)) {
                throw new IllegalArgumentException("not a map of sections, such as proxy and node");
            }
            settings.flatten("", root);
        }
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith("ZEROCLOUD_")) {
                        settings.override(name.substring("ZEROCLOUD_".length()), value);
                    }
                });
        return settings;
    }

    private void flatten(String at, Object node) {
        switch (node) {
            case Map<?, ?> map ->
                    map.forEach(
                            (key, value) -> {
                                if (value != null) {
                                    flatten(at.isEmpty() ? key.toString() : at + "." + key, value);
                                }
                            });
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    flatten(at + "." + i, list.get(i));
                }
            }
            default -> values.put(at, node.toString());
        }
    }

    /** Sections have no underscore, so the first one of a variable's name ends the section. */
    private void override(String name, String value) {
        int end = name.indexOf('_');
        String section = end < 0 ? "" : name.substring(0, end).toLowerCase(Locale.ROOT);
        if (Set.of("proxy", "node", "swift", "cluster", "jobs").contains(section)) {
            values.put(section + "." + name.substring(end + 1).toLowerCase(Locale.ROOT), value);
        }
    }

    boolean hasSection(String section) {
        return values.keySet().stream().anyMatch(key -> key.startsWith(section + "."));
    }

    Optional<String> text(String key) {
        asked.add(key);
        return Optional.ofNullable(values.get(key));
    }

    String required(String key) {
        return text(key)
                .orElseThrow(
                        () -> new IllegalArgumentException(key + ": missing in the configuration"));
    }

    /** An {@code http} or {@code https} URL of a host. */
    URI url(String key) {
        String text = required(key);
        try {
            URI url = new URI(text);
            if (url.getHost() != null
                    && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    key + ": '" + text + "' is not http(s)://HOST:PORT", e);
        }
        throw new IllegalArgumentException(key + ": '" + text + "' is not http(s)://HOST:PORT");
    }

    /**
     * A secret's file.
     *
     * @throws IOException if anybody but its owner and group can read it, as well
     */
    Path secret(String key) throws IOException {
        Path file = Path.of(required(key));
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException(
                    key + ": " + file + " can be read by everybody; chmod o-rwx it and renew it");
        }
        return file;
    }

    long number(String key, long otherwise, long least, long most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text.get().strip());
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        key + ": " + value + " is not " + least + " to " + most);
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + ": '" + text.get() + "' is not a whole number", e);
        }
    }

    /** A number of seconds. */
    Duration seconds(String key, Duration otherwise) {
        return Duration.ofSeconds(number(key, otherwise.toSeconds(), 1, 30L * 24 * 3600));
    }

    /** The values of a list. */
    List<String> list(String key) {
        List<String> all = new ArrayList<>();
        for (int i = 0; values.get(key + "." + i) != null; i++) {
            text(key + "." + i).ifPresent(all::add);
        }
        return all;
    }

    /** How many maps a list holds. */
    int count(String key) {
        int count = 0;
        while (hasSection(key + "." + count)) {
            count++;
        }
        return count;
    }

    /** The entries of a map of texts. */
    Map<String, String> map(String section) {
        Map<String, String> map = new TreeMap<>();
        values.forEach(
                (key, value) -> {
                    if (key.startsWith(section + ".")) {
                        asked.add(key);
                        map.put(key.substring(section.length() + 1), value);
                    }
                });
        return map;
    }

    /**
     * @throws IllegalArgumentException with the keys that have no meaning
     */
    void requireAllKnown() {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(asked);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown keys in the configuration: " + String.join(", ", unknown));
        }
    }
}
