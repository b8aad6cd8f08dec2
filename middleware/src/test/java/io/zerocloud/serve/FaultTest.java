package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.node.AgentServer;
import io.zerocloud.plan.PlanSettings;
import io.zerocloud.run.JobSettings;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails, a job ends with a correct answer or a clear error, and nothing of it remains. */
@Timeout(180)
class FaultTest {
    private static final long MAX_OUTPUT = 32L << 20;

    /** Long enough on a busy machine; what is waited for does not come by itself later. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Two supervisors, where they have namespaces of their own, and a pool of four workers. */
    private static final long IDLE = 6;

    @TempDir Path folder;

    private EmbeddedCluster cluster;
    private Client user;
    private @Nullable AgentServer stopped;

    @BeforeEach
    void start() throws Exception {
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder)
                                .withNodes(2, 1)
                                .withSpool(64L << 20)
                                .withJobs(FaultTest::smallOutputs));
        user = Client.login(cluster.url(), "test:tester", "testing");
        user.put("c", new byte[0]);
        user.put("c/o", "first".getBytes(UTF_8));
        user.put("c/spin", TestGuests.named("spin"));
        user.put("c/copy", TestGuests.copy(0, 1, 0));
        user.put("c/flood", TestGuests.named("flood"));
        user.put("c/hello", TestGuests.says("hello", "", 0));
    }

    /** Outputs of at most 32 MiB: a guest that floods comes to its end soon. */
    static JobSettings smallOutputs(JobSettings settings) {
        PlanSettings plan = settings.plan();
        return settings.withPlan(
                        new PlanSettings(
                                plan.limits(),
                                plan.maxIops(),
                                plan.maxInput(),
                                MAX_OUTPUT,
                                plan.defaultContentType(),
                                plan.readCheck()))
                .withQueue(Duration.ofSeconds(60), settings.maxJobs());
    }

    @AfterEach
    void nothingRemains() {
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(cluster.waiting()).isZero();
                                assertThat(cluster.agents())
                                        .allSatisfy(
                                                agent -> {
                                                    assertThat(agent.sessions()).isZero();
                                                    assertThat(agent.networks()).isZero();
                                                    assertThat(agent.spoolBytes()).isZero();
                                                })
                                        .filteredOn(agent -> agent != stopped)
                                        .allSatisfy(agent -> assertThat(agent.freeSlots()).isOne());
                                assertThat(sandboxes()).isLessThanOrEqualTo(IDLE);
                            });
            assertThat(folder.resolve("zerocloud/proxy").toFile().list())
                    .as("what uploads left beside the mark of the folder")
                    .containsExactly(".zerocloud-work");
            for (String node : new String[] {"node1", "node2"}) {
                assertThat(folder.resolve("zerocloud/" + node + "/spool")).isEmptyDirectory();
            }
        } finally {
            cluster.close();
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sandboxes()).isZero());
    }

    /** The sandbox's processes: a supervisor and workers, each of which serves one guest. */
    private static long sandboxes() {
        return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).count();
    }

    private static String run(String name, String more) {
        return "[{'name':'n','exec':{'path':'swift://~/c/%s'},'devices':[%s{'name':'stdout','content_type':'text/plain'}]}]"
                .formatted(name, more);
    }

    @Test
    void aGuestThatNeverEndsIsStoppedByItsTimeout() throws Exception {
        HttpResponse<byte[]> answer = user.job(run("spin", ""), "X-Zerovm-Timeout", "1");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(text(answer))
                .startsWith("ERROR OBJ.QUERY retcode=Timed out,  zerovm_stdout=session timeout");
        assertThat(header(answer, "X-Nexe-Error")).isEqualTo("Timed out");
    }

    @Test
    void aClientThatLeavesEndsItsJobAtOnce() throws Exception {
        try (Socket _ = user.begin(run("spin", ""), "X-Zerovm-Timeout", "100")) {
            await().atMost(PATIENCE)
                    .until(() -> cluster.agents().stream().mapToInt(a -> a.sessions()).sum() == 1);
        }
        await().atMost(PATIENCE)
                .until(() -> cluster.agents().stream().mapToInt(a -> a.sessions()).sum() == 0);
        assertThat(text(user.job(run("hello", "")))).isEqualTo("hello");
    }

    @Test
    void aGuestThatFloodsItsOutputMeetsItsLimitAndTheRestIsDelivered() throws Exception {
        HttpResponse<byte[]> answer = user.job(run("flood", ""));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("3");
        assertThat(answer.body()).hasSize((int) MAX_OUTPUT);
    }

    @Test
    void anAgentWithoutSpaceSaysSo() throws Exception {
        // Two floods on each of two nodes of 64 MiB fit; three at one node do not.
        String job =
                "[{'name':'n','count':6,'exec':{'path':'swift://~/c/flood'},'devices':[{'name':'stdout','content_type':'text/plain'}]}]";
        HttpResponse<byte[]> answer = user.job(job);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(header(answer, "X-Nexe-Error")).contains("spool space of agent");
    }

    @Test
    void aGuestThatNeverReadsItsInputDoesNotHang() throws Exception {
        user.put("c/big", new byte[8 << 20]);
        assertThat(text(user.job(run("hello", "{'name':'stdin','path':'swift://~/c/big'},"))))
                .isEqualTo("hello");
    }

    @Test
    void aSlowReaderHoldsNothingButItsOwnAnswer() throws Exception {
        try (Socket socket = user.begin(run("flood", ""))) {
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(1000)).hasSize(1000);
            // While this one waits, others run: its slot is free, its output waits at the agent.
            assertThat(text(user.job(run("hello", "")))).isEqualTo("hello");
            assertThat(text(user.job(run("hello", "")))).isEqualTo("hello");
        }
    }

    @Test
    void anObjectThatWasOverwrittenOrDeletedMeanwhileFailsTheSessionAndIsNamed() throws Exception {
        user.put("c/doomed", "doomed".getBytes(UTF_8));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Socket> blockers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                blockers.add(user.begin(run("spin", ""), "X-Zerovm-Timeout", "100"));
            }
            await().atMost(PATIENCE)
                    .until(() -> cluster.agents().stream().mapToInt(a -> a.sessions()).sum() == 2);
            Future<HttpResponse<byte[]>> changed =
                    threads.submit(
                            () ->
                                    user.job(
                                            run(
                                                    "copy",
                                                    "{'name':'stdin','path':'swift://~/c/o'},")));
            Future<HttpResponse<byte[]>> deleted =
                    threads.submit(
                            () ->
                                    user.job(
                                            run(
                                                    "copy",
                                                    "{'name':'stdin','path':'swift://~/c/doomed'},")));
            // Both are pinned and wait for a slot once they were planned.
            await().atMost(PATIENCE).until(() -> cluster.waiting() == 2);
            user.put("c/o", "second".getBytes(UTF_8));
            user.call("DELETE", "/v1/" + user.account() + "/c/doomed", new byte[0]);
            for (Socket blocker : blockers) {
                blocker.close();
            }
            assertThat(changed.get().statusCode()).isEqualTo(409);
            assertThat(text(changed.get())).contains("/c/o");
            assertThat(deleted.get().statusCode()).isEqualTo(404);
            assertThat(text(deleted.get())).contains("/c/doomed");
        }
    }

    @Test
    void aSessionWhoseAgentStopsRunsElsewhere() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<byte[]>> job =
                    threads.submit(() -> user.job(run("spin", ""), "X-Zerovm-Timeout", "4"));
            await().atMost(PATIENCE)
                    .until(() -> cluster.agents().stream().mapToInt(a -> a.sessions()).sum() == 1);
            stopped =
                    cluster.agents().stream()
                            .filter(a -> a.sessions() == 1)
                            .findFirst()
                            .orElseThrow();
            stopped.close();
            // It was started anew at the other node, where its time ran out in the ordinary way.
            assertThat(text(job.get())).contains("retcode=Timed out");
        }
        assertThat(text(user.job(run("hello", "")))).isEqualTo("hello");
    }

    @Test
    void joinedSessionsWhoseAgentStopsAreToldOrRunElsewhereAndNothingHangs() throws Exception {
        String job =
                "[{'name':'n','count':2,'connect':['n'],'exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<byte[]>> answer =
                    threads.submit(() -> user.job(job, "X-Zerovm-Timeout", "100"));
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    cluster.agents().stream().allMatch(a -> a.sessions() == 1)
                                            && cluster.agents().stream()
                                                    .allMatch(a -> a.networks() == 1));
            stopped = cluster.agents().getFirst();
            stopped.close();
            // One slot is left and two are wanted: there is no room for the two together.
            assertThat(answer.get().statusCode()).isEqualTo(503);
        }
        assertThat(text(user.job(run("hello", "")))).isEqualTo("hello");
    }

    @Test
    void twoHundredJobsAtOnceAllEndWell() throws Exception {
        List<Future<HttpResponse<byte[]>>> jobs = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                jobs.add(
                        threads.submit(
                                () ->
                                        user.job(
                                                run(
                                                        "copy",
                                                        "{'name':'stdin','path':'swift://~/c/o'},"))));
            }
        }
        for (Future<HttpResponse<byte[]>> job : jobs) {
            HttpResponse<byte[]> answer = job.get();
            assertThat(answer.statusCode()).as(text(answer)).isIn(200, 503);
            assertThat(text(answer))
                    .isEqualTo(answer.statusCode() == 200 ? "first" : "Slot not available");
        }
        assertThat(jobs.stream().filter(job -> job.resultNow().statusCode() == 200).count())
                .isGreaterThan(100);
    }
}
