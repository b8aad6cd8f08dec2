package io.zerocloud.swift.store;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.Timestamp;
import io.zerocloud.swift.disk.Descriptor;
import io.zerocloud.swift.disk.DiskObjects;
import io.zerocloud.swift.disk.DiskState;
import io.zerocloud.swift.disk.MetadataStore;
import io.zerocloud.swift.disk.ObjectFiles;
import io.zerocloud.swift.disk.ObjectMetadata;
import io.zerocloud.swift.ring.PathHash;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of objects on the devices of all nodes.
 *
 * <p>A change is written to a temporary file on every replica's device, synced, renamed to its
 * final name and its folder synced; only then, and with a majority of the replicas, is it entered
 * into the catalogue and acknowledged. A crash at any moment leaves each replica with the old or
 * the new state, whole. Readers take the newest state that any replica has, so what was
 * acknowledged is what they see.
 *
 * <p>Changes of one object are put into order by a lock: files and catalogue agree on which is the
 * last.
 */
final class Objects {
    private static final List<String> TYPE_OF_A_POST =
            List.of(ObjectMetadata.CONTENT_TYPE, ObjectMetadata.CONTENT_TYPE_TIMESTAMP);

    private static final Logger LOG = LoggerFactory.getLogger(Objects.class);
    private static final int LOCKS = 1024;

