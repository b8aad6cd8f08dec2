package io.zerocloud.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a guest writes to one channel, kept until it is fetched: in memory up to a limit, then in a
 * nameless file under the agent's quota. One writer; any number of readers, each from the
 * beginning, who may follow while it grows.
 */
final class Spool extends OutputStream {
    private final Path folder;
    private final int inMemory;
    private final Quota allMemory;
    private final Quota disk;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] memory = new byte[0];
    private @Nullable FileChannel file;
    private long length;
    private boolean complete;
    private boolean dropped;

    /** With no bound but its own on what it keeps in memory. */
    Spool(Path folder, int inMemory, Quota disk) {
        this(folder, inMemory, new Quota("memory of one spool", inMemory), disk);
    }

    /**
     * @param folder for the file
     * @param inMemory bytes kept without a file
     * @param allMemory charged for them; when it is used up the file begins earlier
     * @param disk charged for what goes into the file
     */
    Spool(Path folder, int inMemory, Quota allMemory, Quota disk) {
        this.folder = folder;
        this.inMemory = inMemory;
        this.allMemory = allMemory;
        this.disk = disk;
    }

    /**
     * @throws Quota.Exceeded if the agent's spool space is used up
     */
    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, from.length);
        lock.lock();
        try {
            if (dropped) {
                throw new IOException("the output was dropped");
            }
            if (file == null && length + count <= inMemory && hasRoom((int) length + count)) {
                System.arraycopy(from, offset, memory, (int) length, count);
            } else {
                toFile(ByteBuffer.wrap(from, offset, count));
            }
            length += count;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether memory holds so many bytes, or could be made to. */
    private boolean hasRoom(int bytes) {
        if (bytes > memory.length) {
            int wanted = Math.min(inMemory, Math.max(bytes, 2 * memory.length));
            if (!allMemory.tryTake(wanted - memory.length)) {
                return false;
            }
            memory = Arrays.copyOf(memory, wanted);
        }
        return true;
    }

    private void forgetMemory() {
        allMemory.giveBack(memory.length);
        memory = new byte[0];
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    private void toFile(ByteBuffer bytes) throws IOException {
        FileChannel out = file;
        if (out == null) {
            out = begin();
        }
        int count = bytes.remaining();
        disk.take(count);
        try {
            writeFully(out, bytes, length);
        } catch (IOException e) {
            disk.giveBack(count);
            throw e;
        }
    }

    /** Moves what waits in memory to a nameless file; on failure nothing has changed. */
    private FileChannel begin() throws IOException {
        disk.take(length);
        FileChannel out = null;
        try {
            Path path = Files.createTempFile(folder, "spool", "");
            try {
                out = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            } finally {
                Files.delete(path);
            }
            writeFully(out, ByteBuffer.wrap(memory, 0, (int) length), 0);
        } catch (IOException e) {
            disk.giveBack(length);
            if (out != null) {
                out.close();
            }
            throw e;
        }
        file = out;
        forgetMemory();
        return out;
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes, long position)
            throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }

    /** No more will be written. */
    void complete() {
        lock.lock();
        try {
            complete = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives memory and disk back; readers and writers fail from now on. */
    void drop() {
        lock.lock();
        try {
            if (dropped) {
                return;
            }
            dropped = true;
            forgetMemory();
            FileChannel out = file;
            if (out != null) {
                disk.giveBack(length);
                try {
                    out.close();
                } catch (IOException e) {
                    // The file has no name: the kernel frees it with the descriptor, whatever close
                    // says.
                    return;
                }
            }
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    long length() {
        lock.lock();
        try {
            return length;
        } finally {
            lock.unlock();
        }
    }

    /** The first bytes, at most {@code count}. */
    byte[] head(int count) throws IOException {
        byte[] head = new byte[(int) Math.min(count, length())];
        int n = 0;
        while (n < head.length) {
            n += read(head, n, head.length - n, n);
        }
        return head;
    }

    /**
     * Reads from an offset; waits at the end while the spool may still grow.
     *
     * @param from offset of the first byte
     */
    InputStream reader(long from) {
        return new InputStream() {
            private long position = from;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                Objects.checkFromIndexSize(offset, count, into.length);
                if (count == 0) {
                    return 0;
                }
                int n = Spool.this.read(into, offset, count, position);
                if (n > 0) {
                    position += n;
                }
                return n;
            }
        };
    }

    private int read(byte[] into, int offset, int count, long position) throws IOException {
        lock.lock();
        try {
            while (position >= length && !complete && !dropped) {
                changed.await();
            }
            if (dropped) {
                throw new IOException("the output was dropped");
            }
            if (position >= length) {
                return -1;
            }
            int n = (int) Math.min(count, length - position);
            FileChannel in = file;
            if (in == null) {
                System.arraycopy(memory, (int) position, into, offset, n);
                return n;
            }
            return in.read(ByteBuffer.wrap(into, offset, n), position);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            lock.unlock();
        }
    }
}
