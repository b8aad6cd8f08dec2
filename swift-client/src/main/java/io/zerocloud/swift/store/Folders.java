package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.ObjectFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** Changes of folders that last: a name is on disk only when its folder has been synced. */
final class Folders {
    private Folders() {}

    /** Moves a synced file to its final name, and returns when that is on disk. */
    static void install(Path temporary, Path target) throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(target + " has no folder");
        }
        createDurably(folder);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
    }

    /** Makes a folder and those above it that are missing, all on disk when it returns. */
    static void createDurably(Path folder) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path existing = folder;
        while (existing != null && Files.notExists(existing)) {
            missing.push(existing);
            existing = existing.getParent();
        }
        for (Path next : missing) {
            // Others may make the same folder at the same time; each syncs what it relies on.
            Files.createDirectories(next);
            Path parent = next.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes what newer files outdate; what stays after a crash is removed the next time. */
    static void removeObsolete(Path folder) throws IOException {
        for (ObjectFiles.Name name : ObjectFiles.list(folder).obsolete()) {
            Files.deleteIfExists(folder.resolve(name.name()));
        }
    }
}
