package io.zerocloud.cli.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderImageTest {
    @TempDir private Path directory;

    @Test
    void holdsFilesFoldersAndLinksAsTheyAre() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("folder"));
        Path file = Files.writeString(folder.resolve("file"), "text");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
        Files.createDirectories(folder.resolve("empty"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("no/such/file"));
        String deep = "d".repeat(200);
        Files.writeString(Files.createDirectories(folder.resolve(deep)).resolve("\u00e9"), "deep");
        assertThat(new ProcessBuilder("mkfifo", folder + "/fifo").start().waitFor()).isZero();

        Path tar = directory.resolve("folder.tar");
        FolderImage.pack(folder, tar);
        List<String> entries = new ArrayList<>();
        try (TarFile archive = new TarFile(tar)) {
            for (TarArchiveEntry entry : archive.getEntries()) {
                String content =
                        new String(
                                archive.getInputStream(entry).readAllBytes(),
                                StandardCharsets.UTF_8);
                entries.add(entry.getName() + entry.getLinkName() + content);
            }
            TarArchiveEntry packed =
                    archive.getEntries().stream()
                            .filter(entry -> entry.getName().equals("file"))
                            .findFirst()
                            .orElseThrow();
            assertThat(packed.getMode() & 0777).isEqualTo(0751);
            assertThat(packed.getLastModifiedTime().toInstant()).isEqualTo("2001-02-03T04:05:06Z");
        }
        assertThat(entries)
                .containsExactly(
                        deep + "/", deep + "/\u00e9deep", "empty/", "filetext", "linkno/such/file");

        Path again = directory.resolve("again.tar");
        FolderImage.pack(folder, again);
        assertThat(again).hasSameBinaryContentAs(tar);
    }

    @Test
    void namesAFolderThatIsNotThere() {
        assertThatThrownBy(
                        () ->
                                FolderImage.pack(
                                        directory.resolve("none"), directory.resolve("x.tar")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none");
    }
}
