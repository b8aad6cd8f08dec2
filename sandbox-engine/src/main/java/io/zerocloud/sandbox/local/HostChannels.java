package io.zerocloud.sandbox.local;

import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.OpenFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Backings for paths of this machine: regular files as files, {@code /dev/null} as nothing, pipes
 * and terminals as streams. Closing closes all that it opened.
 */
final class HostChannels implements AutoCloseable {
    private static final Path NULL = Path.of("/dev/null");

    private final List<AutoCloseable> open = new ArrayList<>();

    /**
     * What stands behind a path for channels with these limits; files that are to be written are
     * made if they are missing.
     */
    Backing backing(Path path, ChannelLimits limits) throws IOException {
        if (path.equals(NULL)) {
            return new Backing.Nothing();
        }
        if (limits.writable() && !Files.exists(path)) {
            Files.createFile(path);
        }
        Path real = path.toRealPath();
        if (!Files.isRegularFile(real)) {
            return stream(path, limits);
        }
        OpenFile file = limits.writable() ? OpenFile.readWrite(real) : OpenFile.readOnly(real);
        open.add(file);
        return limits.writable() ? new Backing.WritableFile(file) : Backing.FileRegion.whole(file);
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    /** A named pipe is opened by the pump, since that waits for its other end. */
    private Backing stream(Path path, ChannelLimits limits) {
        if (limits.readable()) {
            LazyInput input = new LazyInput(path);
            open.add(input);
            return new Backing.FromStream(input);
        }
        LazyOutput output = new LazyOutput(path);
        open.add(output);
        return new Backing.ToStream(output);
    }

    private static final class LazyInput extends FilterInputStream {
        private final Path path;
        private boolean opened;

        LazyInput(Path path) {
            super(InputStream.nullInputStream());
            this.path = path;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (!opened) {
                in = Files.newInputStream(path);
                opened = true;
            }
            return in.read(bytes, from, length);
        }
    }

    private static final class LazyOutput extends OutputStream {
        private final Path path;
        private OutputStream out = OutputStream.nullOutputStream();
        private boolean opened;

        LazyOutput(Path path) {
            this.path = path;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (!opened) {
                out = Files.newOutputStream(path);
                opened = true;
            }
            out.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
