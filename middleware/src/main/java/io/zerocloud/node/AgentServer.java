package io.zerocloud.node;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.folder.WorkFolder;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.stream.Await;
import io.zerocloud.stream.BlockingHttp;
import io.zerocloud.stream.BlockingSource;
import io.zerocloud.swift.disk.LocalObjects;
import io.zerocloud.swift.ring.Rings;
import io.zerocloud.swift.ring.SwiftConf;
import io.zerocloud.wire.AgentStatus;
import io.zerocloud.wire.Blob;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.KeptLink;
import io.zerocloud.wire.NetworkOrder;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SignatureCheck;
import io.zerocloud.wire.Signer;
import io.zerocloud.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's HTTP side; see {@link io.zerocloud.wire} for what it speaks. Every request but {@code
 * GET /healthcheck} is judged by its signature before anything of it is used; a refused one learns
 * only that it is refused.
 */
public final class AgentServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);
    private static final Pattern SESSION =
            Pattern.compile("/v1/sessions/([0-9A-Za-z._-]{1,128})(/output)?");
    private static final Pattern NETWORK = Pattern.compile("/v1/networks/([0-9A-Za-z._-]{1,128})");
    private static final Pattern RELAY = Pattern.compile("/v1/relay/([0-9A-Za-z._:-]{1,64})");
    private static final Pattern KEPT = Pattern.compile("/v1(/kept/.+)");
    private static final Pattern BLOB = Pattern.compile("/v1/blobs/([0-9a-f]{64})");

    /** Swift's largest object: no image or payload is larger. */
    private static final long MAX_BLOB = 5L << 30;

    /** Connections at once, of proxies and of strangers; a proxy holds one for each session. */
    private static final int MOST_CONNECTIONS = 16_384;

    /** Outputs that wait in memory, of all sessions together: a job may have thousands. */
    private static final long SPOOL_MEMORY = 64L << 20;

    private static final byte[] HEALTHY = "OK".getBytes(StandardCharsets.US_ASCII);

    private static final Duration SILENCE = Duration.ofSeconds(60);

    /**
     * A machine whose services all start has little time for each, and its own name has to be
     * looked up. A port that is taken fails at once.
     */
    private static final Duration LISTEN_PATIENCE = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final Node node;
    private final SignatureCheck signatures;
    private final Refusals refusals;
    private final AgentSessions sessions;
    private final HttpServer server;
    private final BlockingHttp swift;
    private final WorkFolder work;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Starts an agent.
     *
     * @param engine shared with other agents of this process; stays the caller's
     * @param tls certificate and key; empty only on loopback
     * @param ca of the cluster, by which other agents prove who they are where they use TLS
     * @throws IOException if the address cannot be bound or Swift's configuration cannot be read
     */
    public static AgentServer start(
            Vertx vertx,
            AgentConfig config,
            Engine engine,
            ClusterKey key,
            Optional<PemKeyCertOptions> tls,
            Optional<PemTrustOptions> ca)
            throws IOException {
        if (tls.isEmpty() && !java.net.InetAddress.getByName(config.host()).isLoopbackAddress()) {
            throw new IOException(
                    "node.listen: "
                            + config.host()
                            + " is not a loopback address, which needs node.tls_certificate: a signature does not protect"
                            + " streamed bodies");
        }
        WorkFolder work = WorkFolder.take(config.work(), "node.work", "node " + config.name());
        try {
            return start(vertx, config, engine, key, tls, ca, work);
        } catch (IOException | RuntimeException e) {
            work.close();
            throw e;
        }
    }

    private static AgentServer start(
            Vertx vertx,
            AgentConfig config,
            Engine engine,
            ClusterKey key,
            Optional<PemKeyCertOptions> tls,
            Optional<PemTrustOptions> ca,
            WorkFolder work)
            throws IOException {
        Path spools = work.emptied("spool");
        Quota disk = new Quota("spool space of agent " + config.name(), config.spoolBytes());
        LocalObjects local =
                new LocalObjects(
                        config.devices(),
                        SwiftConf.read(config.swiftFolder().resolve("swift.conf")),
                        new Rings(config.swiftFolder()));
        BlobStore blobs = new BlobStore(work.emptied("blobs"), config.cacheBytes());
        // Behind all that can fail: from here on the agent closes it.
        BlockingHttp swift =
                new BlockingHttp(
                        vertx,
                        config.swift(),
                        new HttpClientOptions().setConnectTimeout(5_000),
                        Math.max(64, config.slots() * 4),
                        SILENCE);
        SwiftApi api = new SwiftApi(swift);
        Inputs inputs = new Inputs(local, api, spools, disk);
        Node node =
                new Node(
                        config,
                        engine,
                        api,
                        inputs,
                        new Images(inputs, blobs),
                        blobs,
                        new Programs(),
                        new Outputs(api),
                        new KeptOutputs(
                                Clock.systemUTC(),
                                new Quota(
                                        "kept outputs of agent " + config.name(),
                                        config.spoolBytes() / 4)),
                        spools,
                        new Quota("spool memory of agent " + config.name(), SPOOL_MEMORY),
                        disk);
        return new AgentServer(vertx, node, key, tls, ca, swift, work);
    }

    private AgentServer(
            Vertx vertx,
            Node node,
            ClusterKey key,
            Optional<PemKeyCertOptions> tls,
            Optional<PemTrustOptions> ca,
            BlockingHttp swift,
            WorkFolder work)
            throws IOException {
        this.vertx = vertx;
        this.node = node;
        this.swift = swift;
        this.work = work;
        this.signatures = new SignatureCheck(key, node.config().name(), Clock.systemUTC());
        this.refusals = new Refusals(node.config().name());
        this.sessions = new AgentSessions(vertx, node, new Signer(key, Clock.systemUTC()), ca);
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(node.config().host())
                        .setPort(node.config().port())
                        .setTcpNoDelay(true)
                        .setHttp2ClearTextEnabled(false)
                        .setMaxChunkSize(256 * 1024)
                        .setMaxInitialLineLength(1_024)
                        .setMaxHeaderSize(4_096)
                        .setIdleTimeout(120);
        tls.ifPresent(pem -> options.setSsl(true).setKeyCertOptions(pem));
        this.server =
                vertx.createHttpServer(options)
                        .connectionHandler(this::connected)
                        .requestHandler(this::accept);
        try {
            Await.on(server.listen(), LISTEN_PATIENCE);
        } catch (IOException e) {
            sessions.close();
            swift.close();
            throw new IOException(
                    "node.listen: cannot listen on "
                            + node.config().host()
                            + ":"
                            + node.config().port()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    private void connected(HttpConnection connection) {
        connection.closeHandler(_ -> connections.decrementAndGet());
        if (connections.incrementAndGet() > MOST_CONNECTIONS) {
            var _ = connection.close();
        }
    }

    private void accept(HttpServerRequest request) {
        request.pause();
        Context context = vertx.getOrCreateContext();
        BlockingSource body = new BlockingSource(request, context, SILENCE);
        AgentExchange exchange = new AgentExchange(request, request.response(), context, body);
        Thread.ofVirtual().name("agent-" + node.config().name()).start(() -> serve(exchange));
    }

    private void serve(AgentExchange exchange) {
        String method = exchange.request().method().name();
        String target = exchange.request().uri();
        try {
            Matcher session = SESSION.matcher(target);
            Matcher blob = BLOB.matcher(target);
            Matcher network = NETWORK.matcher(target);
            Matcher relay = RELAY.matcher(target);
            Matcher kept = KEPT.matcher(target);
            if (target.equals("/healthcheck") && method.equals("GET")) {
                // For probes, which have no key: it tells no more than that the port answers.
                exchange.answer(200, HEALTHY);
            } else if (isSigned(exchange)) {
                if (session.matches() && method.equals("POST") && session.group(2) == null) {
                    Optional<byte[]> bytes = exchange.signedBody(SessionOrder.MAX_BYTES);
                    if (bytes.isPresent()) {
                        sessions.order(exchange, session.group(1), bytes.get());
                    }
                } else if (session.matches() && method.equals("GET") && session.group(2) != null) {
                    sessions.output(exchange, session.group(1));
                } else if (session.matches()
                        && method.equals("DELETE")
                        && session.group(2) == null) {
                    sessions.delete(session.group(1));
                    exchange.answer(204);
                } else if (blob.matches() && method.equals("HEAD")) {
                    exchange.answer(node.blobs().find(blob.group(1)).isPresent() ? 200 : 404);
                } else if (blob.matches() && method.equals("PUT")) {
                    store(exchange, blob.group(1));
                } else if (network.matches() && method.equals("POST")) {
                    exchange.signedBody(NetworkOrder.MAX_BYTES)
                            .map(bytes -> sessions.reserve(network.group(1), bytes))
                            .ifPresent(exchange::answer);
                } else if (network.matches() && method.equals("DELETE")) {
                    sessions.networks().drop(network.group(1), "cancelled by the proxy");
                    exchange.answer(204);
                } else if (relay.matches() && method.equals("GET")) {
                    exchange.upgrade(sessions.networks(), relay.group(1));
                } else if (kept.matches()) {
                    kept(exchange, method, KeptLink.parse(kept.group(1)));
                } else if (target.equals("/v1/status") && method.equals("GET")) {
                    exchange.answer(200, WireJson.write(status()));
                } else {
                    exchange.answer(404);
                }
            }
        } catch (IOException e) {
            LOG.debug("{} {} broke off", method, target, e);
            exchange.cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.cut();
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", method, target, e);
            exchange.answer(500);
        }
    }

    /** Before a byte of the body is read: strangers cost a header and an HMAC. */
    private boolean isSigned(AgentExchange exchange) {
        String header = exchange.request().getHeader(Signer.HEADER);
        SignatureCheck.Verdict verdict =
                signatures.check(
                        header == null ? "" : header,
                        exchange.request().method().name(),
                        exchange.request().uri(),
                        exchange.digest());
        if (verdict != SignatureCheck.Verdict.GOOD) {
            refusals.log(exchange.request().remoteAddress().hostAddress(), verdict);
            exchange.refuse(verdict == SignatureCheck.Verdict.TOO_MANY ? 503 : 401);
            return false;
        }
        return true;
    }

    private AgentStatus status() {
        List<String> protections =
                node.engine().protections().stream()
                        .map(p -> p.name() + (p.on() ? ": on" : ": off (" + p.reason() + ")"))
                        .toList();
        return new AgentStatus(
                node.config().name(),
                node.config().slots(),
                sessions.freeSlots(),
                node.config().systemImages().keySet().stream().sorted().toList(),
                protections);
    }

    private void kept(AgentExchange exchange, String method, Optional<KeptLink> link)
            throws IOException {
        Optional<KeptOutputs.Kept> found = link.flatMap(node.kept()::find);
        if (found.isEmpty()) {
            exchange.answer(404);
        } else if (method.equals("DELETE")) {
            node.kept().drop(link.get());
            exchange.answer(204);
        } else if (method.equals("GET") || method.equals("HEAD")) {
            exchange.send(found.get());
        } else {
            exchange.answer(405);
        }
    }

    private void store(AgentExchange exchange, String sha256) throws IOException {
        try {
            node.blobs().store(exchange.body(), Optional.of(sha256), MAX_BLOB);
            exchange.answer(201);
        } catch (BlobStore.TooLong e) {
            exchange.answer(507);
        }
    }

    /** Cancels what runs, waits for its end, gives everything back. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            sessions.stop();
            Await.on(server.close(), Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("The agent's server was already gone", e);
        }
        sessions.close();
        node.kept().close();
        node.programs().close();
        swift.close();
        try {
            work.close();
        } catch (IOException e) {
            LOG.warn("The lock of {} was not given back", work.path(), e);
        }
    }

    /**
     * Bytes of spool space in use, for tests and metrics: 0 when nothing runs and nothing waits.
     */
    public long spoolBytes() {
        return node.disk().used();
    }

    /** Outputs that Swift refused and that wait to be fetched. */
    public int keptOutputs() {
        return node.kept().size();
    }

    /** Sessions that run or whose output waits. */
    public int sessions() {
        return sessions.count();
    }

    /** Guests that could start now. */
    public int freeSlots() {
        return sessions.freeSlots();
    }

    /** Reservations that wait or run. */
    public int networks() {
        return sessions.networks().size();
    }

    /** Whether a blob is here. */
    public boolean has(Blob blob) {
        return node.blobs().find(blob.sha256()).isPresent();
    }
}
