package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.Descriptor;
import io.zerocloud.swift.disk.MetadataStore;
import io.zerocloud.swift.disk.ObjectMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * The bytes of an object on their way to a temporary file on each replica's device. Two buffers
 * take turns: while one is digested and written, the other is filled.
 *
 * <p>A replica whose device fails drops out; the rest goes on as long as it is a majority.
 */
final class Upload implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private static final class Copy {
        private final Replicas.Place place;
        private final Path temporary;
        private final Descriptor file;
        private final FileChannel channel;
        private boolean closed;

        Copy(Replicas.Place place) throws IOException {
            this.place = place;
            temporary = place.temporary().resolve(UUID.randomUUID().toString());
            file = Descriptor.create(temporary, 0600);
            try {
                channel = file.channel(StandardOpenOption.WRITE);
            } catch (IOException | RuntimeException e) {
                file.close();
                Files.deleteIfExists(temporary);
                throw e;
            }
        }

        void write(byte[] bytes, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        void discard() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (channel;
                    file) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private final Replicas replicas;
    private final DiskPool pool;
    private final List<Copy> copies = new ArrayList<>();
    private final MessageDigest md5;
    private final List<IOException> failures = new ArrayList<>();
    private byte[] filling = new byte[16 * 1024];
    private byte[] flushing = {};
    private int filled;
    private long length;
    private String etag = "";
    private Future<Boolean> flush = CompletableFuture.completedFuture(true);

    Upload(Replicas replicas, DiskPool pool) throws IOException {
        this.replicas = replicas;
        this.pool = pool;
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
        pool.call(
                () -> {
                    for (Replicas.Place place : replicas.places()) {
                        try {
                            copies.add(new Copy(place));
                        } catch (IOException e) {
                            failures.add(e);
                        }
                    }
                    return true;
                });
        requireQuorum();
    }

    Replicas replicas() {
        return replicas;
    }

    long length() {
        return length;
    }

    /** MD5 of all bytes in hexadecimal; nothing can be added any more. */
    String etag() throws IOException {
        if (etag.isEmpty()) {
            flush();
            DiskPool.await(flush);
            etag = HexFormat.of().formatHex(md5.digest());
        }
        return etag;
    }

    /** Adds bytes; blocks while the disks are behind. */
    void append(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            if (filled == filling.length) {
                makeRoom();
            }
            int n = Math.min(left, filling.length - filled);
            System.arraycopy(bytes, from, filling, filled, n);
            filled += n;
            from += n;
            left -= n;
            length += n;
        }
    }

    /** Small objects need small buffers; large ones take turns with two of full size. */
    private void makeRoom() throws IOException {
        if (filling.length < BUFFER) {
            filling = Arrays.copyOf(filling, filling.length * 4);
            return;
        }
        byte[] next = flushing.length == 0 ? new byte[BUFFER] : flushing;
        flushing = filling;
        flush();
        filling = next;
    }

    private void flush() throws IOException {
        DiskPool.await(flush);
        byte[] bytes = filling;
        int count = filled;
        filled = 0;
        if (count > 0) {
            flush = pool.start(() -> write(bytes, count));
        }
    }

    private boolean write(byte[] bytes, int count) throws IOException {
        md5.update(bytes, 0, count);
        for (Copy copy : List.copyOf(copies)) {
            try {
                copy.write(bytes, count);
            } catch (IOException e) {
                failures.add(e);
                copies.remove(copy);
                copy.discard();
            }
        }
        requireQuorum();
        return true;
    }

    private void requireQuorum() throws IOException {
        if (copies.size() >= replicas.quorum()) {
            return;
        }
        IOException failure =
                new IOException("writing " + replicas.path() + ": too few devices take it");
        failures.forEach(failure::addSuppressed);
        close();
        throw failure;
    }

    /**
     * Gives the bytes their metadata and final name on every replica, and returns when a majority
     * has that on disk.
     */
    void install(MetadataStore store, Folders folders, ObjectMetadata metadata, String fileName)
            throws IOException {
        etag();
        List<Callable<Boolean>> works = new ArrayList<>();
        for (Copy copy : copies) {
            works.add(
                    () -> {
                        Path folder = copy.place.folder();
                        folders.create(copy.place.device(), folder);
                        store.write(copy.file, folder.resolve(fileName), metadata);
                        copy.file.sync();
                        folders.install(copy.temporary, folder, fileName);
                        return true;
                    });
        }
        Objects.requireQuorum(replicas, pool.callAll(works));
    }

    /** Removes the temporary files that have not become the object. */
    @Override
    public void close() throws IOException {
        try {
            DiskPool.await(flush);
        } catch (IOException e) {
            failures.add(e);
        }
        for (Copy copy : copies) {
            copy.discard();
        }
    }
}
