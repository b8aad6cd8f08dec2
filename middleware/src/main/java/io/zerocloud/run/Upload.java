package io.zerocloud.run;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.wire.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bytes that came with a request, in a file until the job is over. */
record Upload(Blob blob, Path file, UploadSpace space) implements AutoCloseable {
    private static final int STEP = 64 * 1024;

    /**
     * Stores a stream.
     *
     * @param space charged for it until it is closed; an upload that is too long is 413
     */
    static Upload store(InputStream bytes, UploadSpace space) throws IOException, JobException {
        Path file = Files.createTempFile(space.folder(), "upload", "");
        long taken = 0;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long length = 0;
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
                byte[] step = new byte[STEP];
                for (int n = bytes.read(step); n >= 0; n = bytes.read(step)) {
                    length += n;
                    if (length > space.each()) {
                        throw JobException.of(
                                ErrorCode.TOO_LARGE, "(more than " + space.each() + " bytes)");
                    }
                    space.take(n);
                    taken = length;
                    out.write(step, 0, n);
                }
            }
            return new Upload(
                    new Blob(HexFormat.of().formatHex(digest.digest()), length), file, space);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException | JobException | RuntimeException e) {
            Files.deleteIfExists(file);
            space.giveBack(taken);
            throw e;
        }
    }

    InputStream open() throws IOException {
        return Files.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        if (Files.deleteIfExists(file)) {
            space.giveBack(blob.length());
        }
    }
}
