package io.zerocloud.cli.app;

import io.zerocloud.swift.client.ListingEntry;
import io.zerocloud.swift.client.ListingQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder that stands for an account: the folders in it are containers, the files beneath those
 * objects. What begins with a dot at the top, links and whatever is no file are left out.
 */
public final class LocalFolder {
    private final Site site;
    private final Path folder;

    /** ETags by {@code container/object}. */
    private final Map<String, String> uploaded = new HashMap<>();

    private LocalFolder(Site site, Path folder) {
        this.site = site;
        this.folder = folder;
    }

    /** Stores all of it in an account that is empty. */
    public static LocalFolder upload(Site site, Path folder) throws IOException {
        LocalFolder local = new LocalFolder(site, folder);
        for (Path container : list(folder)) {
            String name = name(container);
            if (name.startsWith(".") || !Files.isDirectory(container, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            Site.await(site.account().putContainer(name, Site.headers()));
            for (Path file : files(container)) {
                site.put(name, container.relativize(file).toString(), file);
            }
        }
        local.uploaded.putAll(local.etags());
        return local;
    }

    /**
     * Writes what the account has that was not uploaded, or is another by now.
     *
     * @return the paths of these objects, without the account
     * @throws IOException also for a name that is none of a file in this folder; files that were
     *     written before it stay
     */
    public List<String> download() throws IOException {
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, String> object : etags().entrySet()) {
            if (object.getValue().equals(uploaded.get(object.getKey()))) {
                continue;
            }
            String[] path = object.getKey().split("/", 2);
            site.get(path[0], path[1], file(object.getKey()));
            changed.add(object.getKey());
        }
        changed.sort(null);
        return changed;
    }

    /** A job chooses its objects' names: none may lead out of the folder. */
    private Path file(String name) throws IOException {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IOException("the job stored " + name + ", which is no name of a file");
            }
        }
        Path file = folder.resolve(name);
        Path parent = folder;
        for (Path part : folder.relativize(file.resolveSibling(""))) {
            parent = parent.resolve(part);
            if (Files.isSymbolicLink(parent)) {
                throw new IOException("the job stored " + name + ", but " + parent + " is a link");
            }
        }
        Files.createDirectories(parent);
        return file;
    }

    private Map<String, String> etags() throws IOException {
        Map<String, String> etags = new HashMap<>();
        for (ListingEntry container :
                Site.await(site.account().containers(ListingQuery.all()).all(Integer.MAX_VALUE))) {
            if (container.name().startsWith(".")) {
                continue;
            }
            for (ListingEntry entry :
                    Site.await(
                            site.account()
                                    .objects(container.name(), ListingQuery.all())
                                    .all(Integer.MAX_VALUE))) {
                if (entry instanceof ListingEntry.ObjectEntry object) {
                    etags.put(container.name() + "/" + object.name(), object.hash());
                }
            }
        }
        return etags;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static List<Path> files(Path container) throws IOException {
        try (Stream<Path> all = Files.walk(container)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
