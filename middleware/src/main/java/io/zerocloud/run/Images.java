package io.zerocloud.run;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.source.BootMap;
import io.zerocloud.job.source.Script;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images that come in request bodies: their description found, the whole stored inflated. */
public final class Images {
    /** A description is at most 64 KiB; a map's member may be a little padded. */
    private static final int MAX_MAP = 128 * 1024;

    private Images() {}

    /** A stored image and the description in it. */
    static final class Image {
        private final Upload upload;
        private final byte[] description;

        private Image(Upload upload, byte[] description) {
            this.upload = upload;
            this.description = description;
        }

        Upload upload() {
            return upload;
        }

        byte[] description() {
            return description;
        }
    }

    /**
     * Stores an image.
     *
     * @param body from its beginning
     * @param gzip whether it is to be inflated
     * @param space charged for it, inflated
     */
    static Image store(InputStream body, boolean gzip, UploadSpace space)
            throws IOException, JobException, JobRefused {
        byte[] window = body.readNBytes(BootMap.WINDOW);
        byte[] description = find(window, gzip).require();
        InputStream all = new SequenceInputStream(new ByteArrayInputStream(window), body);
        try {
            return new Image(
                    Upload.store(gzip ? new GZIPInputStream(all, 64 * 1024) : all, space),
                    description);
        } catch (ZipException | EOFException e) {
            throw badArchive(e);
        }
    }

    /**
     * The description in an image that is all there.
     *
     * @throws JobRefused if there is none where a server would look for it
     * @throws IOException if it is no archive
     */
    public static byte[] description(byte[] image, boolean gzip) throws JobRefused, IOException {
        try {
            return find(
                            java.util.Arrays.copyOf(image, Math.min(image.length, BootMap.WINDOW)),
                            gzip)
                    .require();
        } catch (JobException e) {
            throw new IOException(e.message(), e);
        }
    }

    /** Searches the first bytes, as transferred, for a description. */
    static BootMap find(byte[] window, boolean gzip) throws JobException {
        BootMap map = new BootMap();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        gzip
                                ? new GZIPInputStream(new ByteArrayInputStream(window))
                                : new ByteArrayInputStream(window))) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null && !map.isDecided()) {
                if (entry.isFile()
                        && BootMap.isMap(entry.getName())
                        && entry.getSize() <= MAX_MAP) {
                    byte[] content = tar.readNBytes((int) entry.getSize());
                    if (content.length == entry.getSize()) {
                        map.offer(entry.getName(), content);
                    }
                }
                entry = tar.getNextEntry();
            }
        } catch (ZipException e) {
            throw badArchive(e);
        } catch (EOFException e) {
            if (gzip && window.length < BootMap.WINDOW) {
                throw badArchive(e);
            }
            return map;
        } catch (IOException | IllegalArgumentException e) {
            // The window ends within a member, or it is no archive: what was found by then counts.
            return map;
        }
        return map;
    }

    /** A script as an archive with the one file {@code script}. */
    static Upload wrap(byte[] script, UploadSpace space) throws IOException, JobException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(Script.NAME);
            entry.setSize(script.length);
            entry.setMode(0755);
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            tar.write(script);
            tar.closeArchiveEntry();
        }
        return Upload.store(new ByteArrayInputStream(bytes.toByteArray()), space);
    }

    private static JobException badArchive(IOException cause) {
        return JobException.of(ErrorCode.BAD_ARCHIVE, "application/x-gzip stream", cause);
    }
}
