package io.zerocloud.containers;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.cluster.ClusterCases;
import io.zerocloud.cluster.ClusterUser;
import io.zerocloud.cluster.Jobs;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cases on docker-compose.yml: one container a storage node, by one command. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT extends ClusterCases {
    private static final String PROJECT = "zerocloud-" + UUID.randomUUID();
    private static final Map<String, String> FREE_PORT = Map.of("ZEROCLOUD_PORT", "0");

    @TempDir private static Path work;

    private static boolean started;
    private static URI authUrl;
    private static ClusterUser tester;

    @BeforeAll
    @Timeout(1800)
    static void up() throws Exception {
        Docker.requireImages();
        started = true;
        compose("up", "--wait");
        authUrl = URI.create("http://" + compose("port", "proxy", "8088") + "/auth/v1.0");
        tester = ClusterUser.tempAuth(authUrl, "test:tester", "testing");
        givePrograms(tester, work);
    }

    @AfterAll
    @Timeout(120)
    static void down() throws Exception {
        if (started) {
            compose("down", "--volumes", "--timeout", "20");
            String label = "label=com.docker.compose.project=" + PROJECT;
            assertThat(Docker.run(Map.of(), "docker", "ps", "-aq", "--filter", label)).isEmpty();
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
        String service = agent.replace("node", "storage");
        String[] grep = {"exec", "-T", service, "grep", "-rlxF", text.strip(), "/srv/node"};
        return compose(grep).endsWith(".data");
    }

    @Test
    @Order(Integer.MAX_VALUE) // Swift's proxy avoids a node that was away for a minute
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
        compose("stop", "--timeout", "20", "storage1");
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts.toString());
        assertThat(tester.report(job)).allMatch(ran -> ran.local() && !ran.agent().equals("node1"));
        compose("start", "storage1");
        await().atMost(120, SECONDS)
                .until(
                        () ->
                                tester.report(Jobs.wide(16)).stream()
                                        .anyMatch(ran -> ran.agent().equals("node1")));
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts.toString());
    }

    private static String compose(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker", "compose", "-p", PROJECT));
        command.addAll(List.of(words));
        return Docker.run(FREE_PORT, command.toArray(String[]::new));
    }
}
