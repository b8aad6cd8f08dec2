package io.zerocloud.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A file system so small that it is soon full, in the place of a folder. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one.
     *
     * @throws org.opentest4j.TestAbortedException if this user may not
     */
    public static SmallDisk at(Path folder, int kib) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Process mount =
                start(List.of("mount", "-t", "tmpfs", "-o", "size=" + kib + "k", "tmpfs", folder));
        String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeTrue(
                mount.waitFor() == 0, "only who may mount a tmpfs can fill one: " + said.strip());
        return new SmallDisk(folder);
    }

    private static Process start(List<Object> command) throws IOException {
        return new ProcessBuilder(command.stream().map(Object::toString).toList())
                .redirectErrorStream(true)
                .start();
    }

    @Override
    public void close() throws IOException {
        // Its output ends when it does.
        start(List.of("umount", "-l", folder)).getInputStream().readAllBytes();
    }
}
