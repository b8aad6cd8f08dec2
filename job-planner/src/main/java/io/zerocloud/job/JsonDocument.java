package io.zerocloud.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's JSON, read strictly.
 *
 * <p>The document is hostile: its size, nesting and the length of its numbers are bounded before
 * they cost anything, it must be UTF-8, nothing may follow it, no key may come twice (readers that
 * disagree on which one counts are a way round checks), and no string may hold a lone surrogate (it
 * would change when written as UTF-8).
 */
public final class JsonDocument {
    private static final int LONGEST_NUMBER = 32;

    private final int depthLimit;
    private final List<Violation> violations = new ArrayList<>();

    private JsonDocument(int depthLimit) {
        this.depthLimit = depthLimit;
    }

    /**
     * Reads a document.
     *
     * @throws JobRefused 413, 422 or 400, with every duplicate key and every broken string
     */
    public static JsonNode read(byte[] bytes, JobLimits limits) throws JobRefused {
        if (bytes.length > limits.documentBytes()) {
            throw new JobRefused(
                    ErrorCode.DOCUMENT_TOO_LARGE.at(
                            "", bytes.length + " bytes", limits.documentBytes()));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new JobRefused(ErrorCode.NOT_JSON.at("", "", "a byte is not UTF-8"));
        }
        JsonDocument document = new JsonDocument(limits.depth());
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(limits.depth() + 1)
                                        .maxNumberLength(LONGEST_NUMBER)
                                        .maxStringLength(limits.documentBytes())
                                        .maxNameLength(limits.documentBytes())
                                        .build())
                        .build();
        JsonNode root;
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new JobRefused(ErrorCode.NOT_JSON.at("", "", "it is empty"));
            }
            root = document.value(parser, "$", 1);
            if (parser.nextToken() != null) {
                throw new JobRefused(
                        ErrorCode.NOT_JSON.at("", "", "something follows the document"));
            }
        } catch (IOException e) {
            throw new JobRefused(ErrorCode.NOT_JSON.at("", "", where(e)));
        }
        if (!document.violations.isEmpty()) {
            throw new JobRefused(document.violations);
        }
        return root;
    }

    private JsonNode value(JsonParser parser, String path, int depth)
            throws IOException, JobRefused {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path, depth);
            case START_ARRAY -> array(parser, path, depth);
            case VALUE_STRING -> nodes.textNode(unicode(parser.getText(), path));
            case VALUE_NUMBER_INT -> nodes.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> number(parser, path);
            case VALUE_TRUE -> nodes.booleanNode(true);
            case VALUE_FALSE -> nodes.booleanNode(false);
            case VALUE_NULL -> nodes.nullNode();
            default -> throw new JobRefused(ErrorCode.NOT_JSON.at(path, "", "a value is missing"));
        };
    }

    /** An exponent makes a short text a huge number: it is kept as written, never computed with. */
    private static JsonNode number(JsonParser parser, String path) throws IOException, JobRefused {
        double value = parser.getDoubleValue();
        if (Double.isInfinite(value)) {
            throw new JobRefused(
                    ErrorCode.NOT_JSON.at(path, parser.getText(), "a number is out of range"));
        }
        return JsonNodeFactory.instance.numberNode(value);
    }

    private ObjectNode object(JsonParser parser, String path, int depth)
            throws IOException, JobRefused {
        checkDepth(path, depth);
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = unicode(parser.currentName(), path);
            String below = path + step(name);
            parser.nextToken();
            JsonNode value = value(parser, below, depth + 1);
            if (object.has(name)) {
                violations.add(ErrorCode.DUPLICATE_KEY.at(below, ""));
            }
            object.set(name, value);
        }
        return object;
    }

    private ArrayNode array(JsonParser parser, String path, int depth)
            throws IOException, JobRefused {
        checkDepth(path, depth);
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, path + "[" + array.size() + "]", depth + 1));
        }
        return array;
    }

    private void checkDepth(String path, int depth) throws JobRefused {
        if (depth > depthLimit) {
            throw new JobRefused(ErrorCode.TOO_DEEP.at(path, "", depthLimit));
        }
    }

    private String unicode(String text, String path) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                violations.add(ErrorCode.NOT_UNICODE.at(path, text));
                return "";
            }
        }
        return text;
    }

    /** One step of a JSON path. */
    static String step(String name) {
        boolean plain =
                !name.isEmpty()
                        && name.chars()
                                .allMatch(
                                        c ->
                                                c < 0x80
                                                        && (Character.isLetterOrDigit(c)
                                                                || c == '_'));
        return plain ? "." + name : "['" + name.replace("'", "\\'") + "']";
    }

    /** What Jackson found and where, without the piece of source that it likes to quote. */
    private static String where(IOException e) {
        if (e instanceof com.fasterxml.jackson.core.JsonProcessingException json) {
            var location = json.getLocation();
            String message =
                    json.getOriginalMessage()
                            .replaceAll("\\[Source: [^;]*; ([^]]*)]", "$1")
                            .replaceAll("\\s+", " ");
            return location == null
                    ? message
                    : "line "
                            + location.getLineNr()
                            + ", column "
                            + location.getColumnNr()
                            + ": "
                            + message;
        }
        return "it cannot be read";
    }
}
