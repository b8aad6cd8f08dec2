package io.zerocloud.swift.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Skips tests where the folder for temporary files has no user extended attributes. */
final class AttributesNeeded {
    private AttributesNeeded() {}

    static void in(Path folder) throws IOException {
        Path probe = folder.resolve("probe");
        try (Descriptor file = Descriptor.create(probe, 0600)) {
            file.setAttribute("user.probe", new byte[] {1});
        } catch (UnsupportedAttributesException e) {
            Assumptions.abort(e.getMessage() + "; give one with -DargLine=-Djava.io.tmpdir=FOLDER");
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
