package io.zerocloud.swift.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.swift.disk.ObjectMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PUT with multipart-manifest=put: looks at every segment and stores what it has found. */
final class SloUpload {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Site site;
    private final ObjectWriter writer;

    SloUpload(Site site, ObjectWriter writer) {
        this.site = site;
        this.writer = writer;
    }

    /** What a look at a segment has shown. */
    private sealed interface Head {
        record Seen(long length, String etag, String contentType, long ticks, boolean slo)
                implements Head {}

        record Refused(HttpStatus status) implements Head {}
    }

    /** A manifest under way. */
    private static final class Draft {
        private final ArrayNode entries = JSON.createArrayNode();
        private final StringBuilder hashes = new StringBuilder();
        private final List<BulkAnswer.Problem> problems = new ArrayList<>();
        private long size;
    }

    Response put(
            Request request,
            SwiftPath path,
            Identity identity,
            HeaderMap metadata,
            Optional<String> etag,
            boolean mustBeNew,
            ObjectWriter.Feed feed)
            throws IOException {
        byte[] body = readManifest(request, feed);
        List<SloManifest.Wanted> wanted = SloManifest.parse(body, path);
        SegmentAccess access = new SegmentAccess(site, identity, request);
        Map<String, Head> heads = new HashMap<>();
        Draft draft = new Draft();
        for (int i = 0; i < wanted.size(); i++) {
            switch (wanted.get(i)) {
                case SloManifest.Wanted.InlineWanted(byte[] bytes) -> addInline(draft, bytes);
                case SloManifest.Wanted.ObjectWanted object -> {
                    Head head = heads.get(object.path());
                    if (head == null) {
                        head = look(access, path.account(), object.path());
                        heads.put(object.path(), head);
                    }
                    addObject(draft, object, head, i == wanted.size() - 1);
                }
            }
        }
        BulkAnswer.Format format = BulkAnswer.Format.of(request);
        if (!draft.problems.isEmpty()) {
            return BulkAnswer.errors(format, draft.problems);
        }
        String sloEtag =
                StaticLargeObjects.md5(
                        draft.hashes
                                .toString()
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        if (etag.isPresent() && !etag.get().equals(sloEtag)) {
            throw new RequestFailure(HttpStatus.UNPROCESSABLE_ENTITY);
        }
        String type = metadata.get(ObjectMetadata.CONTENT_TYPE).orElse("");
        metadata.set(ObjectMetadata.CONTENT_TYPE, type + ";swift_bytes=" + draft.size)
                .set(ObjectMetadata.STATIC_LARGE_OBJECT, "True")
                .set(ObjectView.SLO_ETAG, sloEtag)
                .set(ObjectView.SLO_SIZE, Long.toString(draft.size));
        byte[] stored = JSON.writeValueAsBytes(draft.entries);
        ObjectWriter.Put put =
                new ObjectWriter.Put(metadata, Optional.empty(), mustBeNew, draft.size, sloEtag);
        return writer.write(path, put, sink -> sink.write(stored, 0, stored.length)).response();
    }

    private static byte[] readManifest(Request request, ObjectWriter.Feed feed) throws IOException {
        Optional<String> length = request.header("Content-Length");
        if (length.isPresent() && Long.parseLong(length.get()) > Limits.MAX_MANIFEST_SIZE) {
            throw tooLarge();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        feed.into(
                (bytes, offset, count) -> {
                    if (body.size() + count > Limits.MAX_MANIFEST_SIZE) {
                        throw tooLarge();
                    }
                    body.write(bytes, offset, count);
                });
        return body.toByteArray();
    }

    private static RequestFailure tooLarge() {
        return new RequestFailure(
                Response.html(
                        HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                        "Manifest File > " + Limits.MAX_MANIFEST_SIZE + " bytes"));
    }

    private static void addInline(Draft draft, byte[] bytes) {
        draft.entries.addObject().put("data", Base64.getEncoder().encodeToString(bytes));
        draft.hashes.append(StaticLargeObjects.md5(bytes));
        draft.size += bytes.length;
    }

    private static Head look(SegmentAccess access, String account, String path) throws IOException {
        Optional<SwiftPath> name = SwiftPath.parseObject(account, path.replaceAll("^/+", ""));
        if (name.isEmpty()) {
            return new Head.Refused(HttpStatus.NOT_FOUND);
        }
        try {
            Optional<ObjectView> found = access.open(name.get());
            if (found.isEmpty()) {
                return new Head.Refused(HttpStatus.NOT_FOUND);
            }
            try (ObjectView view = found.get()) {
                HeaderMap headers = view.headers();
                long length =
                        view.isSlo()
                                ? headers.nonEmpty(ObjectView.SLO_SIZE)
                                        .map(Long::parseLong)
                                        .orElse(0L)
                                : view.length();
                String etag =
                        view.isSlo() ? headers.get(ObjectView.SLO_ETAG).orElse("") : view.etag();
                return new Head.Seen(
                        length,
                        etag,
                        ObjectMetadataRules.withoutSize(view.contentType()),
                        view.ticks(),
                        view.isSlo());
            }
        } catch (RequestFailure e) {
            return new Head.Refused(e.response().status());
        }
    }

    private static void addObject(
            Draft draft, SloManifest.Wanted.ObjectWanted wanted, Head head, boolean last) {
        String quoted = Target.encodePath(wanted.path());
        switch (head) {
            case Head.Refused(HttpStatus status) ->
                    draft.problems.add(new BulkAnswer.Problem(quoted, status.line()));
            case Head.Seen seen -> addSeen(draft, wanted, seen, quoted, last);
        }
    }

    private static void addSeen(
            Draft draft,
            SloManifest.Wanted.ObjectWanted wanted,
            Head.Seen seen,
            String quoted,
            boolean last) {
        long length = seen.length;
        String range = "";
        if (wanted.range().isPresent()) {
            List<ByteRanges.Span> spans = wanted.range().get().spans(seen.length);
            if (spans.isEmpty()) {
                draft.problems.add(new BulkAnswer.Problem(quoted, "Unsatisfiable Range"));
            } else if (spans.getFirst().length() != seen.length) {
                range = spans.getFirst().first() + "-" + spans.getFirst().last();
                length = spans.getFirst().length();
            }
        }
        if (length < 1 && !last) {
            draft.problems.add(
                    new BulkAnswer.Problem(
                            quoted, "Too small; each segment must be at least 1 byte."));
        }
        if (wanted.size() >= 0 && wanted.size() != seen.length) {
            draft.problems.add(new BulkAnswer.Problem(quoted, "Size Mismatch"));
        }
        if (wanted.etag().isPresent() && !wanted.etag().get().equals(seen.etag)) {
            draft.problems.add(new BulkAnswer.Problem(quoted, "Etag Mismatch"));
        }
        ObjectNode entry =
                draft.entries
                        .addObject()
                        .put("name", "/" + wanted.path().replaceAll("^/+", ""))
                        .put("bytes", seen.length)
                        .put("hash", seen.etag)
                        .put("content_type", ListingFormat.utf8(seen.contentType))
                        .put(
                                "last_modified",
                                Timestamps.iso(
                                        Timestamps.roundedUpSeconds(seen.ticks)
                                                * Timestamps.TICKS_PER_SECOND));
        if (!range.isEmpty()) {
            entry.put("range", range);
        }
        if (seen.slo) {
            entry.put("sub_slo", true);
        }
        draft.hashes.append(range.isEmpty() ? seen.etag : seen.etag + ":" + range + ";");
        draft.size += length;
    }
}
