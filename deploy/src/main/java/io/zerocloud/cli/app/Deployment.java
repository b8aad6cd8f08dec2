package io.zerocloud.cli.app;

import io.vertx.core.MultiMap;
import io.zerocloud.swift.client.ListingQuery;
import io.zerocloud.swift.client.SwiftException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A bundle in a container: the archive itself, and a description that mounts it from there. */
public final class Deployment {
    private static final int MAX_MAP = 128 * 1024;

    private final Site site;
    private final String container;

    public Deployment(Site site, String container) {
        this.site = site;
        this.container = container;
    }

    /** The description of a bundle that was deployed. */
    public static String map() {
        return SystemMap.NAME;
    }

    /**
     * Stores a bundle; the container is made if it is missing.
     *
     * @param force also into a container that holds something
     * @return the archive's URL
     * @throws IOException if the container is not empty, or the bundle has no description
     */
    public String deploy(Path zapp, boolean force) throws IOException {
        byte[] map = description(zapp);
        Site.await(site.account().putContainer(container, Site.headers()));
        if (!force && !isEmpty()) {
            throw new IOException(
                    container + " is not empty; --force deploys into it all the same");
        }
        String name = String.valueOf(zapp.getFileName());
        String url = "swift://" + site.accountName() + "/" + container + "/" + name;
        // Not gzip'ed: agents mount a tar as it is.
        Path plain = Files.createTempFile("zapp-", ".tar");
        try {
            try (InputStream in = inflated(zapp);
                    OutputStream out = Files.newOutputStream(plain)) {
                in.transferTo(out);
            }
            site.put(container, name, plain, "application/x-tar");
        } finally {
            Files.deleteIfExists(plain);
        }
        site.put(container, SystemMap.NAME, SystemMap.withImage(map, url), "application/json");
        return url;
    }

    /**
     * Opens the container to others through its app: set-uid, see docs/reference/apps.md.
     *
     * @param app the archive's URL
     * @param acl who may, as a read ACL says it
     * @param service name of the cluster's service user, which gets the ordinary rights
     */
    public void open(String app, String acl, String service) throws IOException {
        var info = Site.await(site.account().headContainer(container));
        MultiMap headers =
                Site.headers(
                        "X-Container-Meta-Rest-Endpoint",
                        app,
                        "X-Container-Meta-Zerovm-Suid",
                        acl,
                        "X-Container-Read",
                        with(info.header("X-Container-Read"), service),
                        "X-Container-Write",
                        with(info.header("X-Container-Write"), service));
        Site.await(site.account().postContainer(container, headers));
    }

    private static String with(Optional<String> acl, String user) {
        if (acl.isEmpty() || acl.get().isBlank()) {
            return user;
        }
        return List.of(acl.get().split(",")).contains(user) ? acl.get() : acl.get() + "," + user;
    }

    private boolean isEmpty() throws IOException {
        return Site.await(
                        site.account()
                                .objects(container, ListingQuery.all().withPageSize(1))
                                .nextPage())
                .isEmpty();
    }

    /** The description that was deployed. */
    public byte[] deployed() throws IOException {
        try {
            return Site.await(
                            site.account()
                                    .getObject(container, SystemMap.NAME)
                                    .compose(download -> download.bytes(MAX_MAP)))
                    .getBytes();
        } catch (IOException e) {
            if (e.getCause() instanceof SwiftException failure && failure.hasStatus(404)) {
                throw new IOException("nothing is deployed in " + container, e);
            }
            throw e;
        }
    }

    /** The description in a bundle. */
    static byte[] description(Path zapp) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(inflated(zapp))) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                if (entry.getName().equals(SystemMap.NAME) && entry.getSize() <= MAX_MAP) {
                    return tar.readNBytes((int) entry.getSize());
                }
                entry = tar.getNextEntry();
            }
        }
        throw new IOException(zapp + " has no " + SystemMap.NAME + ": it is no bundle");
    }

    private static InputStream inflated(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
        in.mark(2);
        byte[] magic = in.readNBytes(2);
        in.reset();
        return magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b
                ? new GZIPInputStream(in, 64 * 1024)
                : in;
    }
}
