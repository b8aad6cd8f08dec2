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

    private static final int CHUNK = 128 * 1024;

    private final StoredObject stored;
    private final DiskPool pool;
    private final HeaderMap headers = new HeaderMap();

    ObjectView(StoredObject stored, DiskPool pool) {
        this.stored = stored;
        this.pool = pool;
        stored.metadata()
                .values()
                .forEach((name, value) -> headers.set(header(name), header(value)));
    }

    /**
     * Text as stored in the form of headers, one character a byte, which all but the {@code name}
     * has already. A character beyond that, which only damage or the first versions of this store
     * left, goes back to its bytes: cut to one, it could become a line break.
     */
    private static String header(String text) {
        return text.chars().allMatch(c -> c <= 0xff)
                ? text
                : new String(PythonText.encode(text), StandardCharsets.ISO_8859_1);
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
        long length = last - first + 1;
        if (length <= 0) {
            return;
        }
        if (length <= CHUNK) {
            // One turn in the pool instead of three: for small objects that is what a read costs.
            byte[] all =
                    pool.call(
                            () -> {
                                try (FileChannel channel = stored.channel()) {
                                    return read(channel, first, (int) length);
                                }
                            });
            sink.write(all, 0, all.length);
            return;
        }
        try (FileChannel channel = pool.call(() -> stored.channel())) {
            for (long position = first; position <= last; position += CHUNK) {
                long from = position;
                byte[] bytes =
                        pool.call(
                                () -> read(channel, from, (int) Math.min(CHUNK, last - from + 1)));
                sink.write(bytes, 0, bytes.length);
            }
        }
    }

    private byte[] read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException(stored.path() + " is shorter than its metadata says");
            }
        }
        return buffer.array();
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
