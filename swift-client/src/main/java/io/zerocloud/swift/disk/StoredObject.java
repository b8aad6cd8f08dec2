package io.zerocloud.swift.disk;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.Timestamp;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Optional;

/**
 * An open {@code .data} file whose name, length and metadata agree, with the metadata of later
 * POSTs merged in. Its bytes and metadata stay as they are whatever happens to the folder; the
 * owner closes it.
 */
public final class StoredObject implements AutoCloseable {
    private final ObjectPath path;
    private final Descriptor data;
    private final ObjectMetadata dataMetadata;
    private final ObjectMetadata metadata;
    private final Timestamp dataTimestamp;
    private final Timestamp timestamp;

    StoredObject(
            ObjectPath path,
            Descriptor data,
            ObjectMetadata dataMetadata,
            ObjectMetadata metadata,
            Timestamp dataTimestamp,
            Timestamp timestamp) {
        this.path = path;
        this.data = data;
        this.dataMetadata = dataMetadata;
        this.metadata = metadata;
        this.dataTimestamp = dataTimestamp;
        this.timestamp = timestamp;
    }

    public ObjectPath path() {
        return path;
    }

    /** The file; owned by this object and closed with it. */
    public Descriptor data() {
        return data;
    }

    /** Bytes in the file, which are those of the object unless it is a large object's manifest. */
    public long length() {
        return data.length();
    }

    /** The MD5 of the file's bytes as Swift wrote it down, without quotes. */
    public String etag() {
        return metadata.get(ObjectMetadata.ETAG).orElse("");
    }

    /** Metadata as a HEAD shows it, later POSTs included. */
    public ObjectMetadata metadata() {
        return metadata;
    }

    /** What the PUT wrote, without later POSTs. */
    public ObjectMetadata dataMetadata() {
        return dataMetadata;
    }

    /** When the bytes were written. */
    public Timestamp dataTimestamp() {
        return dataTimestamp;
    }

    /** When bytes or metadata were last written: the X-Timestamp of a HEAD. */
    public Timestamp timestamp() {
        return timestamp;
    }

    /** When the object ceases to be, if it does. */
    public Optional<Instant> deleteAt() {
        return metadata.get(ObjectMetadata.DELETE_AT)
                .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)));
    }

    /** A channel for reading, owned by the caller and independent of this object's closing. */
    public FileChannel channel() throws IOException {
        return data.channel();
    }

    @Override
    public void close() {
        data.close();
    }
}
