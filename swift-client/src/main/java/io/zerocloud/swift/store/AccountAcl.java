package io.zerocloud.swift.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * X-Account-Access-Control in TempAuth's form: JSON with lists of groups under {@code admin},
 * {@code read-write} and {@code read-only}.
 */
record AccountAcl(List<String> admin, List<String> readWrite, List<String> readOnly) {
    static final AccountAcl NOBODY = new AccountAcl(List.of(), List.of(), List.of());

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KEYS = Set.of("admin", "read-write", "read-only");

    /**
     * Reads the header; an empty one grants nothing.
     *
     * @throws RequestFailure 400 naming the key and the rule
     */
    static AccountAcl parse(String text) {
        if (text.isEmpty()) {
            return NOBODY;
        }
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid("Syntax error in input ('" + text + "')", text);
        }
        if (!node.isObject()) {
            throw invalid("Syntax error in input ('" + text + "')", text);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!KEYS.contains(field.getKey())) {
                throw invalid("Key \"" + field.getKey() + "\" not recognized", text);
            }
        }
        return new AccountAcl(
                list(node, "admin", text),
                list(node, "read-write", text),
                list(node, "read-only", text));
    }

    private static List<String> list(JsonNode acl, String key, String text) {
        JsonNode value = acl.get(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw invalid("Value for key \"" + key + "\" must be a list", text);
        }
        List<String> groups = new ArrayList<>();
        for (JsonNode group : value) {
            if (!group.isTextual()) {
                throw invalid("Elements of \"" + key + "\" list must be strings", text);
            }
            groups.add(group.textValue());
        }
        return List.copyOf(groups);
    }

    private static RequestFailure invalid(String what, String text) {
        return RequestFailure.badRequest(
                "X-Account-Access-Control invalid: " + what + "\n\nInput: " + text + "\n");
    }

    boolean admits(List<String> grantees, Identity identity) {
        return identity.groups().stream().anyMatch(grantees::contains);
    }

    /** The canonical form that a GET of the account shows. */
    static String canonical(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            Map<?, ?> sorted = JSON.readValue(text, java.util.TreeMap.class);
            StringBuilder ascii = new StringBuilder();
            for (char c : JSON.writeValueAsString(sorted).toCharArray()) {
                if (c < 0x80) {
                    ascii.append(c);
                } else {
                    ascii.append(String.format("\\u%04x", (int) c));
                }
            }
            return ascii.toString();
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
