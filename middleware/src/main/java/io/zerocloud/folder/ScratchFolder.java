package io.zerocloud.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder of one run, which is gone with all that is in it when this is closed, if who worked in
 * it has not removed it before.
 */
public record ScratchFolder(Path path) implements AutoCloseable {
    /** Below the system's temporary folder. */
    public static ScratchFolder create(String prefix) throws IOException {
        return new ScratchFolder(Files.createTempDirectory(prefix));
    }

    /** In memory where the system has such a folder, so that no disk is measured. */
    public static ScratchFolder inMemory(String prefix) throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? new ScratchFolder(Files.createTempDirectory(memory, prefix))
                : create(prefix);
    }

    @Override
    public void close() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
