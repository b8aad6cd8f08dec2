package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A one-way channel between two sessions on this machine. The reader sees end of file when the
 * writing session has ended; the writer gets -EPIPE once the reading session has ended.
 *
 * <p>{@link Engine#start} takes over an end that a {@link Backing.LinkEnd} names. Closing the link
 * releases the ends that no session took.
 */
public final class Link implements AutoCloseable {
    private final End reader;
    private final End writer;

    private Link(End reader, End writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /**
     * Makes a link with the kernel's default buffer (64 KiB).
     *
     * @throws IOException if the process is out of descriptors
     */
    public static Link open() throws IOException {
        Descriptor[] ends = Posix.pipe();
        return new Link(new End(ends[0], false), new End(ends[1], true));
    }

    /**
     * Standard input of this process as the end for a session that reads: the guest takes what it
     * reads and leaves the rest to whoever reads next, as any program does. Empty unless it is a
     * pipe or a file, can only be read, and waits: what a guest that broke out would hold is what
     * its user gave it to read. A terminal's descriptor does more than that.
     *
     * @throws IOException if the process is out of descriptors
     */
    public static Optional<End> standardInput() throws IOException {
        try (Descriptor input = Posix.duplicate(0)) {
            int flags = Posix.fcntl(input.number(), Posix.F_GETFL, 0);
            boolean onlyReads = (flags & (Posix.O_ACCMODE | Posix.O_NONBLOCK)) == Posix.O_RDONLY;
            return onlyReads && (Posix.stat(input.number()).regular() || isPipe(input.number()))
                    ? Optional.of(new End(input.take(), false))
                    : Optional.empty();
        }
    }

    private static boolean isPipe(int number) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number))
                .toString()
                .startsWith("pipe:");
    }

    /** The end for the session that reads. */
    public End reader() {
        return reader;
    }

    /** The end for the session that writes. */
    public End writer() {
        return writer;
    }

    @Override
    public void close() {
        reader.descriptor.close();
        writer.descriptor.close();
    }

    /** One end; good for one session. */
    public static final class End {
        private final Descriptor descriptor;
        private final boolean writes;

        private End(Descriptor descriptor, boolean writes) {
            this.descriptor = descriptor;
            this.writes = writes;
        }

        boolean writes() {
            return writes;
        }

        Descriptor descriptor() {
            return descriptor;
        }

        /**
         * Keeps the end open beside the session that will have it.
         *
         * @throws IllegalStateException if it has been closed or taken
         */
        public Hold hold() {
            return new Hold(descriptor.share());
        }
    }

    /**
     * A second hold on an end. While it is open the other side sees neither end of file nor -EPIPE:
     * the kernel cannot tell a session that ended from one that was killed, and whoever holds the
     * end can.
     */
    public static final class Hold implements AutoCloseable {
        private final Descriptor descriptor;

        private Hold(Descriptor descriptor) {
            this.descriptor = descriptor;
        }

        /** Safe to repeat. */
        @Override
        public void close() {
            descriptor.close();
        }
    }
}
