package io.zerocloud.swift.disk;

import io.zerocloud.swift.Timestamp;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The files of one hash folder that make up an object's present state, chosen by name alone as
 * Swift does ({@code BaseDiskFileManager.get_ondisk_files}).
 *
 * @param data the newest {@code .data} that no tombstone outdates
 * @param meta the newest {@code .meta} newer than {@code data}
 * @param contentType the {@code .meta} with the newest Content-Type, if that is newer than {@code
 *     data}; often {@code meta} itself
 * @param tombstone the newest {@code .ts} if there is no {@code data}
 * @param obsolete files that this state outdates, which Swift removes after a write
 */
public record ObjectFiles(
        Optional<Name> data,
        Optional<Name> meta,
        Optional<Name> contentType,
        Optional<Name> tombstone,
        List<Name> obsolete) {
    /** Swift leaves a handful; a folder beyond this is not one of its making. */
    private static final int MAX_FILES = 1000;

    private static final Comparator<Name> NEWEST_FIRST =
            Comparator.comparing(Name::timestamp).reversed();

    public ObjectFiles {
        obsolete = List.copyOf(obsolete);
    }

    /** The kind that the extension says. */
    public enum Kind {
        DATA,
        META,
        TOMBSTONE
    }

    /**
     * A file name of Swift's.
     *
     * @param contentTypeTimestamp when a {@code .meta} with a Content-Type got it
     * @param fragment true for a {@code .data} of an erasure code ({@code #} in its name)
     */
    public record Name(
            String name,
            Kind kind,
            Timestamp timestamp,
            Optional<Timestamp> contentTypeTimestamp,
            boolean fragment) {

        /** Reads a file name; empty for anything that is not an object's file (rsync's, ours). */
        public static Optional<Name> parse(String name) {
            int dot = name.lastIndexOf('.');
            if (dot <= 0) {
                return Optional.empty();
            }
            String stem = name.substring(0, dot);
            return switch (name.substring(dot)) {
                case ".data" -> {
                    int hash = stem.indexOf('#');
                    String time = hash < 0 ? stem : stem.substring(0, hash);
                    yield Timestamp.parse(time)
                            .map(t -> new Name(name, Kind.DATA, t, Optional.empty(), hash >= 0));
                }
                case ".ts" ->
                        Timestamp.parse(stem)
                                .map(
                                        t ->
                                                new Name(
                                                        name,
                                                        Kind.TOMBSTONE,
                                                        t,
                                                        Optional.empty(),
                                                        false));
                case ".meta" -> parseMeta(name, stem);
                default -> Optional.empty();
            };
        }

        public static Name data(Timestamp timestamp) {
            return new Name(
                    timestamp.internal() + ".data", Kind.DATA, timestamp, Optional.empty(), false);
        }

        public static Name tombstone(Timestamp timestamp) {
            return new Name(
                    timestamp.internal() + ".ts",
                    Kind.TOMBSTONE,
                    timestamp,
                    Optional.empty(),
                    false);
        }

        /** The name of a {@code .meta}; {@code contentType} if it carries a Content-Type. */
        public static Name meta(Timestamp timestamp, Optional<Timestamp> contentType) {
            String delta =
                    contentType
                            .map(
                                    t -> {
                                        long ticks = t.ticks() - timestamp.ticks();
                                        return (ticks < 0 ? "-" : "+")
                                                + Long.toHexString(Math.abs(ticks));
                                    })
                            .orElse("");
            return new Name(
                    timestamp.internal() + delta + ".meta",
                    Kind.META,
                    timestamp,
                    contentType,
                    false);
        }

        /** {@code <time>[_offset][(+|-)<hex ticks to the Content-Type's time>]}. */
        private static Optional<Name> parseMeta(String name, String stem) {
            int sign = Math.max(stem.indexOf('+'), stem.indexOf('-'));
            Optional<Timestamp> time = Timestamp.parse(sign < 0 ? stem : stem.substring(0, sign));
            if (time.isEmpty() || sign < 0) {
                return time.map(t -> new Name(name, Kind.META, t, Optional.empty(), false));
            }
            try {
                long delta = Long.parseLong(stem, sign + 1, stem.length(), 16);
                long ticks =
                        Math.addExact(
                                time.get().ticks(), stem.charAt(sign) == '-' ? -delta : delta);
                Timestamp contentType = delta == 0 ? time.get() : new Timestamp(ticks, 0);
                return Optional.of(
                        new Name(name, Kind.META, time.get(), Optional.of(contentType), false));
            } catch (NumberFormatException | ArithmeticException e) {
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * Lists a hash folder.
     *
     * @return a state without files if the folder does not exist
     * @throws DamagedMetadataException if it holds more files than Swift ever makes
     */
    public static ObjectFiles list(Path hashFolder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(hashFolder)) {
            for (Path entry : entries) {
                if (names.size() == MAX_FILES) {
                    throw new DamagedMetadataException(
                            hashFolder + ": holds more than " + MAX_FILES + " files");
                }
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return of(List.of());
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return of(names);
    }

    /** Chooses among names of files. */
    public static ObjectFiles of(Collection<String> names) {
        List<Name> datas = new ArrayList<>();
        List<Name> metas = new ArrayList<>();
        List<Name> tombstones = new ArrayList<>();
        names.stream()
                .map(Name::parse)
                .flatMap(Optional::stream)
                .sorted(NEWEST_FIRST)
                .forEach(
                        name ->
                                (switch (name.kind()) {
                                            case DATA -> datas;
                                            case META -> metas;
                                            case TOMBSTONE -> tombstones;
                                        })
                                        .add(name));
        List<Name> obsolete = new ArrayList<>();
        if (!tombstones.isEmpty()) {
            Timestamp deleted = tombstones.getFirst().timestamp();
            dropUpTo(deleted, datas, obsolete);
            dropUpTo(deleted, metas, obsolete);
            keep(1, tombstones, obsolete);
        }
        Optional<Name> data = datas.stream().findFirst();
        if (data.isPresent()) {
            Timestamp written = data.get().timestamp();
            datas.stream().filter(d -> d.timestamp().compareTo(written) < 0).forEach(obsolete::add);
            dropUpTo(written, metas, obsolete);
            dropUpTo(written, tombstones, obsolete);
        }
        keep(newestContentTypeFirst(metas), metas, obsolete);

        // A .meta alone is no object: its .data may come with the next replication.
        boolean present = data.isPresent();
        return new ObjectFiles(
                data,
                present ? metas.stream().findFirst() : Optional.empty(),
                present ? contentType(data.get(), metas) : Optional.empty(),
                present ? Optional.empty() : tombstones.stream().findFirst(),
                obsolete);
    }

    private static Optional<Name> contentType(Name data, List<Name> metas) {
        return metas.isEmpty()
                ? Optional.empty()
                : Optional.of(metas.getLast())
                        .filter(
                                m ->
                                        m.contentTypeTimestamp()
                                                .filter(t -> t.compareTo(data.timestamp()) > 0)
                                                .isPresent());
    }

    /**
     * Orders the {@code .meta} files after the newest by their Content-Type, and tells how many
     * count: two if the second carries a newer Content-Type than the first.
     */
    private static int newestContentTypeFirst(List<Name> metas) {
        if (metas.size() < 2) {
            return metas.size();
        }
        Comparator<Name> byContentType =
                Comparator.comparing(m -> m.contentTypeTimestamp().orElse(new Timestamp(0, 0)));
        metas.subList(1, metas.size()).sort(byContentType.reversed());
        if (byContentType.compare(metas.get(1), metas.get(0)) <= 0) {
            return 1;
        }
        if (metas.get(1).timestamp().equals(metas.get(0).timestamp())) {
            metas.addFirst(metas.remove(1));
            return 1;
        }
        return 2;
    }

    private static void dropUpTo(Timestamp time, List<Name> names, List<Name> obsolete) {
        names.removeIf(
                name -> {
                    boolean old = name.timestamp().compareTo(time) <= 0;
                    if (old) {
                        obsolete.add(name);
                    }
                    return old;
                });
    }

    private static void keep(int count, List<Name> names, List<Name> obsolete) {
        List<Name> rest = names.subList(Math.min(count, names.size()), names.size());
        obsolete.addAll(rest);
        rest.clear();
    }
}
