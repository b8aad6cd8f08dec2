package io.zerocloud.swift.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads static large objects: a stored manifest names segments, some of them manifests themselves.
 */
final class StaticLargeObjects {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StaticLargeObjects() {}

    /** The segments of a stored manifest, as what a reader sees; the view stays the caller's. */
    static SegmentedContent content(ObjectView manifest, String account, SegmentAccess access)
            throws IOException {
        return content(manifest, account, access, 1);
    }

    private static SegmentedContent content(
            ObjectView manifest, String account, SegmentAccess access, int depth)
            throws IOException {
        List<SegmentedContent.Segment> segments = new ArrayList<>();
        long length = 0;
        for (JsonNode node : read(manifest)) {
            SegmentedContent.Segment segment = segment(node, account, access, depth);
            segments.add(segment);
            length += segment.length();
        }
        return new SegmentedContent(segments, length);
    }

    /** The entries of a stored manifest. */
    static JsonNode read(ObjectView manifest) throws IOException {
        // What is stored has times and types added to what was put.
        JsonNode node = JSON.readTree(manifest.readAll(4 * Limits.MAX_MANIFEST_SIZE));
        if (!node.isArray()) {
            throw new IOException("the manifest is no list");
        }
        return node;
    }

    private static SegmentedContent.Segment segment(
            JsonNode node, String account, SegmentAccess access, int depth) throws IOException {
        if (node.has("data")) {
            return new SegmentedContent.InlineSegment(
                    Base64.getDecoder().decode(node.get("data").asText()));
        }
        SwiftPath path = path(account, node);
        long bytes = node.path("bytes").asLong();
        long first = 0;
        long length = bytes;
        String range = node.path("range").asText("");
        if (!range.isEmpty()) {
            int dash = range.indexOf('-');
            first = Long.parseLong(range.substring(0, dash));
            length = Long.parseLong(range.substring(dash + 1)) - first + 1;
        }
        return node.path("sub_slo").asBoolean()
                ? new SubManifest(access, path, first, length, depth)
                : new SegmentedContent.ObjectSegment(
                        access,
                        path,
                        Optional.of(node.path("hash").asText()),
                        bytes,
                        first,
                        length);
    }

    static SwiftPath path(String account, JsonNode entry) throws IOException {
        return SwiftPath.parseObject(account, entry.path("name").asText())
                .orElseThrow(() -> new IOException("a segment of the manifest has no name"));
    }

    /** A segment that is a static large object itself. */
    private record SubManifest(
            SegmentAccess access, SwiftPath path, long first, long length, int depth)
            implements SegmentedContent.Segment {
        private SegmentedContent open() throws IOException {
            if (depth >= Limits.MAX_SLO_DEPTH) {
                throw new SegmentedContent.BrokenSegment("manifests lie too deep in each other");
            }
            try (ObjectView view =
                    access.open(path)
                            .orElseThrow(
                                    () ->
                                            new SegmentedContent.BrokenSegment(
                                                    path.name() + " is missing"))) {
                if (!view.isSlo()) {
                    throw new SegmentedContent.BrokenSegment(
                            path.name() + " is no manifest any more");
                }
                return content(view, path.account(), access, depth + 1);
            }
        }

        @Override
        public void writeTo(Response.Sink sink, long from, long to) throws IOException {
            open().writeTo(sink, first + from, first + to);
        }

        @Override
        public void requireReadable() throws IOException {
            open().requireReadable(first);
        }
    }

    /** The manifest in the form in which it could be put again. */
    static ObjectReader.Opened rawManifest(ObjectView view, HeaderMap headers, long modified)
            throws IOException {
        ArrayNode list = JSON.createArrayNode();
        for (JsonNode entry : read(view)) {
            ObjectNode raw = list.addObject();
            if (entry.has("data")) {
                raw.set("data", entry.get("data"));
                continue;
            }
            raw.set("etag", entry.get("hash"));
            raw.set("path", entry.get("name"));
            if (entry.has("range")) {
                raw.set("range", entry.get("range"));
            }
            raw.set("size_bytes", entry.get("bytes"));
        }
        view.close();
        byte[] bytes = JSON.writeValueAsBytes(list);
        String etag = md5(bytes);
        headers.set("Etag", etag);
        return new ObjectReader.Opened(Content.of(bytes), headers, etag, modified);
    }

    static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