    private final StoreDirectory directory;
    private final MetadataStore metadataStore;
    private final DiskObjects disk;
    private final DiskPool pool;
    private final Folders folders = new Folders();
    private final PendingChanges pending;
    private final Timestamps clock;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Objects(
            StoreDirectory directory,
            MetadataStore metadataStore,
            DiskPool pool,
            Timestamps clock,
            PendingChanges pending) {
        this.directory = directory;
        this.metadataStore = metadataStore;
        this.disk = new DiskObjects(metadataStore);
        this.pool = pool;
        this.clock = clock;
        this.pending = pending;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    DiskPool pool() {
        return pool;
    }

    /** Removes what uploads left behind that a crash cut short. */
    void removeTemporaries() throws IOException {
        for (StorageNode node : directory.nodes()) {
            Path folder =
                    node.devices()
                            .resolve(node.device())
                            .resolve(directory.conf().defaultPolicy().temporaryFolder());
            Files.createDirectories(folder);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    Files.delete(entry);
                }
            }
        }
    }

    /**
     * The newest state of an object that any replica has, if that is not a deletion. Expired
     * objects are none.
     *
     * @return owned by the caller
     */
    Optional<ObjectView> open(SwiftPath name) throws IOException {
        Replicas replicas = Replicas.of(directory, name);
        return pool.call(() -> openNow(replicas));
    }

    private record Found(Replicas.Place place, ObjectFiles files, Timestamp newest) {}

    private Optional<ObjectView> openNow(Replicas replicas) throws IOException {
        List<Found> found = list(replicas);
        IOException failure = null;
        for (Found candidate : found) {
            if (candidate.files.tombstone().isPresent()) {
                return Optional.empty();
            }
            try {
                switch (disk.open(candidate.place.folder(), replicas.path())) {
                    case DiskState.Stored(var object) -> {
                        ObjectView view = new ObjectView(object, pool);
                        if (view.expired(Timestamps.nowSeconds())) {
                            view.close();
                            return Optional.empty();
                        }
                        return Optional.of(view);
                    }
                    case DiskState.Deleted deleted -> {
                        return Optional.empty();
                    }
                    case DiskState.Damaged(String reason) -> {
                        LOG.warn("a replica of {} is damaged: {}", replicas.path(), reason);
                        failure = new IOException(reason);
                    }
                    case DiskState.Fragment f ->
                            failure = new IOException("a fragment of an erasure code");
                    case DiskState.Nothing n -> {}
                }
            } catch (IOException e) {
                LOG.warn("a replica of {} cannot be read: {}", replicas.path(), e.toString());
                failure = e;
            }
        }
        if (failure != null) {
            throw new IOException("no replica of " + replicas.path() + " can be read", failure);
        }
        return Optional.empty();
    }

    /**
     * What the replicas' folders hold, the newest first; a device that cannot be listed has
     * nothing.
     */
    private static List<Found> list(Replicas replicas) {
        List<Found> found = new ArrayList<>();
        for (Replicas.Place place : replicas.places()) {
            try {
                ObjectFiles files = ObjectFiles.list(place.folder());
                newest(files).ifPresent(time -> found.add(new Found(place, files, time)));
            } catch (IOException e) {
                LOG.warn("{} cannot be listed: {}", place.folder(), e.toString());
            }
        }
        // A stable sort: among equals the first replica serves.
        found.sort(Comparator.comparing(Found::newest).reversed());
        return found;
    }

    private static Optional<Timestamp> newest(ObjectFiles files) {
        return files.tombstone().or(files::meta).or(files::data).map(ObjectFiles.Name::timestamp);
    }

    /** The work of putting one object: bytes first, then metadata and the final name. */
    Upload upload(SwiftPath name) throws IOException {
        Replicas replicas = Replicas.of(directory, name);
        return new Upload(replicas, pool);
    }

    /** Enters a change into the catalogue; called when a majority has it on disk. */
    interface Entry {
        /** False if the container is gone, which undoes the change. */
        boolean enter(long ticks) throws IOException;
    }

    /**
     * Makes an upload the object.
     *
     * @param metadata what to store beside the bytes; X-Timestamp, name, length and ETag are added
     * @param mustBeNew whether an object of that name forbids it
     * @return when it was written, in units of 10 µs
     * @throws RequestFailure 412 if it must be new and is not, 404 if the container vanished
     *     meanwhile
     */
    long commit(
            SwiftPath name,
            Upload upload,
            Map<String, String> metadata,
            boolean mustBeNew,
            Entry entry)
            throws IOException {
        Replicas replicas = upload.replicas();
        ReentrantLock lock = lock(replicas);
        lock.lock();
        try {
            if (mustBeNew && exists(replicas)) {
                throw new RequestFailure(HttpStatus.PRECONDITION_FAILED);
            }
            Timestamp timestamp = nextTimestamp(replicas);
            // In Swift's order, so that the same metadata are the same bytes.
            Map<String, String> stored = new LinkedHashMap<>();
            stored.put(ObjectMetadata.TIMESTAMP, timestamp.internal());
            stored.put(
                    ObjectMetadata.CONTENT_TYPE,
                    metadata.getOrDefault(ObjectMetadata.CONTENT_TYPE, ""));
            stored.put(ObjectMetadata.CONTENT_LENGTH, Long.toString(upload.length()));
            stored.put(ObjectMetadata.ETAG, upload.etag());
            metadata.forEach(stored::putIfAbsent);
            stored.put(ObjectMetadata.NAME, name.name());
            Path mark = pending.begin(replicas.hash());
            upload.install(
                    metadataStore,
                    folders,
                    new ObjectMetadata(stored),
                    ObjectFiles.Name.data(timestamp).name());
            if (!entry.enter(timestamp.ticks())) {
                writeTombstones(replicas);
                pending.end(mark);
                throw new RequestFailure(HttpStatus.NOT_FOUND);
            }
            pending.end(mark);
            clean(replicas);
            return timestamp.ticks();
        } finally {
            lock.unlock();
        }
    }

    /** A timestamp after every one that a replica has, whatever the machine's clock says. */
    private Timestamp nextTimestamp(Replicas replicas) throws IOException {
        List<Found> found = pool.call(() -> list(replicas));
        long newest = found.isEmpty() ? 0 : found.getFirst().newest.ticks();
        return new Timestamp(clock.nextAfter(newest), 0);
    }

    /** The name of the object whose folders these are, if there is anything in one of them. */
    Optional<ObjectPath> nameOf(PathHash hash) throws IOException {
        Replicas replicas = Replicas.of(directory, new ObjectPath("?", "?", "?"), hash);
        for (Found found : pool.call(() -> list(replicas))) {
            Optional<String> file =
                    found.files
                            .tombstone()
                            .or(found.files::meta)
                            .or(found.files::data)
                            .map(ObjectFiles.Name::name);
            if (file.isEmpty()) {
                continue;
            }
            Path path = found.place.folder().resolve(file.get());
            try (Descriptor descriptor = Descriptor.open(path)) {
                Optional<String> name = metadataStore.read(descriptor).get(ObjectMetadata.NAME);
                if (name.isPresent()) {
                    return name.map(ObjectPath::parse);
                }
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{} cannot be read: {}", path, e.toString());
            }
        }
        return Optional.empty();
    }

    private boolean exists(Replicas replicas) throws IOException {
        return pool.call(
                () -> {
                    Optional<ObjectView> view = openNow(replicas);
                    view.ifPresent(ObjectView::close);
                    return view.isPresent();
                });
    }

    /** Makes new metadata from what is stored. */
    interface Revision {
        Map<String, String> revise(ObjectView current, Timestamp timestamp);
    }

    /** Enters changed metadata into the catalogue. */
    interface RevisionEntry {
        boolean enter(ObjectView revised, long ticks) throws IOException;
    }

    /**
     * Replaces the metadata of an object.
     *
     * @return false if there is no such object
     */
    boolean revise(SwiftPath name, Revision revision, RevisionEntry entry) throws IOException {
        Replicas replicas = Replicas.of(directory, name);
        ReentrantLock lock = lock(replicas);
        lock.lock();
        try {
            Optional<ObjectView> current = pool.call(() -> openNow(replicas));
            if (current.isEmpty()) {
                return false;
            }
            Path mark = pending.begin(replicas.hash());
            Timestamp timestamp = nextTimestamp(replicas);
            try (ObjectView view = current.get()) {
                Map<String, String> stored = new LinkedHashMap<>();
                stored.put(ObjectMetadata.TIMESTAMP, timestamp.internal());
                Map<String, String> revised = revision.revise(view, timestamp);
                revised.forEach(stored::putIfAbsent);
                // Swift's order again: a type that was posted comes behind all headers.
                for (String last : TYPE_OF_A_POST) {
                    if (revised.containsKey(last)) {
                        stored.remove(last);
                        stored.put(last, revised.getOrDefault(last, ""));
                    }
                }
                stored.put(ObjectMetadata.NAME, name.name());
                Optional<Timestamp> contentType =
                        Optional.ofNullable(stored.get(ObjectMetadata.CONTENT_TYPE_TIMESTAMP))
                                .flatMap(Timestamp::parse);
                writeEmpty(
                        replicas,
                        ObjectFiles.Name.meta(timestamp, contentType).name(),
                        new ObjectMetadata(stored));
            }
            Optional<ObjectView> after = pool.call(() -> openNow(replicas));
            if (after.isPresent()) {
                try (ObjectView view = after.get()) {
                    entry.enter(view, timestamp.ticks());
                }
            }
            pending.end(mark);
            clean(replicas);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes an object out of the catalogue; {@code ticks} is the time of the deletion. */
    interface Removal {
        void remove(long ticks) throws IOException;
    }

    /**
     * Deletes an object.
     *
     * @param onlyIf the timestamp that it must have, in units of 10 µs; empty for any
     * @return false if there is none
     */
    boolean delete(SwiftPath name, Optional<Long> onlyIf, Removal removal) throws IOException {
        Replicas replicas = Replicas.of(directory, name);
        ReentrantLock lock = lock(replicas);
        lock.lock();
        try {
            List<Found> found = pool.call(() -> list(replicas));
            boolean present = !found.isEmpty() && found.getFirst().files.tombstone().isEmpty();
            if (onlyIf.isPresent() && present && found.getFirst().newest.ticks() != onlyIf.get()) {
                return false;
            }
            if (!present) {
                // A row without an object would be what a lost replica leaves.
                removal.remove(clock.next());
                return false;
            }
            boolean visible = exists(replicas);
            Path mark = pending.begin(replicas.hash());
            removal.remove(writeTombstones(replicas));
            pending.end(mark);
            clean(replicas);
            return visible;
        } finally {
            lock.unlock();
        }
    }

    private long writeTombstones(Replicas replicas) throws IOException {
        Timestamp timestamp = nextTimestamp(replicas);
        Map<String, String> stored = new LinkedHashMap<>();
        stored.put(ObjectMetadata.TIMESTAMP, timestamp.internal());
        stored.put(ObjectMetadata.NAME, replicas.path().toString());
        writeEmpty(
                replicas, ObjectFiles.Name.tombstone(timestamp).name(), new ObjectMetadata(stored));
        return timestamp.ticks();
    }

    /** Writes a file without bytes, only metadata, to all replicas. */
    private void writeEmpty(Replicas replicas, String fileName, ObjectMetadata metadata)
            throws IOException {
        List<Callable<Boolean>> works = new ArrayList<>();
        for (Replicas.Place place : replicas.places()) {
            works.add(
                    () -> {
                        Path temporary = place.temporary().resolve(UUID.randomUUID().toString());
                        folders.create(place.device(), place.folder());
                        try (Descriptor file = Descriptor.create(temporary, 0600)) {
                            metadataStore.write(file, place.folder().resolve(fileName), metadata);
                            file.sync();
                            folders.install(temporary, place.folder(), fileName);
                        } finally {
                            Files.deleteIfExists(temporary);
                        }
                        return true;
                    });
        }
        requireQuorum(replicas, pool.callAll(works));
    }

    static void requireQuorum(Replicas replicas, List<DiskPool.Outcome<Boolean>> outcomes)
            throws IOException {
        int done = 0;
        IOException failure = new IOException("a majority of the replicas failed");
        for (DiskPool.Outcome<Boolean> outcome : outcomes) {
            switch (outcome) {
                case DiskPool.Outcome.Done<Boolean> d -> done++;
                case DiskPool.Outcome.Failed<Boolean>(IOException cause) -> {
                    LOG.warn("writing a replica of {}: {}", replicas.path(), cause.toString());
                    failure.addSuppressed(cause);
                }
            }
        }
        if (done < replicas.quorum()) {
            throw failure;
        }
    }

    private void clean(Replicas replicas) throws IOException {
        pool.call(
                () -> {
                    for (Replicas.Place place : replicas.places()) {
                        Folders.removeObsolete(place.folder());
                    }
                    return true;
                });
    }

    private ReentrantLock lock(Replicas replicas) {
        return locks[Math.floorMod(replicas.hash().hex().hashCode(), LOCKS)];
    }
}
