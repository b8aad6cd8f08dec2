package io.zerocloud.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.cluster.ClusterUser.Ran;
import io.zerocloud.faults.Role;
import io.zerocloud.serve.Roles;
import io.zerocloud.swift.testing.RealSwift;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs while parts of Debian's Swift, or of ZeroCloud beside it, are down or on the move. */
@Timeout(240)
class ClusterFaultsIT {
    private static final int TEXTS = 12;
    private static final String GOLD = Jobs.copy("swift://~/gold/*.txt");
    private static final String SILVER = Jobs.copy("swift://~/silver/*.txt");

    @TempDir private static Path work;

    private static RealSwift swift;
    private static ClusterUser tester;
    private static String texts;

    @BeforeAll
    @Timeout(600)
    static void start() throws Exception {
        swift = RealSwift.start("--zerocloud");
        tester = ClusterUser.tempAuth(swift.zerocloudAuthUrl(), "test:tester", "testing");
        tester.put("programs", "").put("programs/copy", Guests.copier(work));
        StringBuilder all = new StringBuilder();
        for (String policy : List.of("gold", "silver")) {
            tester.put(policy, "", "X-Storage-Policy", policy);
        }
        for (int i = 10; i < 10 + TEXTS; i++) {
            String text = "this is text " + i + "\n";
            tester.put("gold/" + i + ".txt", text).put("silver/" + i + ".txt", text);
            all.append(text);
        }
        texts = all.toString();
    }

    @AfterAll
    static void stop() throws Exception {
        if (swift != null) {
            swift.close();
        }
    }

    @Test
    void oneAndTwoNodesMayFail() throws Exception {
        List<String> down = new ArrayList<>();
        try {
            for (int node : new int[] {1, 2}) {
                for (String kind : List.of("agent", "object", "container", "account")) {
                    down.add(kind + "-" + node);
                    swift.stopServer(kind + "-" + node);
                }
                // Three replicas on four nodes: each text has one left.
                List<Ran> sessions = tester.report(GOLD);
                assertThat(sessions).hasSize(TEXTS).allMatch(Ran::local);
                assertThat(sessions)
                        .extracting(Ran::agent)
                        .allMatch(agent -> Integer.parseInt(agent.substring(4)) > node);
                assertThat(tester.job(GOLD).expect(200).body()).isEqualTo(texts);
            }
        } finally {
            for (String server : down.reversed()) {
                swift.startServer(server);
            }
        }
        awaitAgents(4);
    }

    @Test
    void aJobThatKnowsOfANewerVersionDoesNotTakeAStaleReplicaForIt() throws Exception {
        tester.put("stale", "").put("stale/o", "older");
        String job = Jobs.copy("swift://~/stale/*");
        String beside = tester.report(job).getFirst().agent();
        int node = Integer.parseInt(beside.substring(4));
        swift.stopServer("object-" + node);
        tester.put("stale/o", "newer");
        swift.startServer("object-" + node);
        List<Integer> others =
                IntStream.rangeClosed(1, 4).filter(other -> other != node).boxed().toList();
        try {
            for (int other : others) {
                swift.stopServer("agent-" + other);
            }
            // A listing may come from a container server that has not heard of the newer version,
            // as in Swift itself; a job that is told of it must not take what lies here for it.
            String through = "through Swift: another version lies here";
            await().atMost(60, SECONDS)
                    .until(() -> tester.report(job).getFirst().data().equals(through));
            assertThat(tester.report(job).getFirst().agent()).isEqualTo(beside);
            await().atMost(60, SECONDS)
                    .until(() -> tester.job(job).expect(200).body().equals("newer"));
        } finally {
            for (int other : others) {
                swift.startServer("agent-" + other);
            }
        }
        awaitAgents(4);
    }

