package io.zerocloud.node;

import io.zerocloud.wire.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files named by the SHA-256 of their bytes: images and payloads that came with requests, images
 * that were fetched. A cache: the longest unused go first when the quota is reached, and it starts
 * empty, so that what lies there was hashed by this process. Whoever has a file open keeps it.
 */
final class BlobStore {
    private final Path folder;
    private final long quota;
    private final Map<String, Long> sizes = new LinkedHashMap<>(16, 0.75f, true);
    private long used;

    /**
     * @param folder empty, and of nobody else
     * @param quota bytes of all files together
     */
    BlobStore(Path folder, long quota) {
        this.folder = folder;
        this.quota = quota;
    }

    /** The file, if it is here; counts as a use. */
    synchronized Optional<Path> find(String sha256) {
        return sizes.get(sha256) == null ? Optional.empty() : Optional.of(folder.resolve(sha256));
    }

    /**
     * Stores a stream.
     *
     * @param expected what its bytes must hash to, or empty
     * @param limit most bytes
     * @throws IOException if it is longer, hashes to something else, or does not fit the quota
     */
    Blob store(InputStream bytes, Optional<String> expected, long limit) throws IOException {
        Path temporary = Files.createTempFile(folder, "new", "");
        long[] reserved = {0};
        try {
            MessageDigest digest = sha256();
            try (OutputStream out = Files.newOutputStream(temporary)) {
                copy(new DigestInputStream(bytes, digest), out, limit, reserved);
            }
            String name = HexFormat.of().formatHex(digest.digest());
            if (expected.isPresent() && !expected.get().equals(name)) {
                throw new IOException("the bytes hash to " + name + ", not to " + expected.get());
            }
            long length = reserved[0];
            synchronized (this) {
                if (sizes.get(name) == null) {
                    Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                    sizes.put(name, length);
                    reserved[0] = 0;
                }
            }
            return new Blob(name, length);
        } finally {
            synchronized (this) {
                used -= reserved[0];
            }
            Files.deleteIfExists(temporary);
        }
    }

    /** Takes room while bytes arrive: several at once keep to the quota as well. */
    private synchronized void reserve(int bytes) throws IOException {
        Iterator<Map.Entry<String, Long>> oldest = sizes.entrySet().iterator();
        while (used + bytes > quota && oldest.hasNext()) {
            Map.Entry<String, Long> entry = oldest.next();
            Files.deleteIfExists(folder.resolve(entry.getKey()));
            used -= entry.getValue();
            oldest.remove();
        }
        if (used + bytes > quota) {
            throw new TooLong("more than fits into the cache of " + quota + " bytes");
        }
        used += bytes;
    }

    private void copy(InputStream from, OutputStream to, long limit, long[] reserved)
            throws IOException {
        byte[] step = new byte[64 * 1024];
        for (int n = from.read(step); n >= 0; n = from.read(step)) {
            if (reserved[0] + n > limit) {
                throw new TooLong("more than " + limit + " bytes");
            }
            reserve(n);
            reserved[0] += n;
            to.write(step, 0, n);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A stream went on behind its limit. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1;

        TooLong(String message) {
            super(message);
        }
    }
}
