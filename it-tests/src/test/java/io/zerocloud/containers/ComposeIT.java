package io.zerocloud.containers;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import io.zerocloud.cluster.ClusterCases;
import io.zerocloud.cluster.ClusterUser;
import io.zerocloud.cluster.Jobs;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ContainerState;
import org.testcontainers.containers.wait.strategy.Wait;

/** The cases on docker-compose.yml, which Testcontainers starts: one container a storage node. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT extends ClusterCases {
    private static final int PORT = 8088;
    private static final File DOCKER_COMPOSE =
            Path.of("../docker-compose.yml").toAbsolutePath().normalize().toFile();

    @TempDir private static Path work;

    private static @Nullable ComposeContainer compose;
    private static URI authUrl;
    private static ClusterUser tester;

    @BeforeAll
    @Timeout(1800)
    static void up() throws Exception {
        Docker.requireImages();
        ComposeContainer cluster =
                new ComposeContainer(DOCKER_COMPOSE)
                        .withPull(false)
                        .withEnv("ZEROCLOUD_PORT", "0")
                        // Which depends on the health of all others.
                        .waitingFor(
                                "proxy",
                                Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(10)));
        compose = cluster;
        cluster.start();
        authUrl = URI.create("http://" + address(service("proxy")) + "/auth/v1.0");
        tester = ClusterUser.tempAuth(authUrl, "test:tester", "testing");
        givePrograms(tester, work);
    }

    @AfterAll
    @Timeout(120)
    static void down() {
        if (compose != null) {
            compose.stop();
        }
    }

    @Override
    protected URI authUrl() {
        return authUrl;
    }

    @Override
    protected ClusterUser tester() {
        return tester;
    }

    @Override
    protected Path work() {
        return work;
    }

    @Override
    protected boolean diskHolds(String agent, String text) throws Exception {
        Container.ExecResult found =
                service(agent.replace("node", "storage"))
                        .execInContainer("grep", "-rlxF", text.strip(), "/srv/node");
        return found.getStdout().strip().endsWith(".data");
    }

    @Test
    void onlyTheSandboxRunsAsRoot() {
        // Beside it only who starts the others, and now and then a health check on its way.
        await().atMost(60, SECONDS)
                .untilAsserted(
                        () ->
                                assertThat(programs(true))
                                        .isSubsetOf("docker-init", "role", "zerocloud-super")
                                        .contains("zerocloud-super"));
        // The kernel keeps fifteen bytes of a name.
        assertThat(programs(false))
                .contains("object-1", "container-2", "account-3", "proxy-tempauth", "memcached")
                .contains("object-replicat", "object-reconstr", "object-updater", "expirer")
                .contains("container-repli", "container-updat", "account-replica", "rsync")
                .contains("java");
    }

    /** What root, or all others, run in the containers. */
    private static List<String> programs(boolean root) {
        List<String> names = new ArrayList<>();
        for (String service : List.of("storage1", "storage2", "storage3", "storage4", "proxy")) {
            for (String[] process : processes(service)) {
                if (process[1].equals("0") == root) {
                    names.add(process[2]);
                }
            }
        }
        return names;
    }

    @Test
    void anExpiredObjectIsRemovedFromTheDisks() throws Exception {
        String text = "removed when its time is over\n";
        tester.put("removed", "").put("removed/o", text, "X-Delete-After", "5");
        assertThat(holders(text)).hasSize(3);
        await().atMost(240, SECONDS).pollInterval(2, SECONDS).until(() -> holders(text).isEmpty());
        await().atMost(50, SECONDS)
                .until(() -> tester.send("GET", "removed", new byte[0]).body().isEmpty());
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whatIsWrittenWhileANodeIsAwayComesToItLater() throws Exception {
        tester.put("written", "");
        List<String> texts = new ArrayList<>();
        DockerClient docker = DockerClientFactory.lazyClient();
        String storage2 = service("storage2").getContainerId();
        docker.stopContainerCmd(storage2).withTimeout(20).exec();
        for (int i = 0; i < 6; i++) {
            texts.add("written while storage2 is away, " + i + "\n");
            tester.put("written/" + i, texts.get(i));
        }
        docker.startContainerCmd(storage2).exec();
        // Each lies where the ring has it at the end, and no longer where it waited.
        await().atMost(240, SECONDS)
                .pollInterval(2, SECONDS)
                .untilAsserted(
                        () -> {
                            List<String> all = new ArrayList<>();
                            for (String text : texts) {
                                assertThat(holders(text)).as(text).hasSize(3);
                                all.addAll(holders(text));
                            }
                            assertThat(all).contains("node2");
                        });
    }

    @Test
    @Order(Integer.MAX_VALUE - 1) // Swift's proxy avoids a node that was away for a minute
    void jobsRunBesideTheirDataAlsoWhenAContainerIsGone() throws Exception {
        tester.put("nodes", "");
        StringBuilder texts = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            tester.put("nodes/" + i, "text " + i + "\n");
            texts.append("text ").append(i).append('\n');
        }
        String job = Jobs.copy("swift://~/nodes/*");
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts.toString());
        assertThat(tester.report(job)).hasSize(6).allMatch(ClusterUser.Ran::local);
        String storage1 = service("storage1").getContainerId();
        DockerClient docker = DockerClientFactory.lazyClient();
        docker.stopContainerCmd(storage1).withTimeout(20).exec();
        assertThat(service("storage1").getLogs()).doesNotContain("ERROR i.z.");
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts.toString());
        assertThat(tester.report(job)).allMatch(ran -> ran.local() && !ran.agent().equals("node1"));
        docker.startContainerCmd(storage1).exec();
        await().atMost(200, SECONDS)
                .until(
                        () ->
                                tester.report(Jobs.wide(16)).stream()
                                        .anyMatch(ran -> ran.agent().equals("node1")));
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts.toString());
    }

    /** The agents beside whose object servers such a text lies on disk. */
    private List<String> holders(String text) throws Exception {
        List<String> agents = new ArrayList<>();
        for (String agent : List.of("node1", "node2", "node3", "node4")) {
            if (diskHolds(agent, text)) {
                agents.add(agent);
            }
        }
        return agents;
    }

    /** Process id, user id and program of each. */
    private static List<String[]> processes(String service) {
        return Arrays.asList(
                DockerClientFactory.lazyClient()
                        .topContainerCmd(service(service).getContainerId())
                        .withPsArgs("-eo pid,uid,comm")
                        .exec()
                        .getProcesses());
    }

    private static ContainerState service(String name) {
        return requireNonNull(compose).getContainerByServiceName(name).orElseThrow();
    }

    /** Where the compose file publishes the proxy's port. */
    private static String address(ContainerState proxy) {
        Ports.Binding[] published =
                requireNonNull(
                        proxy.getCurrentContainerInfo()
                                .getNetworkSettings()
                                .getPorts()
                                .getBindings()
                                .get(ExposedPort.tcp(PORT)));
        return DockerClientFactory.instance().dockerHostIpAddress()
                + ":"
                + published[0].getHostPortSpec();
    }
}