    @Test
    void nodesWithoutAgentsAreServedByTheOthers() throws Exception {
        Path config = swift.folder().resolve("zerocloud/zerocloud.yaml");
        String all = Files.readString(config);
        String one =
                all.substring(0, all.indexOf("    - name: node2"))
                        .replaceFirst("listen: .*", "listen: 127.0.0.1:0")
                        .replaceFirst("work: .*", "work: " + work.resolve("proxy"));
        Path file = Files.writeString(work.resolve("one.yaml"), one);
        try (Roles roles = Roles.start(file, Map.of())) {
            String line = roles.listening().getFirst();
            ClusterUser user = tester.at(line.substring(line.lastIndexOf(' ') + 1));
            assertThat(user.job(GOLD).expect(200).body()).isEqualTo(texts);
            assertThat(user.job(SILVER).expect(200).body()).isEqualTo(texts);
            List<Ran> silver = user.report(SILVER);
            assertThat(silver).extracting(Ran::agent).containsOnly("node1");
            assertThat(silver).anyMatch(Ran::local);
            assertThat(silver)
                    .filteredOn(ran -> !ran.local())
                    .isNotEmpty()
                    .allMatch(ran -> ran.data().equals("through Swift: no replica on this node"));
        }
    }

    @Test
    void jobsGoOnWhileARingIsRebalancedAndReplicatorsRun() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger ran = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> jobs =
                    threads.submit(
                            () -> {
                                while (!over.get()) {
                                    assertThat(tester.job(GOLD).expect(200).body())
                                            .isEqualTo(texts);
                                    ran.incrementAndGet();
                                }
                                return "ran";
                            });
            try {
                weigh(1, 0);
                replicate();
                try (Stream<Path> files = Files.walk(swift.devices().getFirst())) {
                    assertThat(files.map(Path::toString))
                            .as("what replicators leave of the emptied node's objects")
                            .noneMatch(
                                    file -> file.contains("/objects/") && file.endsWith(".data"));
                }
                // Servers, agents and our proxy look at the rings every 15 s.
                await().atMost(60, SECONDS)
                        .until(
                                () ->
                                        tester.report(GOLD).stream()
                                                .allMatch(
                                                        one ->
                                                                one.local()
                                                                        && !one.agent()
                                                                                .equals("node1")));
                weigh(1, 100);
                replicate();
            } finally {
                over.set(true);
            }
            jobs.get(60, SECONDS);
        }
        assertThat(ran).hasPositiveValue();
    }

    @Test
    void aProxyRestartedUnderLoadLosesWhatRanAndNothingElse() throws Exception {
        byte[] large = new byte[4 << 20];
        new java.util.Random(7).nextBytes(large);
        String content = new String(large, java.nio.charset.StandardCharsets.ISO_8859_1);
        tester.put("load", "").put("load/large", large);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        AtomicInteger cut = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> kinds =
                    List.of(
                            () -> tester.job(GOLD).expect(200).body().equals(texts),
                            () -> tester.report(SILVER).size() == TEXTS,
                            () ->
                                    tester.send("GET", "load/large", new byte[0])
                                            .expect(200)
                                            .body()
                                            .equals(content),
                            () ->
                                    tester.send("PUT", "load/copy", large).expect(201).status()
                                            == 201);
            List<Future<?>> clients = new ArrayList<>();
            for (Callable<Boolean> kind : kinds) {
                clients.add(
                        threads.submit(
                                () -> {
                                    while (!over.get()) {
                                        try {
                                            assertThat(kind.call()).isTrue();
                                            good.incrementAndGet();
                                        } catch (IOException broken) {
                                            cut.incrementAndGet();
                                            Thread.sleep(50);
                                        }
                                    }
                                    return "done";
                                }));
            }
            try {
                for (int round = 0; round < 2; round++) {
                    int before = good.get();
                    await().atMost(60, SECONDS).until(() -> good.get() >= before + 8);
                    swift.stopServer("zerocloud");
                    swift.startServer("zerocloud");
                }
                int before = good.get();
                await().atMost(60, SECONDS).until(() -> good.get() >= before + 8);
            } finally {
                over.set(true);
            }
            for (Future<?> client : clients) {
                client.get(60, SECONDS);
            }
        }
        assertThat(cut).as("requests that a restart broke off").hasPositiveValue();
        // Whatever ran when the proxy went has given its slots back.
        assertThat(agentsOf(tester.report(Jobs.wide(16)))).hasSize(4);
    }

    @Test
    void aProxysClockMayBeWrongByLessThanASignaturesLife() throws Exception {
        assertThat(answerToProxyAhead(20)).isEqualTo(200);
        assertThat(answerToProxyAhead(40)).isEqualTo(401);
        assertThat(answerToProxyAhead(-40)).isEqualTo(401);
        // What was signed before the agent started is refused, too.
        await().atMost(60, SECONDS).until(() -> answerToProxyAhead(-20) == 200);
    }

    @Test
    void anAgentWhoseClockIsWrongIsUsedWithinASignaturesLifeAndElseDoneWithout() throws Exception {
        Path clock = work.resolve("ahead.so");
        Process gcc =
                new ProcessBuilder(
                                "gcc",
                                "-shared",
                                "-fPIC",
                                "-o",
                                clock.toString(),
                                "src/test/clock/ahead.c")
                        .inheritIO()
                        .start();
        assertThat(gcc.waitFor()).isZero();
        swift.stopServer("agent-4");
        try {
            for (int seconds : new int[] {-45, 45}) {
                try (Role agent = agentAhead(clock, seconds)) {
                    assertThat(agent.address()).endsWith(":6300");
                    assertThat(answerToProxyAhead(4, seconds))
                            .as("with its own time")
                            .isEqualTo(200);
                    assertThat(answerToProxyAhead(4, 0)).isEqualTo(401);
                    assertThat(tester.job(GOLD).expect(200).body()).isEqualTo(texts);
                    assertThat(agentsOf(tester.report(GOLD))).doesNotContain("node4");
                    assertThat(agentsOf(tester.report(Jobs.wide(16)))).hasSize(3);
                }
            }
            assertThat(swift.folder().resolve("log/zerocloud"))
                    .content()
                    .contains("agent node4 answered 401: ", "its clock differs by more than 30 s");
            for (int seconds : new int[] {-10, 10}) {
                try (Role _ = agentAhead(clock, seconds)) {
                    awaitAgents(4);
                    List<Ran> sessions = tester.report(GOLD);
                    assertThat(sessions).allMatch(Ran::local);
                    assertThat(tester.job(GOLD).expect(200).body()).isEqualTo(texts);
                }
            }
        } finally {
            swift.startServer("agent-4");
        }
        awaitAgents(4);
    }

    /** Node 4's agent as a process whose clock is so many seconds ahead. */
    private static Role agentAhead(Path clock, int seconds) throws IOException {
        return Role.start(
                swift.folder().resolve("zerocloud/agent-4.yaml"),
                work.resolve("agent-4.log"),
                Map.of("LD_PRELOAD", clock.toString(), "AHEAD", Integer.toString(seconds)));
    }

    private static int answerToProxyAhead(int seconds) throws IOException, InterruptedException {
        return answerToProxyAhead(1, seconds);
    }

    /** How a node's agent answers a proxy whose clock is so many seconds ahead. */
    private static int answerToProxyAhead(int node, int seconds)
            throws IOException, InterruptedException {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
        ClusterKey key = ClusterKey.read(swift.folder().resolve("zerocloud/cluster.key"));
        String target = "/v1/status";
        String signature =
                new Signer(key, clock).sign("node" + node, "GET", target, Signer.NO_BODY);
        URI url = URI.create("http://" + swift.nodeAddresses().get(node - 1) + ":6300" + target);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(
                            HttpRequest.newBuilder(url).header(Signer.HEADER, signature).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** Gives a node another share of the objects, and the cluster the ring that follows. */
    private static void weigh(int node, int weight) throws Exception {
        String builder = swift.swiftDir().resolve("object.builder").toString();
        String device = "r1z" + node + "-" + swift.nodeAddresses().get(node - 1) + ":6200/d1";
        swift.exec("swift-ring-builder", builder, "pretend_min_part_hours_passed");
        swift.exec("swift-ring-builder", builder, "set_weight", device, Integer.toString(weight));
        swift.exec("swift-ring-builder", builder, "rebalance", "--force", "--seed", "7");
    }

    private static void replicate() throws Exception {
        for (int node = 1; node <= 4; node++) {
            swift.exec(
                    "swift-object-replicator",
                    swift.swiftDir().resolve("object-server-" + node + ".conf").toString(),
                    "once");
        }
    }

    private static List<String> agentsOf(List<Ran> sessions) {
        return sessions.stream().map(Ran::agent).distinct().collect(Collectors.toList());
    }

    /** Until so many agents take part again. */
    private static void awaitAgents(int count) {
        await().atMost(60, SECONDS)
                .until(() -> agentsOf(tester.report(Jobs.wide(4 * count))).size() == count);
    }
}
