package io.zerocloud.swift.store;

import io.zerocloud.swift.ring.PathHash;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Which objects are being changed, as empty files named after their hashes: after a crash these,
 * and no others, may differ between replicas, or between replicas and catalogue.
 *
 * <p>A mark is not synced. It is made before the change, in the same file system, and file systems
 * with a journal keep that order: where the change is on disk, so is its mark.
 */
final class PendingChanges {
    private final Path folder;

    PendingChanges(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
    }

    /** Marks an object; the mark is removed with {@link #end} when all of the change is on disk. */
    Path begin(PathHash hash) throws IOException {
        return Files.createFile(folder.resolve(hash.hex() + "." + UUID.randomUUID()));
    }

    void end(Path mark) throws IOException {
        Files.delete(mark);
    }

    /** The marks that a crash has left. */
    List<Path> marks() throws IOException {
        List<Path> marks = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(marks::add);
        }
        return marks;
    }

    static PathHash hash(Path mark) {
        return new PathHash(String.valueOf(mark.getFileName()).substring(0, 32));
    }
}
