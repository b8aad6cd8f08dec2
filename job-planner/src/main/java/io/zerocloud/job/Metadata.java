package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the user metadata of an output under Swift's own limits, so that a job learns before it
 * runs what a PUT would refuse after it.
 */
final class Metadata {
    private static final int MOST_ITEMS = 90;
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_VALUE = 256;
    private static final int MOST_BYTES = 4096;

    /** A token of RFC 9110: what can follow {@code X-Object-Meta-} in a header's name. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private Metadata() {}

    static Map<String, String> read(Fields device) {
        Map<String, String> meta = new LinkedHashMap<>();
        Findings findings = device.findings();
        Optional<JsonNode> given = device.get("meta");
        if (given.isEmpty()) {
            return meta;
        }
        String at = device.at("meta");
        if (!(given.get() instanceof ObjectNode object)) {
            findings.group(ErrorCode.WRONG_TYPE.at(at, device.shown("meta"), "meta", "an object"));
            return meta;
        }
        int bytes = 0;
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = entry.getKey().toLowerCase(Locale.ROOT);
            String below = at + JsonDocument.step(entry.getKey());
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                continue;
            }
            if (name.isEmpty()) {
                findings.group(ErrorCode.META_NAME_EMPTY.at(below, ""));
            } else if (name.length() > LONGEST_NAME) {
                findings.group(ErrorCode.META_NAME_TOO_LONG.at(below, "", name));
            } else if (!TOKEN.matcher(name).matches()) {
                findings.group(ErrorCode.META_NAME_INVALID.at(below, "", name));
            } else if ((!value.isTextual() && !value.isNumber())
                    || Fields.hasControl(value.asText())) {
                findings.group(ErrorCode.META_VALUE_INVALID.at(below, value.toString(), name));
            } else if (meta.containsKey(name)) {
                findings.group(ErrorCode.DUPLICATE_KEY.at(below, ""));
            } else if (bytes(value.asText()) > LONGEST_VALUE) {
                findings.group(ErrorCode.META_VALUE_TOO_LONG.at(below, "", name));
            } else {
                bytes += name.length() + bytes(value.asText());
                meta.put(name, value.asText());
            }
        }
        if (meta.size() > MOST_ITEMS) {
            findings.group(ErrorCode.META_TOO_MANY.at(at, meta.size() + " entries"));
        }
        if (bytes > MOST_BYTES) {
            findings.group(ErrorCode.META_TOO_LARGE.at(at, bytes + " bytes"));
        }
        return meta;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
