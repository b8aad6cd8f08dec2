package io.zerocloud.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScratchFolderTest {
    @Test
    void isGoneWithAllThatIsInIt() throws Exception {
        Path path;
        try (ScratchFolder folder = ScratchFolder.create("scratch")) {
            path = folder.path();
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("c"), "text");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void mayBeGoneBefore() throws Exception {
        try (ScratchFolder folder = ScratchFolder.inMemory("scratch")) {
            Files.delete(folder.path());
        }
    }
}
