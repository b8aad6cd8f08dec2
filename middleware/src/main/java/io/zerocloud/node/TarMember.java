package io.zerocloud.node;

import io.zerocloud.plan.Program;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.wire.SessionEvent.Cause;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** A program that is a member of a tar archive. */
final class TarMember {
    private TarMember() {}

    /**
     * Loads it.
     *
     * @throws SessionFailure if the archive has no regular file of that name, or is damaged
     */
    static io.zerocloud.sandbox.session.Program load(
            Engine engine, OpenFile image, Program.InImage program)
            throws IOException, EngineException, SessionFailure {
        String wanted = bare(program.path());
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        new BufferedInputStream(image.newInputStream(), 64 * 1024))) {
            for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
                if (entry.isFile() && bare(entry.getName()).equals(wanted)) {
                    return engine.load(new Content(tar));
                }
            }
        } catch (Damaged e) {
            throw new SessionFailure(
                    Cause.INPUT,
                    422,
                    "Error reading application/x-tar stream: the image of "
                            + program.url()
                            + " is damaged or ends early");
        }
        throw new SessionFailure(
                Cause.INPUT,
                400,
                "No executable found in request: " + program.url() + " is not in its image");
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws Damaged {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw new Damaged(e);
        }
    }

    /** The archive is to blame, not this machine: no other agent would fare better. */
    private static final class Damaged extends IOException {
        private static final long serialVersionUID = 1;

        Damaged(Exception cause) {
            super(cause);
        }
    }

    /** What a member holds. */
    private static final class Content extends FilterInputStream {
        Content(TarArchiveInputStream tar) {
            super(tar);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return super.read(into, offset, length);
            } catch (IOException e) {
                throw new Damaged(e);
            }
        }
    }

    private static String bare(String name) {
        String bare = name;
        while (bare.startsWith("./") || bare.startsWith("/")) {
            bare = bare.substring(bare.indexOf('/') + 1);
        }
        return bare;
    }
}
