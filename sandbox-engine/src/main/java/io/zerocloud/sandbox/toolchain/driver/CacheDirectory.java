package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** The user's own directory for what the tool chain keeps: {@code $XDG_CACHE_HOME/zerocloud}. */
final class CacheDirectory {
    private CacheDirectory() {}

    static Path of(Map<String, String> environment) {
        String base = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (base.startsWith("/")) {
            return Path.of(base, "zerocloud");
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return Path.of(home, ".cache", "zerocloud");
    }

    /**
     * Makes a directory that nobody else may enter, with its parents.
     *
     * @throws IOException if it exists and is somebody else's or open to others
     */
    static void makePrivate(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rwx------");
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mine));
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // Another process made it just now; it is checked like any other.
            }
        }
        boolean own =
                Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
                        .getName()
                        .equals(System.getProperty("user.name"));
        if (!own
                || !Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)
                        .equals(mine)) {
            throw new IOException(
                    directory + " must belong to you and be closed to others (chmod 700)");
        }
    }
}
