package io.zerocloud.swift.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes listings of accounts and containers as text, JSON or XML. */
enum ListingFormat {
    PLAIN("text/plain"),
    JSON("application/json"),
    XML("application/xml"),
    TEXT_XML("text/xml");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern NO_XML =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]");

    private final String mediaType;

    ListingFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String contentType() {
        return mediaType + "; charset=utf-8";
    }

    /**
     * What a client asks for: {@code ?format=} before Accept, plain text by default.
     *
     * @throws RequestFailure 406 if it accepts none of these
     */
    static ListingFormat of(Request request) {
        Optional<String> parameter = request.param("format");
        if (parameter.isPresent()) {
            return switch (parameter.get().toLowerCase(Locale.ROOT)) {
                case "json" -> JSON;
                case "xml" -> XML;
                default -> PLAIN;
            };
        }
        return Accept.best(
                        request.header("Accept").orElse("*/*"),
                        List.of(values()),
                        format -> format.mediaType)
                .orElseThrow(() -> new RequestFailure(HttpStatus.NOT_ACCEPTABLE));
    }

    byte[] write(String element, String name, List<Listed> entries) throws IOException {
        return switch (this) {
            case PLAIN -> plain(entries);
            case JSON -> json(entries);
            case XML, TEXT_XML -> xml(element, name, entries);
        };
    }

    private static byte[] plain(List<Listed> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(entry.name()).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] json(List<Listed> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.enable(
                    com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII
                            .mappedFeature());
            json.writeStartArray();
            for (Listed entry : entries) {
                json.writeStartObject();
                switch (entry) {
                    case Listed.Subdir(String subdir) -> json.writeStringField("subdir", subdir);
                    case Listed.ContainerRow row -> {
                        json.writeStringField("name", row.name());
                        json.writeNumberField("count", row.objects());
                        json.writeNumberField("bytes", row.bytes());
                        json.writeStringField("last_modified", Timestamps.iso(row.putTicks()));
                    }
                    case Listed.ObjectRow row -> {
                        json.writeStringField("name", row.name());
                        json.writeStringField("hash", row.etag());
                        json.writeNumberField("bytes", row.bytes());
                        json.writeStringField("content_type", utf8(row.contentType()));
                        json.writeStringField("last_modified", Timestamps.iso(row.ticks()));
                        if (!row.sloEtag().isEmpty()) {
                            json.writeStringField("slo_etag", '"' + row.sloEtag() + '"');
                        }
                    }
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return out.toByteArray();
    }

    private static byte[] xml(String element, String name, List<Listed> entries) {
        StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.append('<').append(element).append(" name=\"").append(escape(name)).append("\">");
        for (Listed entry : entries) {
            switch (entry) {
                case Listed.Subdir(String subdir) -> {
                    out.append("<subdir name=\"").append(escape(subdir)).append("\">");
                    tag(out, "name", subdir);
                    out.append("</subdir>");
                }
                case Listed.ContainerRow row -> {
                    out.append("<container>");
                    tag(out, "name", row.name());
                    tag(out, "count", Long.toString(row.objects()));
                    tag(out, "bytes", Long.toString(row.bytes()));
                    tag(out, "last_modified", Timestamps.iso(row.putTicks()));
                    out.append("</container>");
                }
                case Listed.ObjectRow row -> {
                    out.append("<object>");
                    tag(out, "name", row.name());
                    tag(out, "hash", row.etag());
                    tag(out, "bytes", Long.toString(row.bytes()));
                    tag(out, "content_type", utf8(row.contentType()));
                    tag(out, "last_modified", Timestamps.iso(row.ticks()));
                    out.append("</object>");
                }
            }
        }
        out.append("</").append(element).append('>');
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void tag(StringBuilder out, String tag, String text) {
        out.append('<').append(tag).append('>').append(escape(text));
        out.append("</").append(tag).append('>');
    }

    static String escape(String text) {
        String escaped =
                text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;")
                        .replace("\n", "&#10;")
                        .replace("\r", "&#13;")
                        .replace("\t", "&#09;");
        // XML 1.0 has no way to say these.
        return NO_XML.matcher(escaped).replaceAll("\ufffd");
    }

    /** Headers are bytes widened to characters; listings are UTF-8. */
    static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
