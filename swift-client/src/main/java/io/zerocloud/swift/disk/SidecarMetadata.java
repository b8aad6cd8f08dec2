package io.zerocloud.swift.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Metadata in extended attributes as {@link XattrMetadata} keeps it, and where the file system has
 * none, or too little room for them (ext4: about 4000 bytes, and pickling doubles the metadata), in
 * a file beside: {@code <file name>.metadata}, the MD5 of the pickle in 16 bytes and the pickle.
 *
 * <p>The file beside is written and synced before the file itself gets its name, and Swift's rules
 * for hash folders ignore it, so at no moment is there an object without its metadata.
 */
public final class SidecarMetadata implements MetadataStore {
    public static final SidecarMetadata INSTANCE = new SidecarMetadata();

    private static final String KEY = "user.swift.metadata";
    private static final int DIGEST_BYTES = 16;

    private SidecarMetadata() {}

    /** The file that holds the metadata of {@code file}, if its attributes do not. */
    public static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".metadata");
    }

    @Override
    public ObjectMetadata read(Descriptor file) throws IOException {
        try {
            if (file.attribute(KEY).filter(value -> value.length > 0).isPresent()) {
                return XattrMetadata.INSTANCE.read(file);
            }
        } catch (UnsupportedAttributesException e) {
            // Then it lies beside.
        }
        Path sidecar = beside(file.path());
        long size = Files.size(sidecar);
        if (size < DIGEST_BYTES || size > MetadataPickle.MAX_BYTES + DIGEST_BYTES) {
            throw new DamagedMetadataException(sidecar + ": has " + size + " bytes");
        }
        byte[] bytes = Files.readAllBytes(sidecar);
        byte[] pickle = Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
        if (!Arrays.equals(Arrays.copyOf(bytes, DIGEST_BYTES), md5(pickle))) {
            throw new DamagedMetadataException(sidecar + ": checksum mismatch");
        }
        return MetadataPickle.decode(pickle);
    }

    @Override
    public void write(Descriptor file, Path target, ObjectMetadata metadata) throws IOException {
        try {
            XattrMetadata.INSTANCE.write(file, target, metadata);
            return;
        } catch (IOException attributesRefused) {
            discardPart(file);
        }
        byte[] pickle = MetadataPickle.encode(metadata);
        try (FileChannel channel =
                FileChannel.open(
                        beside(target),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(DIGEST_BYTES + pickle.length)
                            .put(md5(pickle))
                            .put(pickle)
                            .flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /**
     * An attribute of no bytes counts as none: what was written before the refusal must not be
     * read.
     */
    private static void discardPart(Descriptor file) throws IOException {
        try {
            if (file.attribute(KEY).isPresent()) {
                file.setAttribute(KEY, new byte[0]);
            }
        } catch (UnsupportedAttributesException e) {
            // Nothing can have been written.
        }
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
