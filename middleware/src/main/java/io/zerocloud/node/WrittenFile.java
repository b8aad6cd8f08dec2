package io.zerocloud.node;

import io.zerocloud.sandbox.session.OpenFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A nameless file that a guest writes at any place. Its worker writes it without asking, so what it
 * may grow to is taken from the quota before.
 */
final class WrittenFile implements AutoCloseable {
    private final OpenFile file;
    private final Quota disk;
    private long taken;

    private WrittenFile(OpenFile file, Quota disk, long taken) {
        this.file = file;
        this.disk = disk;
        this.taken = taken;
    }

    /**
     * An empty one.
     *
     * @param most bytes that it may grow to
     */
    static WrittenFile of(Path folder, Quota disk, long most) throws IOException {
        disk.take(most);
        try {
            return new WrittenFile(OpenFile.spool(folder), disk, most);
        } catch (IOException e) {
            disk.giveBack(most);
            throw e;
        }
    }

    OpenFile file() {
        return file;
    }

    /** It grows no more: gives back what it did not need. */
    synchronized void trim() {
        long spare = taken - file.size();
        if (spare > 0) {
            taken -= spare;
            disk.giveBack(spare);
        }
    }

    @Override
    public synchronized void close() {
        file.close();
        disk.giveBack(taken);
        taken = 0;
    }
}
