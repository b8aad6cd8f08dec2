package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.Optional;

/** COPY with Destination, and PUT with X-Copy-From (middleware/copy.py). */
final class CopyRequest {
    private final ObjectReader reader;
    private final ObjectController controller;

    CopyRequest(ObjectReader reader, ObjectController controller) {
        this.reader = reader;
        this.controller = controller;
    }

    /** COPY: the path is the source. */
    Response copyTo(Request request, SwiftPath source, Identity identity) throws IOException {
        Optional<String> destination = request.headers().nonEmpty("Destination");
        if (destination.isEmpty()) {
            return Response.html(HttpStatus.PRECONDITION_FAILED, "Destination header required");
        }
        String account = account(request, "Destination-Account", source.account());
        SwiftPath target = path(account, destination.get(), "Destination");
        HeaderMap headers = new HeaderMap(request.headers());
        headers.remove("Destination");
        headers.remove("Destination-Account");
        return copy(request.derived("PUT", headers), source, target, identity);
    }

    /** PUT: the path is the target. */
    Response copyFrom(Request request, SwiftPath target, Identity identity) throws IOException {
        if (!request.header("Content-Length").orElse("0").equals("0")
                || request.headers().has("Transfer-Encoding")) {
            throw RequestFailure.badRequest("Copy requests require a zero byte body");
        }
        String account = account(request, "X-Copy-From-Account", target.account());
        SwiftPath source = path(account, request.header("X-Copy-From").orElse(""), "X-Copy-From");
        HeaderMap headers = new HeaderMap(request.headers());
        headers.remove("X-Copy-From");
        headers.remove("X-Copy-From-Account");
        return copy(request.derived("PUT", headers), source, target, identity);
    }

    private static String account(Request request, String header, String otherwise) {
        Optional<String> given = request.headers().nonEmpty(header).map(CopyRequest::decode);
        if (given.isPresent() && given.get().contains("/")) {
            throw new RequestFailure(
                    HttpStatus.PRECONDITION_FAILED, "Account name cannot contain slashes");
        }
        return given.orElse(otherwise);
    }

    private static SwiftPath path(String account, String header, String name) {
        return SwiftPath.parseObject(account, decode(header))
                .orElseThrow(
                        () ->
                                new RequestFailure(
                                        HttpStatus.PRECONDITION_FAILED,
                                        name
                                                + " header must be of the form <container name>/<object name>"));
    }

    /** Percent-encoding, or the UTF-8 itself in characters of a byte each. */
    private static String decode(String header) {
        return Target.decodePath(header);
    }

    private Response copy(Request request, SwiftPath source, SwiftPath target, Identity identity)
            throws IOException {
        Request reading =
                new Request(
                        "GET",
                        withFormat(request.target()),
                        request.headers(),
                        BodySource.EMPTY,
                        request.hostUrl());
        Response found = reader.read(reading, source, identity);
        if (found.status().code() >= 300) {
            return found;
        }
        if (!(found.body() instanceof Response.Body.Stream stream)) {
            throw new IllegalStateException("a read without a stream");
        }
        if (stream.length() < 0 || stream.length() > Limits.MAX_FILE_SIZE) {
            found.discard();
            return Response.of(HttpStatus.REQUEST_ENTITY_TOO_LARGE);
        }
        boolean manifest = request.param("multipart-manifest").filter("get"::equals).isPresent();
        HeaderMap headers = targetHeaders(request, found, manifest);
        headers.set("Content-Length", Long.toString(stream.length()));
        boolean slo = manifest && found.headers().has("X-Static-Large-Object");
        try (Response.Producer bytes = stream.producer()) {
            Response written =
                    controller.put(
                            request.derived("PUT", headers), target, identity, slo, bytes::writeTo);
            if (written.status() == HttpStatus.CREATED) {
                describeSource(written, source, found, headers);
            }
            return written;
        }
    }

    /** A manifest is copied in the form in which it can be put. */
    private static Target withFormat(Target target) {
        if (!target.param("multipart-manifest").filter("get"::equals).isPresent()) {
            return target;
        }
        var query = new java.util.LinkedHashMap<>(target.query());
        query.put("format", "raw");
        return new Target(target.rawPath(), target.path(), target.utf8(), query);
    }

    private static HeaderMap targetHeaders(Request request, Response found, boolean manifest) {
        HeaderMap headers = new HeaderMap();
        boolean fresh = request.headers().isTrue("X-Fresh-Metadata");
        if (!fresh) {
            found.headers()
                    .forEach(
                            (name, value) -> {
                                boolean stored =
                                        ObjectMetadataRules.STORED_HEADERS.stream()
                                                .anyMatch(name::equalsIgnoreCase);
                                if (Metadata.Kind.OBJECT.owns(name)
                                        || (stored
                                                && !name.equalsIgnoreCase("X-Object-Manifest"))) {
                                    headers.set(name, value);
                                }
                            });
        }
        headers.setAll(request.headers());
        headers.remove("Transfer-Encoding");
        // Conditions and ranges were about the source.
        headers.remove("Range");
        Optional<String> dlo = found.headers().nonEmpty("X-Object-Manifest");
        if (manifest && dlo.isPresent()) {
            headers.set("X-Object-Manifest", dlo.get());
        }
        boolean whole =
                found.status() == HttpStatus.OK
                        && !found.headers().has("X-Static-Large-Object")
                        && (dlo.isEmpty() || manifest);
        if (whole) {
            found.headers().get("Etag").ifPresent(etag -> headers.set("Etag", etag));
        }
        if (request.headers().nonEmpty("Content-Type").isEmpty()) {
            found.headers()
                    .get("Content-Type")
                    .ifPresent(type -> headers.set("Content-Type", type));
        }
        return headers;
    }

    private static void describeSource(
            Response written, SwiftPath source, Response found, HeaderMap headers) {
        written.with("X-Copied-From-Account", Target.encodePath(source.account()))
                .with(
                        "X-Copied-From",
                        Target.encodePath(source.container() + "/" + source.object()));
        found.headers()
                .get("Last-Modified")
                .ifPresent(date -> written.with("X-Copied-From-Last-Modified", date));
        headers.forEach(
                (name, value) -> {
                    if (Metadata.Kind.OBJECT.owns(name) || name.equalsIgnoreCase("X-Delete-At")) {
                        written.with(Metadata.title(name), value);
                    }
                });
    }
}
