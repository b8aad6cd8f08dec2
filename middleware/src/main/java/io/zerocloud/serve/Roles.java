package io.zerocloud.serve;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.authority.KeystoneUsers;
import io.zerocloud.authority.MemcachedUsers;
import io.zerocloud.authority.ServiceUser;
import io.zerocloud.authority.SetUid;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.authority.Users;
import io.zerocloud.node.AgentConfig;
import io.zerocloud.node.AgentServer;
import io.zerocloud.plan.PlanSettings;
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
import io.zerocloud.swift.auth.KeystoneV3;
import io.zerocloud.swift.auth.TempAuth;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roles of one machine beside an existing Swift, as its configuration file says: {@code proxy},
 * {@code node}, or both. Every key is documented in docs/reference/configuration.md.
 */
public final class Roles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Roles.class);

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final List<String> listening = new ArrayList<>();

    private Roles() {}

    /**
     * Starts what the file names.
     *
     * @throws IllegalArgumentException if a key is missing, unknown or out of its range
     * @throws IOException if a file cannot be read or an address not be bound
     */
    public static Roles start(Path file, Map<String, String> environment)
            throws IOException, EngineException {
        Roles roles = new Roles();
        try {
            roles.bringUp(Settings.read(file, environment));
            return roles;
        } catch (IOException | EngineException | RuntimeException e) {
            roles.close();
            throw e;
        }
    }

    /** A line for each role: its name and address. */
    public List<String> listening() {
        return List.copyOf(listening);
    }

    private void bringUp(Settings settings) throws IOException, EngineException {
        HeaderBytes.passUnchanged();
        if (!settings.hasSection("proxy") && !settings.hasSection("node")) {
            throw new IllegalArgumentException(
                    "the configuration has neither a proxy nor a node section");
        }
        URI swift = settings.url("swift.url");
        Path swiftFolder = Path.of(settings.text("swift.folder").orElse("/etc/swift"));
        ClusterKey key = ClusterKey.read(settings.secret("cluster.key_file"));
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        add(() -> vertx.close().await(10, TimeUnit.SECONDS));
        Map<String, Path> images = new TreeMap<>();
        settings.map("images").forEach((name, path) -> images.put(name, Path.of(path)));
        if (settings.hasSection("node")) {
            node(settings, vertx, swift, swiftFolder, key, images);
        }
        if (settings.hasSection("proxy")) {
            proxy(settings, vertx, swift, swiftFolder, key, images);
        }
        settings.requireAllKnown();
    }

    private void node(
            Settings settings,
            Vertx vertx,
            URI swift,
            Path swiftFolder,
            ClusterKey key,
            Map<String, Path> images)
            throws IOException, EngineException {
        Address listen =
                Address.of("node.listen", settings.text("node.listen").orElse("127.0.0.1:6300"));
        int slots =
                (int)
                        settings.number(
                                "node.slots",
                                Math.max(2, Runtime.getRuntime().availableProcessors()),
                                1,
                                4096);
        EngineConfig engineConfig =
                EngineConfig.defaults()
                        .withPoolSize(
                                (int) settings.number("node.pool", Math.min(16, slots), 1, 1024))
                        .withMaxSessions(slots)
                        .withNice((int) settings.number("node.nice", 10, 0, 19));
        Optional<String> supervisor = settings.text("node.supervisor_socket");
        if (supervisor.isPresent()) {
            engineConfig = engineConfig.withSocket(Path.of(supervisor.get()));
        }
        AgentConfig config =
                new AgentConfig(
                        settings.required("node.name"),
                        listen.host(),
                        listen.port(),
                        settings.list("node.devices").stream().map(Path::of).toList(),
                        swiftFolder,
                        swift,
                        Files.createDirectories(
                                Path.of(
                                        settings.text("node.work")
                                                .orElse("/var/lib/zerocloud/node"))),
                        slots,
                        settings.number("node.memory_mib", 256, 32, 4096) << 20,
                        settings.seconds("node.max_timeout", Duration.ofHours(1)),
                        settings.number("node.cache_mib", 4096, 1, 1L << 30) << 20,
                        settings.number("node.spool_mib", 16_384, 1, 1L << 30) << 20,
                        (int) settings.number("node.spool_memory_kib", 1024, 4, 65_536) << 10,
                        images);
        Optional<PemKeyCertOptions> tls =
                settings.text("node.tls_certificate")
                        .map(
                                certificate ->
                                        new PemKeyCertOptions()
                                                .setCertPath(certificate)
                                                .setKeyPath(settings.required("node.tls_key")));
        Engine engine = add(Engine.start(engineConfig));
        AgentServer agent = add(AgentServer.start(vertx, config, engine, key, tls, ca(settings)));
        // Before the agent's own end, which takes a while.
        AutoCloseable ending = engine::ending;
        add(ending);
        listening.add("node " + config.name() + " " + listen.host() + ":" + agent.port());
    }

    private void proxy(
            Settings settings,
            Vertx vertx,
            URI swift,
            Path swiftFolder,
            ClusterKey key,
            Map<String, Path> images)
            throws IOException {
        Address listen =
                Address.of("proxy.listen", settings.text("proxy.listen").orElse("127.0.0.1:8088"));
        Signer signer = new Signer(key, Clock.systemUTC());
        Optional<PemTrustOptions> ca = ca(settings);
        List<AgentClient> clients = new ArrayList<>();
        for (int i = 0; i < settings.count("proxy.agents"); i++) {
            String at = "proxy.agents." + i;
            URI url = agentUrl(at, settings.url(at + ".url"));
            if (url.getScheme().equals("https") && ca.isEmpty()) {
                throw new IllegalArgumentException(
                        "cluster.ca: missing; agents prove by it that they are of this cluster");
            }
            clients.add(
                    new AgentClient(
                            vertx,
                            new AgentClient.Address(
                                    settings.required(at + ".name"),
                                    url,
                                    new HashSet<>(settings.list(at + ".nodes"))),
                            signer,
                            ca));
        }
        if (clients.isEmpty()) {
            throw new IllegalArgumentException("proxy.agents: at least one agent is needed");
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
        RingLocator locator = new RingLocator(swiftFolder, api);
        JobSettings jobs = jobs(settings, images);
        Agents agents = new Agents(clients, new FairSlots(jobs.accountShare()), locator);
        JobService service =
                add(
                        new JobService(
                                vertx,
                                jobs,
                                api,
                                agents,
                                serviceUser(settings, vertx).map(user -> new SetUid(api, user)),
                                users(settings, vertx)));
        ProxyServer proxy =
                add(
                        ProxyServer.start(
                                vertx,
                                Listener.on(listen.host(), listen.port()),
                                Upstream.at(swift),
                                service));
        listening.add("proxy " + listen.host() + ":" + proxy.port());
    }

    private static Optional<PemTrustOptions> ca(Settings settings) {
        return settings.text("cluster.ca").map(path -> new PemTrustOptions().addCertPath(path));
    }

    /** {@code swift.service_user} and what belongs to it, if set-uid jobs are wanted. */
    private Optional<ServiceUser> serviceUser(Settings settings, Vertx vertx) throws IOException {
        Optional<String> name = settings.text("swift.service_user");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        URI auth = settings.url("swift.service_auth");
        String key = Files.readString(settings.secret("swift.service_key_file")).strip();
        Optional<String> project = settings.text("swift.service_project");
        String domain = settings.text("swift.service_domain").orElse("Default");
        return Optional.of(
                add(
                        project.isPresent()
                                ? ServiceUser.of(
                                        vertx,
                                        KeystoneV3.of(
                                                auth,
                                                name.get(),
                                                domain,
                                                key,
                                                project.get(),
                                                domain))
                                : ServiceUser.of(vertx, new TempAuth(auth, name.get(), key))));
    }

    /** Where {@code REMOTE_USER} comes from. */
    private Users users(Settings settings, Vertx vertx) {
        Optional<String> memcached = settings.text("swift.memcached");
        if (memcached.isPresent()) {
            Address at = Address.of("swift.memcached", memcached.get());
            return new Users(new MemcachedUsers(at.host(), at.port()));
        }
        if (settings.text("swift.keystone").isEmpty()) {
            return Users.unknown();
        }
        URI keystone = settings.url("swift.keystone");
        BlockingHttp http =
                add(
                        new BlockingHttp(
                                vertx,
                                keystone,
                                new HttpClientOptions().setConnectTimeout(5_000),
                                16,
                                Duration.ofSeconds(10)));
        return new Users(new KeystoneUsers(http, keystone.getPath()));
    }

    private static JobSettings jobs(Settings settings, Map<String, Path> images) {
        JobSettings otherwise =
                JobSettings.in(
                        Path.of(settings.text("proxy.work").orElse("/var/lib/zerocloud/proxy")));
        PlanSettings plan = otherwise.plan();
        return new JobSettings(
                new PlanSettings(
                        plan.limits(),
                        settings.number("jobs.max_iops", plan.maxIops(), 1, Long.MAX_VALUE),
                        settings.number("jobs.max_input", plan.maxInput(), 1, Long.MAX_VALUE),
                        settings.number("jobs.max_output", plan.maxOutput(), 1, Long.MAX_VALUE),
                        settings.text("jobs.default_content_type")
                                .orElse(plan.defaultContentType()),
                        settings.text("jobs.authorise").orElse("container").equals("object")
                                ? PlanSettings.ReadCheck.OBJECT
                                : PlanSettings.ReadCheck.CONTAINER),
                settings.seconds("jobs.timeout", otherwise.timeout()),
                settings.seconds("jobs.max_timeout", otherwise.maxTimeout()),
                settings.seconds("jobs.queue_timeout", otherwise.queueTimeout()),
                (int) settings.number("jobs.max_jobs", otherwise.maxJobs(), 1, 1_000_000),
                (int) settings.number("jobs.account_share", 0, 0, 1_000_000),
                settings.number("jobs.max_upload", otherwise.maxUpload(), 1, Long.MAX_VALUE),
                settings.seconds("jobs.client_timeout", otherwise.clientSilence()),
                settings.seconds("jobs.max_upload_time", otherwise.maxUploadTime()),
                settings.seconds("jobs.interactive_timeout", otherwise.interactive()),
                settings.seconds("jobs.chain_timeout", otherwise.chainTime()),
                (int) settings.number("jobs.chain_links", otherwise.chainLinks(), 0, 10_000),
                settings.text("jobs.standalone_policy").orElse(otherwise.standalonePolicy()),
                otherwise.work(),
                images.keySet());
    }

    /** Off loopback bodies must be encrypted: a signature protects only what it covers. */
    private static URI agentUrl(String at, URI url) throws IOException {
        if (url.getScheme().equals("http")
                && !java.net.InetAddress.getByName(url.getHost()).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    at + ".url: " + url + " is off loopback, which needs https");
        }
        return url;
    }

    private record Address(String host, int port) {
        static Address of(String key, String text) {
            int colon = text.lastIndexOf(':');
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (colon > 0 && port >= 0 && port <= 65_535) {
                    return new Address(text.substring(0, colon), port);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(key + ": '" + text + "' is not HOST:PORT", e);
            }
            throw new IllegalArgumentException(key + ": '" + text + "' is not HOST:PORT");
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.add(part);
        return part;
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
                LOG.warn("A role could not be stopped", e);
            }
        }
    }
}
