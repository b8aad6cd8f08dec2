package io.zerocloud.swift.disk;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.Timestamp;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens what lies in hash folders, with the checks of Swift's {@code DiskFile.open}. It never
 * changes a disk: quarantine and clean-up are the object server's.
 */
public final class DiskObjects {
    /**
     * An overwrite takes files away between listing and opening; so many in a row do not happen.
     */
    private static final int ATTEMPTS = 8;

    /** From the {@code .data} even after a POST ({@code RESERVED_DATAFILE_META} and so on). */
    private static final Set<String> PERSISTENT =
            Set.of("content-length", "deleted", "etag", "x-static-large-object");

    private final MetadataStore metadataStore;

    public DiskObjects(MetadataStore metadataStore) {
        this.metadataStore = metadataStore;
    }

    /**
     * The state of an object by its hash folder.
     *
     * @param hashFolder see {@link ObjectFolder}
     * @param path the name that the metadata must carry; another one is a collision or a file out
     *     of its place
     * @throws IOException if the disk fails; what Swift would quarantine is {@link
     *     DiskState.Damaged}
     */
    public DiskState open(Path hashFolder, ObjectPath path) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                ObjectFiles files = ObjectFiles.list(hashFolder);
                if (files.tombstone().isPresent()) {
                    return new DiskState.Deleted(files.tombstone().get().timestamp());
                }
                if (files.data().isEmpty()) {
                    return new DiskState.Nothing();
                }
                if (files.data().get().fragment()) {
                    return new DiskState.Fragment(files.data().get().timestamp());
                }
                return open(hashFolder, path, files, files.data().get());
            } catch (NoSuchFileException e) {
                // Replaced or deleted meanwhile: the folder tells the new state.
            } catch (DamagedMetadataException e) {
                return new DiskState.Damaged(String.valueOf(e.getMessage()));
            }
        }
        return new DiskState.Damaged(hashFolder + ": files vanish faster than they can be opened");
    }

    private DiskState open(
            Path folder, ObjectPath path, ObjectFiles files, ObjectFiles.Name dataName)
            throws IOException {
        Descriptor data = Descriptor.open(folder.resolve(dataName.name()));
        try {
            ObjectMetadata written = metadataStore.read(data);
            Optional<ObjectMetadata> posted = readMeta(folder, files);
            ObjectMetadata merged =
                    posted.map(meta -> merge(written, meta, dataName)).orElse(written);
            check(data, path, merged);
            Timestamp timestamp =
                    files.meta().map(ObjectFiles.Name::timestamp).orElse(dataName.timestamp());
            return new DiskState.Stored(
                    new StoredObject(path, data, written, merged, dataName.timestamp(), timestamp));
        } catch (IOException | RuntimeException | Error e) {
            data.close();
            throw e;
        }
    }

    /** Metadata of the newest POST, with a newer Content-Type of an earlier POST taken over. */
    private Optional<ObjectMetadata> readMeta(Path folder, ObjectFiles files) throws IOException {
        if (files.meta().isEmpty()) {
            return Optional.empty();
        }
        ObjectMetadata meta = readFile(folder.resolve(files.meta().get().name()));
        if (files.contentType().isEmpty() || files.contentType().equals(files.meta())) {
            return Optional.of(meta);
        }
        ObjectMetadata typed = readFile(folder.resolve(files.contentType().get().name()));
        Optional<String> type = typed.get(ObjectMetadata.CONTENT_TYPE);
        Optional<String> time = typed.get(ObjectMetadata.CONTENT_TYPE_TIMESTAMP);
        if (type.isEmpty()
                || time.orElse("")
                                .compareTo(
                                        meta.get(ObjectMetadata.CONTENT_TYPE_TIMESTAMP).orElse(""))
                        <= 0) {
            return Optional.of(meta);
        }
        Map<String, String> values = new LinkedHashMap<>(meta.values());
        values.put(ObjectMetadata.CONTENT_TYPE, type.get());
        values.put(ObjectMetadata.CONTENT_TYPE_TIMESTAMP, time.orElse(""));
        return Optional.of(new ObjectMetadata(values));
    }

    private ObjectMetadata readFile(Path file) throws IOException {
        try (Descriptor descriptor = Descriptor.open(file)) {
            return metadataStore.read(descriptor);
        }
    }

    private static ObjectMetadata merge(
            ObjectMetadata data, ObjectMetadata meta, ObjectFiles.Name dataName) {
        Map<String, String> merged = new LinkedHashMap<>(meta.values());
        data.values()
                .forEach(
                        (name, value) -> {
                            if (isPersistent(name)) {
                                merged.put(name, value);
                            }
                        });
        Optional<Timestamp> typed =
                meta.get(ObjectMetadata.CONTENT_TYPE_TIMESTAMP).flatMap(Timestamp::parse);
        if (typed.isEmpty() || dataName.timestamp().compareTo(typed.get()) > 0) {
            data.get(ObjectMetadata.CONTENT_TYPE)
                    .ifPresent(
                            type -> {
                                merged.put(ObjectMetadata.CONTENT_TYPE, type);
                                merged.remove(ObjectMetadata.CONTENT_TYPE_TIMESTAMP);
                            });
        }
        return new ObjectMetadata(merged);
    }

    private static boolean isPersistent(String name) {
        return PERSISTENT.contains(name.toLowerCase(Locale.ROOT))
                || (ObjectMetadata.startsWith(name, ObjectMetadata.SYSTEM_PREFIX)
                        && name.length() > ObjectMetadata.SYSTEM_PREFIX.length());
    }

    /** {@code DiskFile._verify_data_file}, expiry aside, which is the reader's to judge. */
    private static void check(Descriptor data, ObjectPath path, ObjectMetadata metadata)
            throws DamagedMetadataException {
        String name = metadata.get(ObjectMetadata.NAME).orElse("");
        if (!name.equals(path.toString())) {
            throw new DamagedMetadataException(
                    data.path() + ": is named \"" + name + "\", not \"" + path + '"');
        }
        String length = metadata.get(ObjectMetadata.CONTENT_LENGTH).orElse("");
        if (!length.equals(Long.toString(data.length()))) {
            throw new DamagedMetadataException(
                    data.path()
                            + ": has "
                            + data.length()
                            + " bytes, its metadata say \""
                            + length
                            + '"');
        }
        Optional<String> deleteAt = metadata.get(ObjectMetadata.DELETE_AT);
        if (deleteAt.isPresent() && !deleteAt.get().matches("[0-9]{1,12}")) {
            throw new DamagedMetadataException(
                    data.path() + ": X-Delete-At \"" + deleteAt.get() + "\" is not a time");
        }
    }
}
