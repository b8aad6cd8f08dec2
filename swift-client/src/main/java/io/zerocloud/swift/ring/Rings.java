package io.zerocloud.swift.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rings of a configuration folder ({@code /etc/swift}), looked at anew now and then as Swift's
 * servers do. A ring that cannot be read leaves the last good one in force.
 */
public final class Rings {
    /** Swift's {@code DEFAULT_RELOAD_TIME}. */
    public static final Duration RELOAD_TIME = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Rings.class);

    private final Path folder;
    private final Duration reloadTime;
    private final Map<String, Watched> byName = new ConcurrentHashMap<>();

    /**
     * @param folder holds {@code account.ring.gz}, {@code container.ring.gz} and {@code
     *     object[-N].ring.gz}
     */
    public Rings(Path folder) {
        this(folder, RELOAD_TIME);
    }

    /**
     * @param reloadTime how long a ring is used before its file is looked at again
     */
    public Rings(Path folder, Duration reloadTime) {
        this.folder = folder;
        this.reloadTime = reloadTime;
    }

    public Ring account() throws IOException {
        return ring("account.ring.gz");
    }

    public Ring container() throws IOException {
        return ring("container.ring.gz");
    }

    public Ring object(StoragePolicy policy) throws IOException {
        return ring(policy.ringName());
    }

    /**
     * @throws IOException if the ring was never read and cannot be now
     */
    private Ring ring(String name) throws IOException {
        Watched watched = byName.get(name);
        if (watched == null) {
            Watched first = new Watched(folder.resolve(name), reloadTime);
            Watched raced = byName.putIfAbsent(name, first);
            watched = raced == null ? first : raced;
        }
        return watched.current();
    }

    /** What tells one version of a file from the next; rings are replaced by rename. */
    private record Stamp(long modified, long size, @Nullable Object inode) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime().toMillis(), now.size(), now.fileKey());
        }
    }

    private static final class Watched {
        private final Path file;
        private final long reloadNanos;
        private final AtomicBoolean reloading = new AtomicBoolean();
        private volatile Ring ring;
        private volatile Stamp stamp;
        private volatile long looked;

        Watched(Path file, Duration reloadTime) throws IOException {
            this.file = file;
            this.reloadNanos = reloadTime.toNanos();
            // Stamp first: a file replaced in between is then read again, never missed.
            this.stamp = Stamp.of(file);
            this.ring = RingFile.read(file);
            this.looked = System.nanoTime();
        }

        Ring current() {
            if (System.nanoTime() - looked >= reloadNanos && reloading.compareAndSet(false, true)) {
                try {
                    reload();
                } finally {
                    looked = System.nanoTime();
                    reloading.set(false);
                }
            }
            return ring;
        }

        private void reload() {
            try {
                Stamp now = Stamp.of(file);
                if (!now.equals(stamp)) {
                    ring = RingFile.read(file);
                    stamp = now;
                    LOG.info("{}: read anew", file);
                }
            } catch (IOException e) {
                LOG.warn("{}: not read anew, the one in use stays: {}", file, e.getMessage());
            }
        }
    }
}
