package io.zerocloud.swift.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Answers that tell of many objects at once, as Swift's bulk middleware words them. */
final class BulkAnswer {
    /** What went wrong with one; {@code name} percent-encoded. */
    record Problem(String name, String what) {}

    /** The form that a client accepts. */
    enum Format {
        PLAIN("text/plain"),
        JSON("application/json"),
        XML("application/xml"),
        TEXT_XML("text/xml");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        static Format of(Request request) {
            try {
                return Accept.best(
                                request.header("Accept").orElse("*/*"),
                                List.of(values()),
                                format -> format.mediaType)
                        .orElse(PLAIN);
            } catch (RequestFailure malformed) {
                return PLAIN;
            }
        }
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private BulkAnswer() {}

    /** 400 with the problems of an upload. */
    static Response errors(Format format, List<Problem> problems) throws IOException {
        return body(HttpStatus.BAD_REQUEST, format, Map.of(), problems, "upload");
    }

    /** The outcome of a deletion; fields in the order in which they are shown. */
    static Response deletion(Format format, Map<String, Object> fields, List<Problem> problems)
            throws IOException {
        return body(HttpStatus.OK, format, fields, problems, "delete");
    }

    private static Response body(
            HttpStatus status,
            Format format,
            Map<String, Object> fields,
            List<Problem> problems,
            String root)
            throws IOException {
        String text =
                switch (format) {
                    case JSON -> json(fields, problems);
                    case XML, TEXT_XML -> xml(fields, problems, root);
                    case PLAIN -> plain(fields, problems);
                };
        return Response.text(status, format.mediaType + "; charset=UTF-8", text);
    }

    private static String json(Map<String, Object> fields, List<Problem> problems)
            throws IOException {
        ObjectNode node = MAPPER.createObjectNode();
        fields.forEach(node::putPOJO);
        ArrayNode errors = node.putArray("Errors");
        problems.forEach(problem -> errors.addArray().add(problem.name).add(problem.what));
        return MAPPER.writeValueAsString(node);
    }

    private static String xml(Map<String, Object> fields, List<Problem> problems, String root) {
        StringBuilder out = new StringBuilder("<").append(root).append(">\n");
        fields.forEach(
                (name, value) -> {
                    String tag = name.replace(' ', '_').toLowerCase(java.util.Locale.ROOT);
                    out.append('<').append(tag).append('>');
                    out.append(ListingFormat.escape(value.toString()));
                    out.append("</").append(tag).append(">\n");
                });
        out.append("<errors>\n");
        for (Problem problem : problems) {
            out.append("<object><name>").append(ListingFormat.escape(problem.name));
            out.append("</name><status>").append(ListingFormat.escape(problem.what));
            out.append("</status></object>\n");
        }
        return out.append("</errors>\n</").append(root).append(">\n").toString();
    }

    private static String plain(Map<String, Object> fields, List<Problem> problems) {
        StringBuilder out = new StringBuilder();
        fields.forEach((name, value) -> out.append(name).append(": ").append(value).append('\n'));
        out.append("Errors:\n");
        problems.forEach(
                problem -> out.append(problem.name).append(", ").append(problem.what).append('\n'));
        return out.toString();
    }
}
