package io.zerocloud.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that a role empties when it starts. A wrong word in the configuration must not cost
 * anybody's files: only a folder that was empty, or that the same role made its own before, is
 * taken, and only by one process at a time. A file in it, {@value #MARKER}, says whose it is and
 * holds the lock.
 */
public final class WorkFolder implements AutoCloseable {
    private static final String MARKER = ".zerocloud-work";

    private final Path folder;
    private final String key;
    private final FileChannel marker;

    private WorkFolder(Path folder, String key, FileChannel marker) {
        this.folder = folder;
        this.key = key;
        this.marker = marker;
    }

    /**
     * Takes a folder; makes it if it is not there.
     *
     * @param key of the configuration that names it, for errors
     * @param role whose folder it is
     * @throws IOException if it is not empty and not the role's, or another process uses it
     */
    public static WorkFolder take(Path folder, String key, String role) throws IOException {
        Files.createDirectories(folder);
        Path marker = folder.resolve(MARKER);
        if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
            Optional<Path> stranger;
            try (Stream<Path> files = Files.list(folder)) {
                stranger = files.sorted().findFirst();
            }
            if (stranger.isPresent()) {
                throw refused(
                        key,
                        folder,
                        "holds "
                                + stranger.get().getFileName()
                                + ", which is not ours, and would be emptied: name an empty folder");
            }
        }
        FileChannel channel =
                FileChannel.open(
                        marker,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
        try {
            if (lock(channel) == null) {
                throw refused(key, folder, "is in use by another process");
            }
            ByteBuffer said = ByteBuffer.allocate(64);
            channel.read(said, 0);
            String owner =
                    new String(said.array(), 0, said.position(), StandardCharsets.UTF_8).strip();
            if (!owner.isEmpty() && !owner.equals(role)) {
                throw refused(key, folder, "belongs to the role " + owner);
            }
            channel.write(ByteBuffer.wrap((role + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            return new WorkFolder(folder, key, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static IOException refused(String key, Path folder, String why) {
        return new IOException(key + ": " + folder + " " + why);
    }

    public Path path() {
        return folder;
    }

    /** Deletes the files in it. */
    public void empty() throws IOException {
        empty(folder);
    }

    /** A folder in it, without files. */
    public Path emptied(String name) throws IOException {
        Path inner = folder.resolve(name);
        if (Files.isSymbolicLink(inner)) {
            throw refused(key, inner, "is a symbolic link, and what it leads to would be emptied");
        }
        empty(Files.createDirectories(inner));
        return inner;
    }

    private void empty(Path which) throws IOException {
        try (Stream<Path> files = Files.list(which)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw refused(key, file, "is a folder that is not ours, and is not deleted");
                }
                if (!file.getFileName().toString().equals(MARKER)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Lets another process have it. */
    @Override
    public void close() throws IOException {
        marker.close();
    }
}
