package io.zerocloud.sandbox.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The tar files that a guest packs at its end. They take their names only when they are whole: a
 * guest that is killed, or that fails before it packs, leaves what was there before.
 */
final class TarExports implements AutoCloseable {
    private record Export(Path target, Path partial, OutputStream stream) {}

    private final List<Export> exports = new ArrayList<>();

    /**
     * Begins a tar file beside its target, which it replaces when the guest has exited.
     *
     * @param target the file to be made or replaced; its folder must exist
     */
    OutputStream open(Path target) throws IOException {
        Path partial =
                target.resolveSibling(
                        ".%s.%d-%d"
                                .formatted(
                                        target.getFileName(),
                                        ProcessHandle.current().pid(),
                                        exports.size()));
        OutputStream stream = Files.newOutputStream(partial);
        exports.add(new Export(target, partial, stream));
        return stream;
    }

    /** Puts what was written in its place, if anything was. */
    void commit() throws IOException {
        for (Export export : exports) {
            export.stream().close();
            if (Files.size(export.partial()) > 0) {
                Files.move(
                        export.partial(),
                        export.target(),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Export export : exports) {
            export.stream().close();
            Files.deleteIfExists(export.partial());
        }
    }
}
