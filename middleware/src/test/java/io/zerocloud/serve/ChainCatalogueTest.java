package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that follow a job, and jobs whose result is an object. */
class ChainCatalogueTest extends AppCatalogue {
    @Test
    void c69And71AJobThatAnswersWithAJobIsFollowedByIt() throws Exception {
        String second =
                "[{'name':'second','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'},{'name':'stdout','content_type':'text/x-last'}]}]";
        user.put("c/first", TestGuests.says(chained("application/json", second), "", 0));
        app("c/chain", one("c/first", "message/http"));
        HttpResponse<byte[]> answer =
                user.call("POST", "/open/" + user.account() + "/c/chain", bytes("kept for it"));
        assertThat(text(answer)).isEqualTo("kept for it");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/x-last");
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("second");
        assertThat(Double.parseDouble(header(answer, "X-Chain-Total-Time"))).isPositive();

        answer = user.job(one("c/first", "message/http"));
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("second");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void c72AnEndpointsChainStoresThePayload() throws Exception {
        user.put("stored72", new byte[0]);
        String second =
                "[{'name':'second','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'},{'name':'stdout','path':'swift://~/stored72/my_object','content_type':'text/x-72'}]}]";
        user.put("c/first72", TestGuests.says(chained("application/json", second), "", 0));
        app("c/chain72", one("c/first72", "message/http"));
        user.put("api72", new byte[0]);
        endpoint("api72", "c/chain72", "");
        for (String payload : new String[] {"once", "twice"}) {
            HttpResponse<byte[]> answer =
                    user.call("PUT", "/api/" + user.account() + "/api72/my_object", bytes(payload));
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(header(answer, "X-Nexe-System")).isEqualTo("second");
            HttpResponse<byte[]> stored = user.get("stored72/my_object");
            assertThat(text(stored)).isEqualTo(payload);
            assertThat(header(stored, "Content-Type")).isEqualTo("text/x-72");
        }
    }

    @Test
    void anAnswerThatIsNoJobEndsTheChain() throws Exception {
        user.put("c/typed", TestGuests.says(chained("application/json; a=b", COPY), "", 0));
        HttpResponse<byte[]> answer = user.job(one("c/typed", "message/http"));
        assertThat(text(answer)).isEqualTo(new String(json(COPY), UTF_8));
        user.put("c/nojson", TestGuests.says(chained("application/json", "no"), "", 0));
        answer = user.job(one("c/nojson", "message/http"));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(text(answer)).startsWith("Could not parse system map");
    }

    @Test
    void c70AnEndlessChainEndsWithItsTime(@TempDir Path directory) throws Exception {
        try (EmbeddedCluster small =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(directory)
                                .withNodes(1, 2)
                                .withJobs(
                                        settings ->
                                                settings.withTimes(
                                                        Duration.ofDays(1),
                                                        Duration.ofSeconds(10),
                                                        Duration.ofMillis(20))))) {
            Client tester = Client.login(small.url(), "test:tester", "testing");
            tester.put("c", new byte[0]);
            String again = one("c/loop", "message/http");
            tester.put("c/loop", TestGuests.says(chained("application/json", again), "", 0));
            HttpResponse<byte[]> answer = tester.job(again);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(json(again));
            assertThat(Double.parseDouble(header(answer, "X-Chain-Total-Time")))
                    .isGreaterThanOrEqualTo(0.02);
        }
    }

    @Test
    void c46ADeferredJobsResultIsAnObject() throws Exception {
        String slow =
                "[{'name':'n','exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";
        HttpResponse<byte[]> answer =
                user.job(slow, "X-Zerovm-Deferred", "auto", "X-Zerovm-Timeout", "4");
        assertThat(answer.statusCode()).isEqualTo(200);
        String url = text(answer);
        assertThat(url).startsWith("swift://" + user.account() + "/.zvm/job-");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("x-nexe"));
        String path = url.substring(("swift://" + user.account() + "/").length());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.get(path + ".headers").statusCode() == 200);
        assertThat(text(user.get(path))).contains("retcode=Timed out");
        assertThat(text(user.get(path + ".headers")))
                .contains("\"Status\":\"500\"", "\"X-Nexe-System\":\"n\"");
    }

    @Test
    void c47ADeferredJobsResultIsStoredWhereItWasPosted() throws Exception {
        String slow =
                "[{'name':'n','exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";
        HttpResponse<byte[]> answer = deferred("jobs47/my_job", slow, "auto");
        assertThat(text(answer)).isEqualTo("swift://" + user.account() + "/jobs47/my_job");
        assertThat(user.get("jobs47").statusCode()).as("made for it").isIn(200, 204);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.get("jobs47/my_job.headers").statusCode() == 200);
        assertThat(text(user.get("jobs47/my_job"))).contains("retcode=Timed out");

        answer = deferred("jobs/my_job", one("c/hello", "text/x-mine"), "always");
        assertThat(text(answer)).isEqualTo("swift://" + user.account() + "/jobs/my_job");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.get("jobs/my_job.headers").statusCode() == 200);
        HttpResponse<byte[]> result = user.get("jobs/my_job");
        assertThat(text(result)).isEqualTo("hello, world");
        assertThat(header(result, "Content-Type")).isEqualTo("text/x-mine");
    }

    private static HttpResponse<byte[]> deferred(String path, String job, String when)
            throws Exception {
        return user.call(
                "POST",
                path(path),
                json(job),
                "X-Zerovm-Execute",
                "1.0",
                "Content-Type",
                "application/json",
                "X-Zerovm-Timeout",
                "4",
                "X-Zerovm-Deferred",
                when);
    }

    @Test
    void aDeferredJobThatIsRefusedSaysSoAtOnce() throws Exception {
        assertThat(user.job("[]", "X-Zerovm-Deferred", "always").statusCode()).isEqualTo(400);
        assertThat(
                        other.call(
                                        "POST",
                                        "/v1/" + user.account() + "/out/x",
                                        json(one("c/hello", "a/b")),
                                        "X-Zerovm-Execute",
                                        "1.0",
                                        "X-Zerovm-Deferred",
                                        "always")
                                .statusCode())
                .isEqualTo(403);
    }
}
