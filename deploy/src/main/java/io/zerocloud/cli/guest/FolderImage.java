package io.zerocloud.cli.guest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Packs what is below a folder into a tar that a guest can mount: files, folders and symbolic links
 * (which stay links), with modes and times in whole seconds. Pipes, sockets and devices are left
 * out: an image cannot hold any. The same folder gives the same bytes.
 */
public final class FolderImage {
    private FolderImage() {}

    /**
     * Writes the tar.
     *
     * @param folder a folder; the names in the tar are relative to it
     * @param tar a file to write, outside of the folder
     * @throws IOException if a file cannot be read or changes its size meanwhile
     */
    public static void pack(Path folder, Path tar) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(path -> !path.equals(folder)).sorted().toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar));
                TarArchiveOutputStream archive =
                        new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
            archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            archive.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            for (Path path : paths) {
                add(archive, folder, path);
            }
        }
    }

    private static void add(TarArchiveOutputStream archive, Path folder, Path path)
            throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isOther()) {
            return;
        }
        String name = folder.relativize(path) + (attributes.isDirectory() ? "/" : "");
        TarArchiveEntry entry =
                attributes.isSymbolicLink()
                        ? new TarArchiveEntry(name, TarConstants.LF_SYMLINK)
                        : new TarArchiveEntry(name);
        entry.setModTime(attributes.lastModifiedTime().toMillis());
        entry.setMode(
                (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777);
        if (attributes.isSymbolicLink()) {
            entry.setLinkName(Files.readSymbolicLink(path).toString());
        } else if (attributes.isRegularFile()) {
            entry.setSize(attributes.size());
        }
        archive.putArchiveEntry(entry);
        if (attributes.isRegularFile()) {
            Files.copy(path, archive);
        }
        archive.closeArchiveEntry();
    }
}
