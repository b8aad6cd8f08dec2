package io.zerocloud.swift.store;

import io.zerocloud.swift.disk.MetadataStore;
import io.zerocloud.swift.disk.SidecarMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running store: Swift's API on one address, its storage nodes as folders beneath a directory.
 *
 * <p>It is for one machine. Replicas are really written, but to one disk: they show how a cluster
 * lays out data, they do not protect it from that disk's end.
 *
 * <pre>{@code
 * try (EmbeddedStore store = EmbeddedStore.start(dir, List.of(StoreConfig.DEFAULT_USER), 4, 0)) {
 *     store.authUrl(); // http://127.0.0.1:PORT/auth/v1.0
 * }
 * }</pre>
 */
public final class EmbeddedStore implements AutoCloseable {
    /**
     * Where the metadata of the store's files lie: whoever reads its disks directly reads with
     * this. It is Swift's place wherever the file system allows, so Swift's own disks read well
     * with it too.
     */
    public static final MetadataStore METADATA = SidecarMetadata.INSTANCE;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);

    private final StoreConfig config;
    private final StoreDirectory directory;
    private final DiskPool pool;
    private final Catalog catalog;
    private final Expirer expirer;
    private final HttpFront front;
    private final TempAuth users;

    private EmbeddedStore(
            StoreConfig config,
            StoreDirectory directory,
            DiskPool pool,
            Catalog catalog,
            Expirer expirer,
            HttpFront front,
            TempAuth users) {
        this.config = config;
        this.directory = directory;
        this.pool = pool;
        this.catalog = catalog;
        this.expirer = expirer;
        this.front = front;
        this.users = users;
    }

    /**
     * Starts a store on loopback with three replicas, or as many as there are nodes.
     *
     * @param directory laid out if it is new
     * @param users who may authenticate, at least one
     * @param nodes number of storage nodes, 1 to 64
     * @param port to listen on, 0 for any free one
     * @throws IOException if the directory is in use or was laid out otherwise, or the port is
     *     taken
     */
    public static EmbeddedStore start(Path directory, List<StoreUser> users, int nodes, int port)
            throws IOException {
        return start(StoreConfig.of(directory, users, nodes, port));
    }

    /**
     * Starts a store; it is ready when this returns.
     *
     * @throws IOException if the directory is in use or was laid out otherwise, or the port is
     *     taken
     */
    @SuppressWarnings("MustBeClosedChecker")
    public static EmbeddedStore start(StoreConfig config) throws IOException {
        StoreDirectory directory = StoreDirectory.open(config);
        DiskPool pool = new DiskPool();
        Catalog catalog = null;
        Expirer expirer = null;
        try {
            catalog = new Catalog(directory.catalog());
            Timestamps clock = new Timestamps(catalog.newestTicks());
            PendingChanges pending = new PendingChanges(directory.pending());
            Objects objects = new Objects(directory, METADATA, pool, clock, pending);
            objects.removeTemporaries();
            Site site = new Site(catalog, objects, clock);
            new Recovery(site).run(pending);
            expirer = new Expirer(site);
            TempAuth users = new TempAuth(config.users());
            Router router = new Router(users, site);
            HttpFront front =
                    HttpFront.listen(
                            config.host(),
                            config.port(),
                            config.clientTimeout().toMillis(),
                            router);
            return new EmbeddedStore(config, directory, pool, catalog, expirer, front, users);
        } catch (IOException | RuntimeException e) {
            if (expirer != null) {
                expirer.close();
            }
            pool.close();
            if (catalog != null) {
                catalog.close();
            }
            directory.close();
            throw e;
        }
    }

    /** The port it listens on. */
    public int port() {
        return front.port();
    }

    /** {@code http://host:port}. */
    public String url() {
        return "http://" + config.host() + ":" + port();
    }

    /** Where TempAuth gives tokens: {@code http://host:port/auth/v1.0}. */
    public String authUrl() {
        return url() + "/auth/v1.0";
    }

    /**
     * The groups that a token gives its bearer, joined by commas; empty for a token that is none.
     */
    public Optional<String> groupsOf(String token) {
        return users.groupsOf(token);
    }

    /** Ends a token before its time; its user gets another at the next login. */
    public void revoke(String token) {
        users.revoke(token);
    }

    /** The folder that takes the place of {@code /etc/swift}: swift.conf and the rings. */
    public Path swiftDirectory() {
        return directory.etc();
    }

    /** The storage nodes, in the order of their addresses in the rings. */
    public List<StorageNode> nodes() {
        return directory.nodes();
    }

    /** Ends all connections and closes the directory; requests under way fail. */
    @Override
    public void close() {
        front.close();
        expirer.close();
        pool.close();
        try {
            catalog.close();
            directory.close();
        } catch (IOException e) {
            LOG.warn("closing {}: {}", config.directory(), e.toString());
        }
    }
}
