package io.zerocloud.serve;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.zerocloud.authority.ServiceUser;
import io.zerocloud.authority.SetUid;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.authority.Users;
import io.zerocloud.node.AgentConfig;
import io.zerocloud.node.AgentServer;
import io.zerocloud.proxy.Listener;
import io.zerocloud.proxy.ProxyServer;
import io.zerocloud.relay.HeaderBytes;
import io.zerocloud.relay.Upstream;
import io.zerocloud.run.AgentClient;
import io.zerocloud.run.Agents;
import io.zerocloud.run.FairSlots;
import io.zerocloud.run.JobService;
import io.zerocloud.run.JobSettings;
import io.zerocloud.run.RingLocator;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.stream.BlockingHttp;
import io.zerocloud.swift.auth.TempAuth;
import io.zerocloud.swift.store.EmbeddedStore;
import io.zerocloud.swift.store.StorageNode;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.swift.store.StoreUser;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in one process: the embedded store with several storage nodes, an agent beside
 * each, and the proxy. All of it on loopback; the parts speak to each other exactly as they would
 * over a network.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final List<AgentServer> agents = new ArrayList<>();
    private FairSlots slots = new FairSlots(0);
    private ProxyLink link = new ProxyLink("", 0, "");
    private Consumer<String> revoke = _ -> {};

    /**
     * How it is started.
     *
     * @param directory the store's data, kept; caches and spools are beneath {@code zerocloud}
     * @param host address of the proxy
     * @param port of the proxy, 0 for any free one
     * @param users who may authenticate
     * @param nodes storage nodes
     * @param slots sessions at once on each of them
     * @param memoryBytes memory of one guest
     * @param spoolBytes disk for outputs of one node
     * @param systemImages tar files by name
     * @param jobs the proxy's settings, given its work folder
     */
    public record Config(
            Path directory,
            String host,
            int port,
            List<StoreUser> users,
            int nodes,
            int slots,
            long memoryBytes,
            long spoolBytes,
            Map<String, Path> systemImages,
            java.util.function.UnaryOperator<JobSettings> jobs) {

        /** Four nodes for the default user, two slots each for every two processors. */
        public static Config in(Path directory) {
            return new Config(
                    directory,
                    "127.0.0.1",
                    0,
                    List.of(StoreConfig.DEFAULT_USER),
                    4,
                    Math.max(2, Runtime.getRuntime().availableProcessors()),
                    256L << 20,
                    16L << 30,
                    Map.of(),
                    settings -> settings);
        }

        /**
         * The same with as many slots as this machine has memory for, 64 at most: connected nodes
         * start together or not at all.
         */
        public static Config roomy(Path directory) {
            Config config = in(directory);
            long slots =
                    EngineConfig.defaults().memoryBudgetBytes() / config.memoryBytes / config.nodes;
            return config.withNodes(config.nodes, Math.clamp(slots, config.slots, 16));
        }

        /** An address to listen on; off loopback users' keys and tokens travel in clear. */
        public Config withHost(String value) {
            return new Config(
                    directory,
                    value,
                    port,
                    users,
                    nodes,
                    slots,
                    memoryBytes,
                    spoolBytes,
                    systemImages,
                    jobs);
        }

        public Config withPort(int value) {
            return new Config(
                    directory,
                    host,
                    value,
                    users,
                    nodes,
                    slots,
                    memoryBytes,
                    spoolBytes,
                    systemImages,
                    jobs);
        }

        public Config withUsers(List<StoreUser> value) {
            return new Config(
                    directory,
                    host,
                    port,
                    value,
                    nodes,
                    slots,
                    memoryBytes,
                    spoolBytes,
                    systemImages,
                    jobs);
        }

        public Config withNodes(int value, int slotsEach) {
            return new Config(
                    directory,
                    host,
                    port,
                    users,
                    value,
                    slotsEach,
                    memoryBytes,
                    spoolBytes,
                    systemImages,
                    jobs);
        }

        public Config withSystemImages(Map<String, Path> value) {
            return new Config(
                    directory,
                    host,
                    port,
                    users,
                    nodes,
                    slots,
                    memoryBytes,
                    spoolBytes,
                    value,
                    jobs);
        }

        public Config withSpool(long value) {
            return new Config(
                    directory,
                    host,
                    port,
                    users,
                    nodes,
                    slots,
                    memoryBytes,
                    value,
                    systemImages,
                    jobs);
        }

        public Config withJobs(java.util.function.UnaryOperator<JobSettings> value) {
            return new Config(
                    directory,
                    host,
                    port,
                    users,
                    nodes,
                    slots,
                    memoryBytes,
                    spoolBytes,
                    systemImages,
                    value);
        }
    }

    private record ProxyLink(String host, int port, String store) {}

    private EmbeddedCluster() {}

    /**
     * Starts everything; it is ready when this returns.
     *
     * @throws IOException if a port or folder cannot be used
     * @throws EngineException if the sandbox cannot run on this machine
     */
    public static EmbeddedCluster start(Config config) throws IOException, EngineException {
        EmbeddedCluster cluster = new EmbeddedCluster();
        try {
            cluster.bringUp(config);
            return cluster;
        } catch (IOException | EngineException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void bringUp(Config config) throws IOException, EngineException {
        HeaderBytes.passUnchanged();
        Path work = Files.createDirectories(config.directory().resolve("zerocloud"));
        StoreUser serviceUser = serviceUser();
        List<StoreUser> users = new ArrayList<>(config.users());
        users.add(serviceUser);
        EmbeddedStore store =
                add(
                        EmbeddedStore.start(
                                config.directory().resolve("store"), users, config.nodes(), 0));
        revoke = store::revoke;
        Engine engine =
                add(
                        Engine.start(
                                EngineConfig.defaults()
                                        .withPoolSize(
                                                Math.max(
                                                        4,
                                                        Math.min(
                                                                64,
                                                                config.nodes() * config.slots())))
                                        .withMaxSessions(
                                                Math.max(16, config.nodes() * config.slots()))));
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        add(() -> vertx.close().await(10, java.util.concurrent.TimeUnit.SECONDS));
        ClusterKey key = ClusterKey.random();
        Signer signer = new Signer(key, Clock.systemUTC());
        URI swift = URI.create(store.url());
        List<AgentClient> clients = new ArrayList<>();
        int number = 0;
        for (StorageNode node : store.nodes()) {
            number++;
            AgentServer agent =
                    add(
                            AgentServer.start(
                                    vertx,
                                    agentConfig(config, "node" + number, node, store, work),
                                    engine,
                                    key,
                                    Optional.empty(),
                                    Optional.empty()));
            agents.add(agent);
            clients.add(
                    new AgentClient(
                            vertx,
                            new AgentClient.Address(
                                    "node" + number,
                                    URI.create("http://127.0.0.1:" + agent.port()),
                                    Set.of(node.ip() + ":" + node.port())),
                            signer,
                            Optional.empty()));
        }
        BlockingHttp http =
                new BlockingHttp(
                        vertx,
                        swift,
                        new HttpClientOptions().setConnectTimeout(5_000),
                        256,
                        Duration.ofSeconds(60));
        add(http);
        SwiftApi api = new SwiftApi(http);
        RingLocator locator = new RingLocator(store.swiftDirectory(), api);
        JobSettings settings =
                config.jobs()
                        .apply(
                                JobSettings.in(work.resolve("proxy"))
                                        .withSystemImages(config.systemImages().keySet()));
        slots = new FairSlots(settings.accountShare());
        Agents cluster = new Agents(clients, slots, locator);
        ServiceUser service =
                add(
                        ServiceUser.of(
                                vertx,
                                new TempAuth(
                                        URI.create(store.authUrl()),
                                        serviceUser.name(),
                                        serviceUser.key())));
        JobService jobs =
                add(
                        new JobService(
                                vertx,
                                settings,
                                api,
                                cluster,
                                Optional.of(new SetUid(api, service)),
                                new Users(store::groupsOf)));
        ProxyServer proxy =
                add(
                        ProxyServer.start(
                                vertx,
                                Listener.on(config.host(), config.port()),
                                Upstream.at(swift),
                                jobs));
        link = new ProxyLink(config.host(), proxy.port(), store.url());
    }

    /** Who acts in set-uid jobs; of this process only, since nobody else learns the key. */
    private static StoreUser serviceUser() {
        byte[] key = new byte[16];
        new SecureRandom().nextBytes(key);
        return StoreUser.admin("zerocloud", "service", HexFormat.of().formatHex(key));
    }

    private static AgentConfig agentConfig(
            Config config, String name, StorageNode node, EmbeddedStore store, Path work)
            throws IOException {
        return new AgentConfig(
                name,
                "127.0.0.1",
                0,
                List.of(node.devices().resolve(node.device())),
                store.swiftDirectory(),
                URI.create(store.url()),
                Files.createDirectories(work.resolve(name)),
                config.slots(),
                config.memoryBytes(),
                Duration.ofHours(1),
                4L << 30,
                config.spoolBytes(),
                1 << 20,
                config.systemImages());
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.add(part);
        return part;
    }

    /** Where clients go. */
    public String url() {
        return "http://" + link.host() + ":" + link.port();
    }

    public int port() {
        return link.port();
    }

    /** The store by itself, without us in front: for comparisons. */
    public String storeUrl() {
        return link.store();
    }

    /** TempAuth through the proxy. */
    public String authUrl() {
        return url() + "/auth/v1.0";
    }

    /** Ends a user's token before its time. */
    public void revoke(String token) {
        revoke.accept(token);
    }

    /** The agents, in the order of the store's nodes. */
    public List<AgentServer> agents() {
        return List.copyOf(agents);
    }

    /** Sessions that wait for a slot. */
    public int waiting() {
        return slots.waiting();
    }

    /** Stops everything, the last started first. */
    @Override
    public void close() {
        List<AutoCloseable> reversed = new ArrayList<>(parts);
        Collections.reverse(reversed);
        parts.clear();
        for (AutoCloseable part : reversed) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("A part of the cluster could not be stopped", e);
            }
        }
    }
}
