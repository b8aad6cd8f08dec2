package io.zerocloud.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir Path parent;

    @Test
    void aFolderWithFilesOfOthersIsLeftAsItIs() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("home"));
        Path letter = Files.writeString(folder.resolve("letter"), "dear");
        assertThatThrownBy(() -> WorkFolder.take(folder, "proxy.work", "proxy"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("proxy.work: " + folder + " holds letter, ");
        assertThat(folder).isDirectoryContaining(path -> path.equals(letter));
        assertThat(letter).hasContent("dear");
    }

    @Test
    void whatARoleLeftIsGoneWhenItStartsAgain() throws IOException {
        Path folder = parent.resolve("work");
        try (WorkFolder first = WorkFolder.take(folder, "node.work", "node n1")) {
            Files.writeString(first.emptied("spool").resolve("old"), "x");
            Files.writeString(folder.resolve("upload"), "x");
        }
        try (WorkFolder again = WorkFolder.take(folder, "node.work", "node n1")) {
            assertThat(again.emptied("spool")).isEmptyDirectory();
            assertThat(folder.resolve("upload")).exists();
        }
        try (WorkFolder third = WorkFolder.take(folder, "node.work", "node n1")) {
            Files.delete(folder.resolve("spool"));
            third.empty();
            assertThat(folder.resolve("upload")).doesNotExist();
        }
        // The mark outlived the emptying.
        WorkFolder.take(folder, "node.work", "node n1").close();
    }

    @Test
    void aFolderInUseOrOfAnotherRoleIsRefused() throws IOException {
        Path folder = parent.resolve("work");
        try (WorkFolder _ = WorkFolder.take(folder, "node.work", "node n1")) {
            assertThatThrownBy(() -> WorkFolder.take(folder, "node.work", "node n1"))
                    .hasMessage("node.work: " + folder + " is in use by another process");
        }
        assertThatThrownBy(() -> WorkFolder.take(folder, "proxy.work", "proxy"))
                .hasMessage("proxy.work: " + folder + " belongs to the role node n1");
        WorkFolder.take(folder, "node.work", "node n1").close();
    }

    @Test
    void nothingBehindALinkOrInAStrangeFolderIsDeleted() throws IOException {
        Path precious = Files.createDirectory(parent.resolve("precious"));
        Path file = Files.writeString(precious.resolve("file"), "x");
        try (WorkFolder work = WorkFolder.take(parent.resolve("work"), "node.work", "node n1")) {
            Files.createSymbolicLink(work.path().resolve("spool"), precious);
            Files.createSymbolicLink(work.path().resolve("link"), file);
            assertThatThrownBy(() -> work.emptied("spool")).hasMessageContaining("symbolic link");
            Files.delete(work.path().resolve("spool"));
            work.empty();
            assertThat(work.path().resolve("link")).doesNotExist();
            Files.createDirectories(work.path().resolve("mine"));
            assertThatThrownBy(work::empty).hasMessageContaining("not ours");
        }
        assertThat(file).hasContent("x");
    }
}
