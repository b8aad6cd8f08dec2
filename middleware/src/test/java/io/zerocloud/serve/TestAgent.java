package io.zerocloud.serve;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.zerocloud.node.AgentConfig;
import io.zerocloud.node.AgentServer;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.swift.store.EmbeddedStore;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An agent by itself, for tests that speak to its port. */
final class TestAgent implements AutoCloseable {
    static final ClusterKey KEY = ClusterKey.random();
    static final Signer SIGNER = new Signer(KEY, Clock.systemUTC());

    private final Path folder;
    private final int slots;
    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedStore store;
    private final Engine engine;
    private final AgentServer agent;

    /** Starts it on loopback, without TLS. */
    TestAgent(Path folder, String name, int slots) throws Exception {
        this.folder = folder;
        this.slots = slots;
        store =
                EmbeddedStore.start(
                        folder.resolve("store"), List.of(StoreConfig.DEFAULT_USER), 1, 0);
        engine = Engine.start(EngineConfig.defaults().withPoolSize(1).withMaxSessions(1));
        agent = another(name, "127.0.0.1", Optional.empty());
    }

    /** A second agent of the same key; closed by the caller. */
    AgentServer another(String name, String host, Optional<PemKeyCertOptions> tls)
            throws IOException {
        AgentConfig config =
                new AgentConfig(
                        name,
                        host,
                        0,
                        List.of(),
                        store.swiftDirectory(),
                        URI.create(store.url()),
                        Files.createDirectories(folder.resolve("work-" + name)),
                        slots,
                        64L << 20,
                        Duration.ofMinutes(1),
                        1L << 20,
                        1L << 20,
                        1 << 16,
                        Map.of());
        return AgentServer.start(vertx, config, engine, KEY, tls, Optional.empty());
    }

    AgentServer server() {
        return agent;
    }

    int port() {
        return agent.port();
    }

    Vertx vertx() {
        return vertx;
    }

    @Override
    public void close() {
        agent.close();
        engine.close();
        store.close();
        vertx.close().await();
    }
}
