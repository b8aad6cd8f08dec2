package io.zerocloud.swift.disk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Metadata in extended attributes as Swift keeps it: the pickle in {@code user.swift.metadata}, its
 * continuation in {@code user.swift.metadata1}, 2, ..., and the MD5 of the whole in {@code
 * user.swift.metadata_checksum} ({@code swift.obj.diskfile.read_metadata}, {@code write_metadata}).
 */
public final class XattrMetadata implements MetadataStore {
    public static final XattrMetadata INSTANCE = new XattrMetadata();

    private static final String KEY = "user.swift.metadata";
    private static final String CHECKSUM = "user.swift.metadata_checksum";

    private XattrMetadata() {}

    @Override
    public ObjectMetadata read(Descriptor file) throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        for (int i = 0; ; i++) {
            Optional<byte[]> chunk = file.attribute(i == 0 ? KEY : KEY + i);
            if (chunk.isEmpty()) {
                break;
            }
            pickle.writeBytes(chunk.get());
            if (pickle.size() > MetadataPickle.MAX_BYTES) {
                throw new DamagedMetadataException(
                        file.path()
                                + ": more than "
                                + MetadataPickle.MAX_BYTES
                                + " bytes of metadata");
            }
        }
        byte[] bytes = pickle.toByteArray();
        if (bytes.length == 0) {
            throw new DamagedMetadataException(file.path() + ": has no metadata");
        }
        // Objects older than Swift 2.20 carry no checksum.
        Optional<byte[]> checksum = file.attribute(CHECKSUM);
        if (checksum.isPresent() && !Arrays.equals(checksum.get(), md5Hex(bytes))) {
            throw new DamagedMetadataException(file.path() + ": metadata checksum mismatch");
        }
        try {
            return MetadataPickle.decode(bytes);
        } catch (DamagedMetadataException e) {
            throw new DamagedMetadataException(file.path() + ": " + e.getMessage());
        }
    }

    @Override
    public void write(Descriptor file, Path target, ObjectMetadata metadata) throws IOException {
        byte[] pickle = MetadataPickle.encode(metadata);
        if (pickle.length > MetadataPickle.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "metadata: " + pickle.length + " bytes, more than " + MetadataPickle.MAX_BYTES);
        }
        for (int i = 0; i * Descriptor.MAX_ATTRIBUTE < pickle.length; i++) {
            int from = i * Descriptor.MAX_ATTRIBUTE;
            int to = Math.min(pickle.length, from + Descriptor.MAX_ATTRIBUTE);
            file.setAttribute(i == 0 ? KEY : KEY + i, Arrays.copyOfRange(pickle, from, to));
        }
        file.setAttribute(CHECKSUM, md5Hex(pickle));
    }

    private static byte[] md5Hex(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(bytes);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
