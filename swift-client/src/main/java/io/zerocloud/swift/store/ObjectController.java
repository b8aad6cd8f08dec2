package io.zerocloud.swift.store;

import io.zerocloud.swift.Timestamp;
import io.zerocloud.swift.disk.ObjectMetadata;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Requests on {@code /v1/<account>/<container>/<object>}. */
final class ObjectController {
    static final String METHODS = "GET, HEAD, PUT, POST, DELETE, COPY, OPTIONS";

    private final Site site;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final CopyRequest copying;
    private final SloUpload sloUpload;
    private final SloDeletion sloDeletion;

    ObjectController(Site site) {
        this.site = site;
        reader = new ObjectReader(site);
        writer = new ObjectWriter(site);
        sloUpload = new SloUpload(site, writer);
        sloDeletion = new SloDeletion(site);
        copying = new CopyRequest(reader, this);
    }

    Response handle(Request request, SwiftPath path, Identity identity) throws IOException {
        return switch (request.method()) {
            case "GET", "HEAD" -> reader.read(request, path, identity);
            case "PUT" -> put(request, path, identity);
            case "POST" -> post(request, path, identity);
            case "DELETE" -> delete(request, path, identity);
            case "COPY" -> copying.copyTo(request, path, identity);
            default -> Response.of(HttpStatus.METHOD_NOT_ALLOWED).with("Allow", METHODS);
        };
    }

    private Response put(Request request, SwiftPath path, Identity identity) throws IOException {
        boolean manifest = isManifestPut(request);
        if (request.headers().nonEmpty("X-Copy-From").isPresent()) {
            if (manifest) {
                return Response.html(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "Multipart Manifest PUTs cannot be COPY requests");
            }
            return copying.copyFrom(request, path, identity);
        }
        return put(request, path, identity, manifest, sink -> feed(request, sink));
    }

    private static boolean isManifestPut(Request request) {
        return request.param("multipart-manifest").filter("put"::equals).isPresent();
    }

    /**
     * A PUT, checked in Swift's order.
     *
     * @param manifest whether the bytes are the manifest of a static large object
     */
    Response put(
            Request request,
            SwiftPath path,
            Identity identity,
            boolean manifest,
            ObjectWriter.Feed feed)
            throws IOException {
        refuseReserved(request);
        Optional<String> noneMatch = request.headers().nonEmpty("If-None-Match");
        if (noneMatch.isPresent() && !noneMatch.get().contains("*")) {
            throw RequestFailure.badRequest("If-None-Match only supports *");
        }
        site.authorizeObject(identity, request, "PUT", path);
        checkCreation(request, path);
        HeaderMap metadata = ObjectMetadataRules.fromRequest(request.headers());
        request.headers().nonEmpty("X-Object-Manifest").ifPresent(DynamicLargeObjects::check);
        metadata.set(ObjectMetadata.CONTENT_TYPE, contentType(request, path));
        if (noneMatch.isPresent() && exists(path)) {
            throw new RequestFailure(HttpStatus.PRECONDITION_FAILED);
        }
        Optional<String> etag =
                request.headers()
                        .nonEmpty("Etag")
                        .map(tag -> Conditions.unquote(tag).toLowerCase(java.util.Locale.ROOT));
        if (manifest) {
            return sloUpload.put(
                    request, path, identity, metadata, etag, noneMatch.isPresent(), feed);
        }
        ObjectWriter.Put put = ObjectWriter.Put.plain(metadata, etag, noneMatch.isPresent());
        return writer.write(path, put, feed).response();
    }

    private static void refuseReserved(Request request) {
        if (request.headers().has(ObjectMetadata.STATIC_LARGE_OBJECT)) {
            throw RequestFailure.badRequest(
                    "X-Static-Large-Object is a reserved header. To create a static large object add"
                            + " query param multipart-manifest=put.");
        }
    }

    private boolean exists(SwiftPath path) throws IOException {
        Optional<ObjectView> view = site.objects().open(path);
        view.ifPresent(ObjectView::close);
        return view.isPresent();
    }

    private static void feed(Request request, Response.Sink sink) throws IOException {
        BodySource body = request.body();
        for (byte[] piece = body.next(); piece.length > 0; piece = body.next()) {
            sink.write(piece, 0, piece.length);
        }
    }

