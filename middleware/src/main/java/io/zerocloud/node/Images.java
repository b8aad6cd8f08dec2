package io.zerocloud.node;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zerocloud.plan.ObjectRef;
import io.zerocloud.wire.SessionEvent.Cause;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Images that are objects, inflated if need be, as files in the blob store. Looked up by path and
 * pinned version, stored by the SHA-256 of what was fetched: an ETag alone would let a collision
 * pass for another's image.
 */
final class Images {
    /** An inflated image: what a tar of the largest object may hold. */
    private static final long MAX_BYTES = 5L << 30;

    private final Inputs inputs;
    private final BlobStore blobs;
    private final Cache<ObjectRef, String> known =
            Caffeine.newBuilder().maximumSize(10_000).build();

    Images(Inputs inputs, BlobStore blobs) {
        this.inputs = inputs;
        this.blobs = blobs;
    }

    /** The image's file; open it before anything else is stored. */
    Path fetch(ObjectRef object, Mandates mandates, Resources resources)
            throws IOException, SessionFailure {
        String sha256 = known.getIfPresent(object);
        if (sha256 != null) {
            Optional<Path> file = blobs.find(sha256);
            if (file.isPresent()) {
                return file.get();
            }
        }
        try (InputStream bytes = inflated(inputs.read(object, mandates, resources))) {
            String name = blobs.store(bytes, Optional.empty(), MAX_BYTES).sha256();
            known.put(object, name);
            return blobs.find(name)
                    .orElseThrow(() -> new IOException("the image does not fit the cache"));
        } catch (ZipException | EOFException e) {
            throw new SessionFailure(
                    Cause.INPUT, 422, "Failed to inflate gzipped image " + object.path());
        }
    }

    private static InputStream inflated(InputStream bytes) throws IOException {
        BufferedInputStream in = new BufferedInputStream(bytes, 64 * 1024);
        in.mark(2);
        byte[] magic = in.readNBytes(2);
        in.reset();
        return magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b
                ? new GZIPInputStream(in, 64 * 1024)
                : in;
    }
}
