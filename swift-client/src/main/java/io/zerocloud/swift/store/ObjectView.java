package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectMetadata;
import io.zerocloud.swift.disk.PythonText;
import io.zerocloud.swift.disk.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An open object with its metadata as headers. Its bytes stay as they are whatever happens to its
 * name.
 */
final class ObjectView implements AutoCloseable {
    static final String SLO_ETAG = "X-Object-Sysmeta-Slo-Etag";
    static final String SLO_SIZE = "X-Object-Sysmeta-Slo-Size";

    private final StoredObject stored;
    private final DiskPool pool;
    private final HeaderMap headers = new HeaderMap();

    ObjectView(StoredObject stored, DiskPool pool) {
        this.stored = stored;
        this.pool = pool;
        stored.metadata().values().forEach((name, value) -> headers.set(widen(name), widen(value)));
    }

    /** Text as stored to bytes widened to characters, the form of headers. */
    static String widen(String text) {
        return new String(PythonText.encode(text), StandardCharsets.ISO_8859_1);
    }

    /** The way back of {@link #widen}. */
    static String narrow(String header) {
        return PythonText.decode(header.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** As it lies on disk; owned by this view. */
    StoredObject stored() {
        return stored;
    }

    /** All metadata, Swift's own included. */
    HeaderMap headers() {
        return headers;
    }

    /** Bytes in the file. */
    long length() {
        return stored.length();
    }

    String etag() {
        return stored.etag();
    }

    long ticks() {
        return stored.timestamp().ticks();
    }

    String contentType() {
        return headers.get(ObjectMetadata.CONTENT_TYPE).orElse("application/octet-stream");
    }

    /** When the Content-Type was set by a POST, if one did. */
    Optional<String> contentTypeTimestamp() {
        return headers.get(ObjectMetadata.CONTENT_TYPE_TIMESTAMP);
    }

    boolean isSlo() {
        return headers.isTrue(ObjectMetadata.STATIC_LARGE_OBJECT);
    }

    Optional<String> dloManifest() {
        return headers.nonEmpty(ObjectMetadata.OBJECT_MANIFEST);
    }

    /** Seconds since 1970 at which it ceases to be, 0 for never. */
    long deleteAt() {
        return headers.nonEmpty(ObjectMetadata.DELETE_AT).map(Long::parseLong).orElse(0L);
    }

    boolean expired(long nowSeconds) {
        return deleteAt() > 0 && deleteAt() <= nowSeconds;
    }

    /** Writes the bytes {@code first} to {@code last}, both inclusive. */
    void writeTo(Response.Sink sink, long first, long last) throws IOException {
        if (last < first) {
            return;
        }
        try (FileChannel channel = pool.call(() -> stored.channel())) {
            byte[] bytes = new byte[(int) Math.min(128 * 1024, last - first + 1)];
            for (long position = first; position <= last; ) {
                int wanted = (int) Math.min(bytes.length, last - position + 1);
                long from = position;
                int read = pool.call(() -> channel.read(ByteBuffer.wrap(bytes, 0, wanted), from));
                if (read < 0) {
                    throw new IOException(stored.path() + " is shorter than its metadata says");
                }
                sink.write(bytes, 0, read);
                position += read;
            }
        }
    }

    /** All bytes, which must be no more than {@code limit}. */
    byte[] readAll(int limit) throws IOException {
        if (length() > limit) {
            throw new IOException(stored.path() + " is larger than " + limit + " bytes");
        }
        var all = new java.io.ByteArrayOutputStream((int) length());
        writeTo(all::write, 0, length() - 1);
        return all.toByteArray();
    }

    @Override
    public void close() {
        stored.close();
    }
}
