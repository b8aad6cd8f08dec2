package io.zerocloud.cli.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.nvram.CommandLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The job description that a {@code zapp.yaml} stands for: each group's {@code path}, {@code args}
 * and {@code env} become its {@code exec}, everything else is the description's own.
 */
final class SystemMap {
    static final String NAME = "boot/system.map";

    private static final ObjectMapper JSON = new ObjectMapper();

    private SystemMap() {}

    /**
     * @param groups of {@code execution.groups}
     * @throws IOException naming the group and what is wrong with it
     */
    static ArrayNode of(List<?> groups) throws IOException {
        ArrayNode map = JSON.createArrayNode();
        for (int i = 0; i < groups.size(); i++) {
            String at = "execution.groups[" + i + "]";
            if (!(groups.get(i) instanceof Map<?, ?> group)) {
                throw new IOException(at + " is not a map of name, path, devices");
            }
            ObjectNode node = map.addObject();
            String path = text(group.get("path"), at + ".path");
            ObjectNode exec = JSON.createObjectNode();
            exec.put("path", path);
            exec.put("name", programName(path));
            if (group.get("args") != null) {
                exec.put("args", CommandLine.join(words(String.valueOf(group.get("args")))));
            }
            if (group.get("env") != null) {
                exec.set("env", JSON.valueToTree(group.get("env")));
            }
            node.put("name", text(group.get("name"), at + ".name"));
            node.set("exec", exec);
            group.forEach(
                    (key, value) -> {
                        String name = String.valueOf(key);
                        if (!List.of("name", "path", "args", "env").contains(name)) {
                            node.set(name, JSON.valueToTree(value));
                        }
                    });
        }
        return map;
    }

    static byte[] bytes(ArrayNode map) throws IOException {
        return JSON.writeValueAsBytes(map);
    }

    /** The same with an object as the image that every group mounts. */
    static byte[] withImage(byte[] map, String url) throws IOException {
        if (!(JSON.readTree(map) instanceof ArrayNode groups)) {
            throw new IOException(NAME + " is not a list of groups");
        }
        for (var group : groups) {
            if (group instanceof ObjectNode node) {
                node.withArray("devices").addObject().put("name", "image").put("path", url);
            }
        }
        return JSON.writeValueAsBytes(groups);
    }

    private static String text(@org.jspecify.annotations.Nullable Object value, String at)
            throws IOException {
        if (value == null || value.toString().isBlank()) {
            throw new IOException(at + " is missing");
        }
        return value.toString();
    }

    /** What stands behind the last colon, or the object's path: the guest's argv[0]. */
    private static String programName(String path) {
        String rest = path.substring(path.lastIndexOf(':') + 1);
        return rest.startsWith("//") ? rest.substring(rest.lastIndexOf('/') + 1) : rest;
    }

    /** Words as a shell parts them: blanks, both kinds of quotes, backslash. */
    static List<String> words(String line) throws IOException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                begun = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (Character.isWhitespace(c)) {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new IOException("args: a " + quote + " is not closed in " + line);
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
