package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectMetadata;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Writes an object: bytes to the replicas, then its row into the listing. */
final class ObjectWriter {
    /**
     * What to write.
     *
     * @param metadata all headers to store, Content-Type among them
     * @param etag what the bytes must have, in hexadecimal
     * @param mustBeNew whether an object of that name forbids it (If-None-Match: *)
     * @param sloSize what a static large object counts in the listing, -1 for anything else
     * @param sloEtag what a reader of a static large object sees, empty for anything else
     */
    record Put(
            HeaderMap metadata,
            Optional<String> etag,
            boolean mustBeNew,
            long sloSize,
            String sloEtag) {
        static Put plain(HeaderMap metadata, Optional<String> etag, boolean mustBeNew) {
            return new Put(metadata, etag, mustBeNew, -1, "");
        }
    }

    /** Gives the bytes. */
    interface Feed {
        void into(Response.Sink sink) throws IOException;
    }

    /** What was written. */
    record Written(long ticks, String etag) {
        /** 201 with what Swift tells of a new object. */
        Response response() {
            return Response.html(HttpStatus.CREATED, "")
                    .with("Etag", etag)
                    .with("Last-Modified", Timestamps.httpDate(Timestamps.roundedUpSeconds(ticks)));
        }
    }

    private final Site site;

    ObjectWriter(Site site) {
        this.site = site;
    }

    /**
     * Writes an object and returns when it is on disk.
     *
     * @throws RequestFailure 422 if the bytes are not those of the ETag, 413 if they are too many,
     *     412 if it must be new and is not, 404 if the container vanished meanwhile
     */
    Written write(SwiftPath path, Put put, Feed feed) throws IOException {
        try (Upload upload = site.objects().upload(path)) {
            feed.into(
                    (bytes, offset, length) -> {
                        if (upload.length() + length > Limits.MAX_FILE_SIZE) {
                            throw new RequestFailure(
                                    HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                                    "Your request is too large.");
                        }
                        upload.append(bytes, offset, length);
                    });
            String etag = upload.etag();
            if (put.etag.isPresent() && !put.etag.get().equals(etag)) {
                throw new RequestFailure(HttpStatus.UNPROCESSABLE_ENTITY);
            }
            Map<String, String> stored = ObjectMetadataRules.stored(put.metadata);
            long ticks =
                    site.objects()
                            .commit(
                                    path,
                                    upload,
                                    stored,
                                    put.mustBeNew,
                                    at -> enter(path, put, upload, etag, at));
            return new Written(ticks, put.sloEtag.isEmpty() ? etag : '"' + put.sloEtag + '"');
        }
    }

    private boolean enter(SwiftPath path, Put put, Upload upload, String etag, long ticks)
            throws IOException {
        String type = put.metadata.get(ObjectMetadata.CONTENT_TYPE).orElse("");
        Listed.ObjectRow row =
                new Listed.ObjectRow(
                        path.object(),
                        ticks,
                        put.sloSize >= 0 ? put.sloSize : upload.length(),
                        ObjectMetadataRules.withoutSize(type),
                        etag,
                        put.sloEtag);
        long deleteAt = put.metadata.nonEmpty("X-Delete-At").map(Long::parseLong).orElse(0L);
        return site.catalog().putObject(path, row, deleteAt);
    }
}
