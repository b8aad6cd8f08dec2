package io.zerocloud.job.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.JsonDocument;
import io.zerocloud.job.StorePath;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job description with places to fill: {@code {.name}} and {@code {.name=default}}.
 *
 * <p>The description is parsed first and filled afterwards, inside its string values: a value can
 * change what a string says, never where it ends. Filled text is not looked at again, so a value
 * cannot bring places of its own.
 */
public final class Template {
    /** Name of the registry container that holds templates. */
    public static final String CONTAINER = ".zvm";

    /** The place that the opened object's URL fills; a parameter of that name is ignored. */
    private static final String OBJECT_PATH = "object_path";

    private static final Pattern PLACE = Pattern.compile("\\{\\.([A-Za-z0-9_-]+)(?:=([^}]*))?}");

    private static final String EXECUTABLE =
            """
            [{"name": "executable",
              "exec": {"path": "{.object_path}", "args": "{.args}"},
              "devices": [{"name": "stdout", "content_type": "{.content_type=text/plain}"}]}]
            """;

    private final JsonNode document;

    private Template(JsonNode document) {
        this.document = document;
    }

    /**
     * Reads a registered template.
     *
     * @param path where it was found, for the message
     */
    public static Template parse(byte[] document, String path, JobLimits limits) throws JobRefused {
        if (document.length > limits.documentBytes()) {
            throw new JobRefused(
                    ErrorCode.TEMPLATE_TOO_LARGE.at(
                            "", document.length + " bytes", path, limits.documentBytes()));
        }
        return new Template(JsonDocument.read(document, limits));
    }

    /** What opens an object of type {@code application/x-nexe} unless a template is registered. */
    public static Template forExecutables() {
        try {
            return parse(
                    EXECUTABLE.getBytes(StandardCharsets.UTF_8), "built-in", JobLimits.DEFAULT);
        } catch (JobRefused e) {
            throw new IllegalStateException("the built-in template is broken", e);
        }
    }

    /** Object name of the template for a content type, within {@link #CONTAINER}. */
    public static String objectName(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip()
                + "/config";
    }

    /**
     * The description for one request.
     *
     * @param parameters of the query, decoded
     * @param object what is opened
     */
    public JsonNode fill(Map<String, String> parameters, StorePath object) {
        return fill(document, parameters, object);
    }

    private static JsonNode fill(JsonNode node, Map<String, String> parameters, StorePath object) {
        return switch (node) {
            case ObjectNode from -> {
                ObjectNode filled = JsonNodeFactory.instance.objectNode();
                from.properties()
                        .forEach(
                                e ->
                                        filled.set(
                                                e.getKey(),
                                                fill(e.getValue(), parameters, object)));
                yield filled;
            }
            case ArrayNode from -> {
                ArrayNode filled = JsonNodeFactory.instance.arrayNode(from.size());
                from.forEach(element -> filled.add(fill(element, parameters, object)));
                yield filled;
            }
            case TextNode text ->
                    JsonNodeFactory.instance.textNode(fill(text.textValue(), parameters, object));
            default -> node;
        };
    }

    private static String fill(String text, Map<String, String> parameters, StorePath object) {
        if (text.indexOf("{.") < 0) {
            return text;
        }
        Matcher place = PLACE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (place.find()) {
            String name = place.group(1);
            String fallback = Optional.ofNullable(place.group(2)).orElse("");
            String value =
                    name.equals(OBJECT_PATH)
                            ? object.url()
                            : parameters.getOrDefault(name, fallback);
            place.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return place.appendTail(filled).toString();
    }
}
