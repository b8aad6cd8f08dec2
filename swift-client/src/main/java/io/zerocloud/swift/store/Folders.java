package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectFiles;
import io.zerocloud.swift.disk.SidecarMetadata;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes of folders that last: a name is on disk only when its folder has been synced, and that
 * folder's name when the one above has.
 *
 * <p>That a folder exists does not tell that its name is on disk: another request may have made it
 * a moment ago. So everything is synced up to the device unless this process has done so before.
 */
final class Folders {
    private static final int MAX_REMEMBERED = 50_000;

    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    /** Makes a folder beneath {@code device} and those between; all on disk when it returns. */
    void create(Path device, Path folder) throws IOException {
        if (durable.contains(folder) || folder.equals(device)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent == null || !folder.startsWith(device)) {
            throw new IllegalArgumentException(folder + " is not beneath " + device);
        }
        create(device, parent);
        Files.createDirectories(folder);
        sync(parent);
        if (durable.size() >= MAX_REMEMBERED) {
            durable.clear();
        }
        durable.add(folder);
    }

    /**
     * Moves a synced file to its final name in a folder that is on disk, and returns when that is
     * too.
     */
    void install(Path temporary, Path folder, String name) throws IOException {
        Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes what newer files outdate; what stays after a crash is removed the next time. */
    static void removeObsolete(Path folder) throws IOException {
        for (ObjectFiles.Name name : ObjectFiles.list(folder).obsolete()) {
            Path file = folder.resolve(name.name());
            Files.deleteIfExists(file);
            Files.deleteIfExists(SidecarMetadata.beside(file));
        }
    }
}