    /** Checks what check_object_creation in constraints.py does. */
    private static void checkCreation(Request request, SwiftPath path) {
        Optional<String> encoding = request.header("Transfer-Encoding");
        if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("chunked")) {
            throw new RequestFailure(
                    HttpStatus.NOT_IMPLEMENTED, "Unsupported Transfer-Coding header value");
        }
        Optional<String> length = request.header("Content-Length");
        if (length.isEmpty() && encoding.isEmpty()) {
            throw new RequestFailure(HttpStatus.LENGTH_REQUIRED, "Missing Content-Length header.");
        }
        if (length.isPresent() && encoding.isEmpty()) {
            if (!length.get().matches("[0-9]{1,18}")) {
                throw RequestFailure.badRequest("Invalid Content-Length header value");
            }
            if (Long.parseLong(length.get()) > Limits.MAX_FILE_SIZE) {
                throw new RequestFailure(
                        HttpStatus.REQUEST_ENTITY_TOO_LARGE, "Your request is too large.");
            }
        }
        int nameLength = path.object().getBytes(StandardCharsets.UTF_8).length;
        if (nameLength > Limits.MAX_OBJECT_NAME_LENGTH) {
            throw RequestFailure.badRequest(
                    "Object name length of "
                            + nameLength
                            + " longer than "
                            + Limits.MAX_OBJECT_NAME_LENGTH);
        }
    }

    private static String contentType(Request request, SwiftPath path) {
        Optional<String> given = request.headers().nonEmpty("Content-Type");
        if (given.isEmpty() || request.headers().isTrue("X-Detect-Content-Type")) {
            String guess = URLConnection.guessContentTypeFromName(path.object());
            return guess == null ? "application/octet-stream" : guess;
        }
        checkContentType(given.get());
        return given.get();
    }

    private static void checkContentType(String type) {
        if (!Metadata.isUtf8(type)) {
            throw RequestFailure.badRequest("Invalid Content-Type");
        }
        String[] parts = type.split(";");
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].stripLeading().startsWith("swift_")) {
                throw RequestFailure.badRequest(
                        "Invalid Content-Type, swift_* is not a valid parameter name.");
            }
        }
    }

    private Response post(Request request, SwiftPath path, Identity identity) throws IOException {
        refuseReserved(request);
        site.authorizeObject(identity, request, "POST", path);
        HeaderMap metadata = ObjectMetadataRules.fromRequest(request.headers());
        Optional<String> type = request.headers().nonEmpty("Content-Type");
        type.ifPresent(ObjectController::checkContentType);
        boolean found =
                site.objects()
                        .revise(
                                path,
                                (current, at) -> revision(metadata, type, current, at),
                                (revised, ticks) ->
                                        site.catalog()
                                                .putObject(
                                                        path,
                                                        row(path, revised, ticks),
                                                        revised.deleteAt()));
        return Response.of(found ? HttpStatus.ACCEPTED : HttpStatus.NOT_FOUND);
    }

    /** A POST replaces all but the Content-Type, which stays, with its time, unless it is given. */
    private static java.util.Map<String, String> revision(
            HeaderMap metadata, Optional<String> type, ObjectView current, Timestamp at) {
        HeaderMap result = new HeaderMap(metadata);
        if (type.isPresent()) {
            result.set(ObjectMetadata.CONTENT_TYPE, type.get())
                    .set(ObjectMetadata.CONTENT_TYPE_TIMESTAMP, at.internal());
        } else {
            current.contentTypeTimestamp()
                    .ifPresent(
                            time ->
                                    result.set(ObjectMetadata.CONTENT_TYPE, current.contentType())
                                            .set(ObjectMetadata.CONTENT_TYPE_TIMESTAMP, time));
        }
        return ObjectMetadataRules.stored(result);
    }

    /** The row of an object whose metadata has been written at {@code ticks}. */
    static Listed.ObjectRow row(SwiftPath path, ObjectView view, long ticks) {
        long size =
                view.headers()
                        .nonEmpty(ObjectView.SLO_SIZE)
                        .map(Long::parseLong)
                        .orElse(view.length());
        return new Listed.ObjectRow(
                path.object(),
                ticks,
                size,
                ObjectMetadataRules.withoutSize(view.contentType()),
                view.etag(),
                view.headers().get(ObjectView.SLO_ETAG).orElse(""));
    }

    private Response delete(Request request, SwiftPath path, Identity identity) throws IOException {
        if (request.param("multipart-manifest").filter("delete"::equals).isPresent()) {
            return sloDeletion.delete(request, path, identity);
        }
        site.authorizeObject(identity, request, "DELETE", path);
        requireDeleteAt(request, path);
        return Response.of(delete(site, path) ? HttpStatus.NO_CONTENT : HttpStatus.NOT_FOUND);
    }

    /** X-If-Delete-At: only what is to be deleted at that very time. */
    private void requireDeleteAt(Request request, SwiftPath path) throws IOException {
        Optional<String> given = request.header("X-If-Delete-At");
        if (given.isEmpty()) {
            return;
        }
        if (!given.get().strip().matches("[+-]?[0-9]{1,18}")) {
            throw RequestFailure.badRequest("Bad X-If-Delete-At header value");
        }
        Optional<ObjectView> found = site.objects().open(path);
        if (found.isEmpty()) {
            throw new RequestFailure(HttpStatus.NOT_FOUND);
        }
        try (ObjectView view = found.get()) {
            if (view.deleteAt() != Long.parseLong(given.get().strip())) {
                throw new RequestFailure(
                        HttpStatus.PRECONDITION_FAILED,
                        "X-If-Delete-At and X-Delete-At do not match");
            }
        }
    }

    static boolean delete(Site site, SwiftPath path) throws IOException {
        return site.objects()
                .delete(path, Optional.empty(), ticks -> site.catalog().deleteObject(path, ticks));
    }
}
