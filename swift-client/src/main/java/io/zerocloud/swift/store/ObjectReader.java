package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectMetadata;
import java.io.IOException;
import java.util.Optional;

/** Opens objects as a reader sees them: plain, static large, dynamic large. */
final class ObjectReader {
    /**
     * An object opened for a reader.
     *
     * @param headers what a GET shows, length aside
     * @param etag what conditions compare with, without quotes
     * @param severalRanges whether more than one range can be had at once
     */
    record Opened(
            Content content,
            HeaderMap headers,
            String etag,
            long lastModifiedSeconds,
            boolean severalRanges) {
        Opened(Content content, HeaderMap headers, String etag, long lastModifiedSeconds) {
            this(content, headers, etag, lastModifiedSeconds, true);
        }
    }

    private final Site site;
    private final DynamicLargeObjects dynamicLargeObjects;

    ObjectReader(Site site) {
        this.site = site;
        dynamicLargeObjects = new DynamicLargeObjects(site);
    }

    /**
     * Answers a GET or HEAD.
     *
     * @throws RequestFailure 401, 403 or 404
     */
    Response read(Request request, SwiftPath path, Identity identity) throws IOException {
        Opened opened = open(request, path, identity);
        return ContentResponse.of(
                opened.severalRanges ? request : withoutSeveralRanges(request),
                opened.content,
                opened.headers,
                opened.etag,
                opened.lastModifiedSeconds);
    }

    private static Request withoutSeveralRanges(Request request) {
        boolean several =
                request.headers()
                        .nonEmpty("Range")
                        .flatMap(ByteRanges::parse)
                        .filter(ranges -> ranges.specs().size() > 1)
                        .isPresent();
        if (!several) {
            return request;
        }
        HeaderMap headers = new HeaderMap(request.headers());
        headers.remove("Range");
        return request.derived(request.method(), headers);
    }

    private Opened open(Request request, SwiftPath path, Identity identity) throws IOException {
        site.authorizeObject(identity, request, request.method(), path);
        Optional<ObjectView> found = site.objects().open(path);
        if (found.isEmpty()) {
            throw new RequestFailure(
                    Conditions.requiresExistence(request.headers())
                            ? HttpStatus.PRECONDITION_FAILED
                            : HttpStatus.NOT_FOUND);
        }
        ObjectView view = found.get();
        try {
            return open(request, path, identity, view);
        } catch (IOException | RuntimeException e) {
            view.close();
            throw e;
        }
    }

    private Opened open(Request request, SwiftPath path, Identity identity, ObjectView view)
            throws IOException {
        HeaderMap headers = ObjectMetadataRules.shown(view);
        long modified = Timestamps.roundedUpSeconds(view.ticks());
        boolean manifest = request.param("multipart-manifest").filter("get"::equals).isPresent();
        SegmentAccess access = new SegmentAccess(site, identity, request);
        if (view.isSlo() && manifest) {
            return request.param("format").filter("raw"::equals).isPresent()
                    ? StaticLargeObjects.rawManifest(view, headers, modified)
                    : new Opened(
                            Content.of(view),
                            headers.set("Content-Type", "application/json; charset=utf-8"),
                            view.etag(),
                            modified);
        }
        if (view.isSlo()) {
            String etag = view.headers().get(ObjectView.SLO_ETAG).orElse("");
            headers.set("X-Manifest-Etag", view.etag()).set("Etag", '"' + etag + '"');
            SegmentedContent content = StaticLargeObjects.content(view, path.account(), access);
            view.close();
            if (!request.isHead()) {
                requireReadable(request, content, etag, modified);
            }
            return new Opened(content, headers, etag, modified);
        }
        Optional<String> prefix = view.dloManifest();
        if (prefix.isPresent() && !manifest) {
            DynamicLargeObjects.Assembled assembled =
                    dynamicLargeObjects.assemble(prefix.get(), path.account(), access);
            view.close();
            assembled.etag().ifPresent(etag -> headers.set("Etag", '"' + etag + '"'));
            headers.set(ObjectMetadata.OBJECT_MANIFEST, prefix.get());
            String etag = assembled.etag().orElse(view.etag());
            if (!request.isHead()) {
                requireReadable(request, assembled.content(), etag, modified);
            }
            return new Opened(assembled.content(), headers, etag, modified, false);
        }
        return new Opened(Content.of(view), headers, view.etag(), modified);
    }

    /** Says 409 while it still can be said: what fails later can only cut the answer short. */
    private static void requireReadable(
            Request request, SegmentedContent content, String etag, long modified)
            throws IOException {
        if (Conditions.failing(request.headers(), etag, modified).isPresent()) {
            return;
        }
        long first =
                request.headers()
                        .nonEmpty("Range")
                        .flatMap(ByteRanges::parse)
                        .map(ranges -> ranges.spans(Math.max(0, content.length())))
                        .filter(spans -> !spans.isEmpty())
                        .map(spans -> spans.getFirst().first())
                        .orElse(0L);
        try {
            content.requireReadable(first);
        } catch (SegmentedContent.BrokenSegment e) {
            throw new RequestFailure(HttpStatus.CONFLICT);
        }
    }
}
