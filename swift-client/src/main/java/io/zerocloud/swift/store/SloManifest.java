package io.zerocloud.swift.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The manifest of a static large object as a client PUTs it (middleware/slo.py). */
final class SloManifest {
    /** A segment that a client asks for. */
    sealed interface Wanted {
        /**
         * An object.
         *
         * @param path as given, {@code /container/object}
         * @param size bytes it must have, -1 for any
         */
        record ObjectWanted(
                String path, Optional<String> etag, long size, Optional<ByteRanges> range)
                implements Wanted {}

        /** Bytes in the manifest itself. */
        @SuppressWarnings("ArrayRecordComponent")
        record InlineWanted(byte[] bytes) implements Wanted {}
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> OBJECT_KEYS = Set.of("path", "etag", "size_bytes", "range");
    private static final Set<String> DATA_KEYS = Set.of("data");

    private SloManifest() {}

    /**
     * Reads a manifest.
     *
     * @param self the object that the manifest is put to, which cannot be its own segment
     * @throws RequestFailure 400 with a line for each segment that breaks a rule
     */
    static List<Wanted> parse(byte[] body, SwiftPath self) {
        JsonNode list = readList(body);
        List<String> errors = new ArrayList<>();
        List<Wanted> result = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                result.add(segment(list.get(i), self, i == list.size() - 1));
            } catch (Invalid e) {
                errors.add("Index " + i + ": " + e.getMessage());
            }
        }
        if (errors.isEmpty()
                && !result.isEmpty()
                && result.stream().allMatch(w -> w instanceof Wanted.InlineWanted)) {
            errors.add("Inline data segments require at least one object-backed segment.");
        }
        if (!errors.isEmpty()) {
            throw RequestFailure.badRequest(String.join("\n", errors) + "\n");
        }
        long objects = result.stream().filter(w -> w instanceof Wanted.ObjectWanted).count();
        if (objects > Limits.MAX_MANIFEST_SEGMENTS) {
            throw new RequestFailure(
                    HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                    "Number of object-backed segments must be <= " + Limits.MAX_MANIFEST_SEGMENTS);
        }
        return result;
    }

    private static JsonNode readList(byte[] body) {
        JsonNode node;
        try {
            node = JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw RequestFailure.badRequest("Manifest must be valid JSON.\n");
        }
        if (node.isMissingNode()) {
            throw RequestFailure.badRequest("Manifest must be valid JSON.\n");
        }
        if (!node.isArray()) {
            throw RequestFailure.badRequest("Manifest must be a list.\n");
        }
        return node;
    }

    private static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(String what) {
            super(what, null, false, false);
        }
    }

    private static Wanted segment(JsonNode node, SwiftPath self, boolean last) throws Invalid {
        if (!node.isObject()) {
            throw new Invalid("not a JSON object");
        }
        boolean object = node.has("path");
        if (!object && !node.has("data")) {
            throw new Invalid("expected keys to include one of 'path' or 'data'");
        }
        Set<String> extraneous = new TreeSet<>();
        node.fieldNames()
                .forEachRemaining(
                        key -> {
                            if (!(object ? OBJECT_KEYS : DATA_KEYS).contains(key)) {
                                extraneous.add('"' + key + '"');
                            }
                        });
        if (!extraneous.isEmpty()) {
            throw new Invalid("extraneous keys " + String.join(", ", extraneous));
        }
        return object ? object(node, self, last) : inline(node.get("data"));
    }

    private static Wanted inline(JsonNode data) throws Invalid {
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(data.isTextual() ? data.textValue().strip() : "?");
            if (bytes.length < 1) {
                throw new Invalid("too small; each segment must be at least 1 byte.");
            }
            return new Wanted.InlineWanted(bytes);
        } catch (IllegalArgumentException e) {
            throw new Invalid("data must be valid base64");
        }
    }

    private static Wanted object(JsonNode node, SwiftPath self, boolean last) throws Invalid {
        JsonNode path = node.get("path");
        if (!path.isTextual()) {
            throw new Invalid("\"path\" must be a string");
        }
        JsonNode etag = node.path("etag");
        if (!(etag.isMissingNode() || etag.isNull() || etag.isTextual())) {
            throw new Invalid("\"etag\" must be a string or null (if provided)");
        }
        String stripped = path.textValue().replaceAll("^/+", "");
        if (!stripped.replaceAll("/+$", "").contains("/")) {
            throw new Invalid(
                    "path does not refer to an object. Path must be of the form /container/object.");
        }
        long size = size(node.path("size_bytes"));
        if (size == 0 && !last) {
            throw new Invalid("too small; each segment must be at least 1 byte.");
        }
        if (("/" + self.account() + "/" + stripped).equals(self.name())) {
            throw new Invalid("manifest must not include itself as a segment");
        }
        return new Wanted.ObjectWanted(
                path.textValue(),
                etag.isTextual() ? Optional.of(etag.textValue()) : Optional.empty(),
                size,
                range(node.path("range"), size));
    }

    private static long size(JsonNode size) throws Invalid {
        if (size.isMissingNode() || size.isNull()) {
            return -1;
        }
        String text = size.asText().strip();
        if (!(size.isIntegralNumber() || size.isTextual()) || !text.matches("-?[0-9]{1,18}")) {
            throw new Invalid("invalid size_bytes");
        }
        return Math.max(0, Long.parseLong(text));
    }

    private static Optional<ByteRanges> range(JsonNode node, long size) throws Invalid {
        if (node.isMissingNode() || node.isNull() || node.asText().isEmpty()) {
            return Optional.empty();
        }
        Optional<ByteRanges> range = ByteRanges.parse("bytes=" + node.asText());
        if (range.isEmpty()) {
            throw new Invalid("invalid range");
        }
        if (range.get().specs().size() > 1) {
            throw new Invalid("multiple ranges (only one allowed)");
        }
        if (size >= 0 && range.get().spans(size).isEmpty()) {
            throw new Invalid("unsatisfiable range");
        }
        return range;
    }
}
