package io.zerocloud.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.zerocloud.cluster.ClusterUser;
import io.zerocloud.cluster.ClusterUser.Answer;
import io.zerocloud.cluster.ClusterUser.Ran;
import io.zerocloud.cluster.Guests;
import io.zerocloud.cluster.Jobs;
import io.zerocloud.run.AgentClient;
import io.zerocloud.serve.ClusterAuthority;
import io.zerocloud.swift.store.EmbeddedStore;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.wire.AgentStatus;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy and two agents of one slot each, killed or stopped while guests compute. */
@Timeout(180)
class KilledProcessesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Two sessions, one at each agent, each of which stores {@code done} after some seconds. */
    private static final String TWO =
            """
            [{"name": "a", "exec": {"path": "swift://~/c/late"},
              "devices": [{"name": "stdout"}, {"name": "output", "path": "swift://~/c/a"}]},
             {"name": "b", "exec": {"path": "swift://~/c/late"},
              "devices": [{"name": "stdout"}, {"name": "output", "path": "swift://~/c/b"}]}]
            """;

    /** A session that writes {@code done} to another after some seconds, which stores it. */
    private static final String JOINED =
            """
            [{"name": "a", "exec": {"path": "swift://~/c/late"},
              "devices": [{"name": "stdout"}, {"name": "output", "path": "zvm://b:/dev/stdin"}]},
             {"name": "b", "exec": {"path": "swift://~/c/copy"},
              "devices": [{"name": "stdout", "path": "swift://~/c/b"}]}]
            """;

    @TempDir private static Path folder;

    private static EmbeddedStore store;
    private static Role first;
    private static Role second;
    private static Role proxy;
    private static ClusterUser user;
    private static ClusterKey key;
    private static Vertx vertx;
    private static ExecutorService threads;

    @BeforeAll
    static void start() throws Exception {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        vertx = Vertx.vertx();
        store =
                EmbeddedStore.start(
                        folder.resolve("store"), List.of(StoreConfig.DEFAULT_USER), 2, 0);
        ClusterAuthority authority = ClusterAuthority.in(folder.resolve("ca"));
        key = ClusterKey.read(authority.clusterKey());
        String common =
                "swift: {url: '%s', folder: '%s'}\ncluster: {key_file: '%s'}\n"
                        .formatted(store.url(), store.swiftDirectory(), authority.clusterKey());
        first = agent(common, "one");
        second = agent(common, "two");
        proxy =
                Role.start(
                        folder,
                        "proxy",
                        common
                                + """
                                proxy:
                                  listen: 127.0.0.1:0
                                  work: %s
                                  agents:
                                    - {name: one, url: 'http://%s'}
                                    - {name: two, url: 'http://%s'}
                                """
                                        .formatted(
                                                folder.resolve("proxy-work"),
                                                first.address(),
                                                second.address()));
        user =
                ClusterUser.tempAuth(
                        URI.create("http://" + proxy.address() + "/auth/v1.0"),
                        StoreConfig.DEFAULT_USER.name(),
                        StoreConfig.DEFAULT_USER.key());
        user.put("c", "").put("c/late", Guests.late(folder)).put("c/copy", Guests.copier(folder));
        awaitBoth();
    }

    private static Role agent(String common, String name) throws IOException {
        return Role.start(
                folder,
                name,
                common
                        + "node: {name: %s, listen: 127.0.0.1:0, slots: 1, work: '%s'}\n"
                                .formatted(name, folder.resolve("work-" + name)));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {proxy, first, second, store, threads}) {
            part.close();
        }
        vertx.close().await();
    }

    /** Until the cluster is whole, nothing runs any more, and jobs use both agents again. */
    @AfterEach
    void theClusterIsWholeAgain() throws Exception {
        awaitBoth();
        user.send("DELETE", "c/a", new byte[0]);
        user.send("DELETE", "c/b", new byte[0]);
    }

    private static void awaitBoth() {
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            for (Role agent : List.of(first, second)) {
                                AgentStatus status = status(agent);
                                assertThat(status.free()).isEqualTo(status.slots());
                            }
                        });
        await().atMost(SOON)
                .ignoreExceptions()
                .until(
                        () ->
                                user.report(Jobs.wide(6).replace("programs", "c")).stream()
                                        .map(Ran::agent)
                                        .distinct()
                                        .count(),
                        agents -> agents == 2);
    }

    private static AgentStatus status(Role agent) throws IOException {
        try (AgentClient client =
                new AgentClient(
                        vertx,
                        new AgentClient.Address(
                                agent == first ? "one" : "two",
                                URI.create("http://" + agent.address()),
                                Set.of()),
                        new Signer(key, Clock.systemUTC()),
                        Optional.empty())) {
            return client.status();
        }
    }

    /** Posts a job whose guests compute at both agents when this returns. */
    private static Future<Answer> begin(String job) {
        Future<Answer> answer = threads.submit(() -> user.job(job, "X-Zerovm-Timeout", "100"));
        await().atMost(SOON)
                .until(() -> answer.isDone() || (first.computes() && second.computes()));
        assertThat(answer.isDone()).isFalse();
        return answer;
    }

    private static String stored(String object) throws Exception {
        return user.send("GET", "c/" + object, new byte[0]).expect(200).body();
    }

    @Test
    void theSessionsOfAKilledAgentRunElsewhere() throws Exception {
        Future<Answer> answer = begin(TWO);
        second.kill();
        assertThat(answer.get().expect(200).body()).isEqualTo("begun\nbegun\n");
        assertThat(stored("a")).isEqualTo("done\n");
        assertThat(stored("b")).isEqualTo("done\n");
        await().atMost(SOON).until(second::isBare);
        second.start();
    }

    @Test
    void theSessionsOfAnAgentThatSaysNothingMoreRunElsewhere() throws Exception {
        Future<Answer> answer = begin(TWO);
        second.signal("STOP");
        try {
            assertThat(answer.get().expect(200).body()).isEqualTo("begun\nbegun\n");
            assertThat(stored("a")).isEqualTo("done\n");
            assertThat(stored("b")).isEqualTo("done\n");
        } finally {
            second.signal("CONT");
        }
    }

    @Test
    void joinedSessionsEndTogetherWhenAnAgentOfTheirsIsKilledOrSilent() throws Exception {
        for (boolean killed : new boolean[] {true, false}) {
            Future<Answer> running =
                    threads.submit(() -> user.job(JOINED, "X-Zerovm-Timeout", "100"));
            await().atMost(SOON).until(() -> first.computes() || second.computes());
            if (killed) {
                second.kill();
            } else {
                second.signal("STOP");
            }
            // One slot is left, and joined sessions need two at once.
            Answer answer = running.get();
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(user.send("GET", "c/b", new byte[0]).status()).isEqualTo(404);
            if (killed) {
                second.start();
            } else {
                second.signal("CONT");
            }
            awaitBoth();
            assertThat(user.job(JOINED, "X-Zerovm-Timeout", "100").expect(200).body())
                    .isEqualTo("begun\n");
            assertThat(stored("b")).isEqualTo("done\n");
            user.send("DELETE", "c/b", new byte[0]);
        }
    }

    @Test
    void aKilledProxyTakesItsJobsAlongAndTheNextOneWorks() throws Exception {
        Future<Answer> answer = begin(TWO);
        proxy.kill();
        assertThat(answer).failsWithin(SOON);
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            for (Role agent : List.of(first, second)) {
                                assertThat(status(agent).free()).isEqualTo(1);
                            }
                        });
        assertThat(
                        user.at(store.url().substring("http://".length()))
                                .send("GET", "c/a", new byte[0])
                                .status())
                .isEqualTo(404);
        proxy.start();
        assertThat(user.job(TWO).expect(200).body()).isEqualTo("begun\nbegun\n");
    }
}
