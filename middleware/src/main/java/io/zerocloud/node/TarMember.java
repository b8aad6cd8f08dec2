package io.zerocloud.node;

import io.zerocloud.plan.Program;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.wire.SessionEvent.Cause;
import java.io.BufferedInputStream;
import java.io.IOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A program that is a member of a tar archive. */
final class TarMember {
    private TarMember() {}

    /**
     * Loads it.
     *
     * @throws SessionFailure if the archive has no regular file of that name
     */
    static io.zerocloud.sandbox.session.Program load(
            Engine engine, OpenFile image, Program.InImage program)
            throws IOException, EngineException, SessionFailure {
        String wanted = bare(program.path());
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        new BufferedInputStream(image.newInputStream(), 64 * 1024))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                if (entry.isFile() && bare(entry.getName()).equals(wanted)) {
                    return engine.load(tar);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the image is no tar archive", e);
        }
        throw new SessionFailure(
                Cause.INPUT,
                400,
                "No executable found in request: " + program.url() + " is not in its image");
    }

    private static String bare(String name) {
        String bare = name;
        while (bare.startsWith("./") || bare.startsWith("/")) {
            bare = bare.substring(bare.indexOf('/') + 1);
        }
        return bare;
    }
}
