package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.swift.store.StoreUser;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The caller's token expires when his job is authorised and its guests have not run yet. */
@Timeout(180)
class TokenExpiryTest {
    private static final Pattern LINK = Pattern.compile("kept until [0-9T:Z-]+ at (/kept/[^ \n]+)");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    private EmbeddedCluster cluster;
    private Client user;
    private Client other;

    @BeforeEach
    void start() throws Exception {
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder)
                                .withNodes(1, 1)
                                .withUsers(
                                        List.of(
                                                StoreUser.admin("test", "tester", "testing"),
                                                StoreUser.admin("other", "user", "key")))
                                .withJobs(FaultTest::smallOutputs));
        user = login();
        other = Client.login(cluster.url(), "other:user", "key");
        user.put("c", new byte[0]);
        user.put("c/o", "some data".getBytes(UTF_8));
        user.put("c/spin", TestGuests.named("spin"));
        user.put("c/copy", TestGuests.copy(0, 1, 0));
        user.put("c/random", TestGuests.copy(0, 4, 0));
        user.put(
                "c/http",
                TestGuests.says(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nX-Object-Meta-Colour: red\r\n\r\na,b\n",
                        "",
                        0));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Client login() throws Exception {
        return Client.login(cluster.url(), "test:tester", "testing");
    }

    /** Runs a job whose token is revoked while it waits for the only slot. */
    private HttpResponse<byte[]> expired(String job, String... headers) throws Exception {
        String spin =
                "[{'name':'n','exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<byte[]>> waiting;
            try (Socket _ = user.begin(spin, "X-Zerovm-Timeout", "100")) {
                await().atMost(PATIENCE).until(() -> cluster.agents().getFirst().sessions() == 1);
                waiting = threads.submit(() -> user.job(job, headers));
                await().atMost(PATIENCE).until(() -> cluster.waiting() > 0);
                cluster.revoke(user.token());
            }
            return waiting.get();
        }
    }

    private static String link(String text) {
        Matcher found = LINK.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }

    private static final String COPY =
            "[{'name':'n','exec':{'path':'swift://~/c/copy'},"
                    + "'devices':[{'name':'stdin','path':'swift://~/c/o'},"
                    + "{'name':'stdout','path':'swift://~/c/out','content_type':'text/plain','meta':{'a':'b'}}]}]";

    @Test
    void anOutputThatSwiftRefusesWaitsForItsOwnerWithANewToken() throws Exception {
        HttpResponse<byte[]> answer = expired(COPY);
        String account = user.account();
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(text(answer))
                .startsWith("Status 401 Unauthorized when putting /" + account + "/c/out; kept");
        assertThat(header(answer, "X-Nexe-Error")).isEqualTo(text(answer).strip());
        String link = link(text(answer));

        assertThat(user.call("GET", link, new byte[0]).statusCode())
                .as("the expired token")
                .isEqualTo(401);
        assertThat(user.anonymous().call("GET", link, new byte[0]).statusCode()).isEqualTo(401);
        for (String method : new String[] {"GET", "HEAD", "DELETE"}) {
            assertThat(other.call(method, link, new byte[0]).statusCode())
                    .as("another's account, " + method)
                    .isEqualTo(403);
        }
        // Rights in one's own account do not reach what was run in another.
        assertThat(
                        other.call("GET", link.replace(account, other.account()), new byte[0])
                                .statusCode())
                .isEqualTo(404);

        Client again = login();
        HttpResponse<byte[]> head = again.call("HEAD", link, new byte[0]);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("9");
        HttpResponse<byte[]> kept = again.call("GET", link, new byte[0]);
        assertThat(text(kept)).isEqualTo("some data");
        assertThat(header(kept, "Content-Type")).isEqualTo("text/plain");
        assertThat(header(kept, "X-Object-Meta-a")).isEqualTo("b");
        assertThat(again.call("PUT", link, new byte[0]).statusCode()).isEqualTo(405);
        assertThat(again.call("GET", link + "x", new byte[0]).statusCode()).isEqualTo(404);
        assertThat(again.call("GET", link.replace("/node1/", "/node9/"), new byte[0]).statusCode())
                .isEqualTo(404);

        assertThat(again.call("DELETE", link, new byte[0]).statusCode()).isEqualTo(204);
        assertThat(again.call("GET", link, new byte[0]).statusCode()).isEqualTo(404);
        assertThat(again.call("DELETE", link, new byte[0]).statusCode()).isEqualTo(404);
        assertThat(cluster.agents().getFirst().spoolBytes()).isZero();
        assertThat(cluster.agents().getFirst().keptOutputs()).isZero();
    }

    @Test
    void theReportNamesTheLinkOfEachOutput() throws Exception {
        String job =
                "[{'name':'n','exec':{'path':'swift://~/c/random'},"
                        + "'devices':[{'name':'stdin','path':'swift://~/c/o'},"
                        + "{'name':'output','path':'swift://~/c/out'},"
                        + "{'name':'stderr','path':'swift://~/c/err'}]},"
                        + "{'name':'http','exec':{'path':'swift://~/c/http'},"
                        + "'devices':[{'name':'stdout','path':'swift://~/c/page','content_type':'message/http'}]}]";
        HttpResponse<byte[]> answer = expired(job, "X-Zerovm-Report", "1");
        JsonNode nodes = new ObjectMapper().readTree(answer.body()).path("nodes");
        Client again = login();
        for (JsonNode node : nodes) {
            for (JsonNode stored : node.path("stored")) {
                assertThat(stored.path("status").asInt()).isEqualTo(401);
                String link = stored.path("kept").asText();
                assertThat(stored.path("error").asText()).endsWith(" at " + link);
                assertThat(stored.path("keptUntil").asText()).endsWith("Z");
                HttpResponse<byte[]> kept = again.call("GET", link, new byte[0]);
                assertThat(text(kept))
                        .isEqualTo(
                                switch (stored.path("device").asText()) {
                                    case "output" -> "some data";
                                    case "stderr" -> "";
                                    default -> "a,b\n";
                                });
                if (node.path("name").asText().equals("http")) {
                    assertThat(header(kept, "Content-Type")).isEqualTo("text/csv");
                    assertThat(header(kept, "X-Object-Meta-Colour")).isEqualTo("red");
                }
                assertThat(again.call("DELETE", link, new byte[0]).statusCode()).isEqualTo(204);
            }
        }
        assertThat(nodes.findValuesAsText("kept")).hasSize(3);
        assertThat(cluster.agents().getFirst().spoolBytes()).isZero();
    }

    @Test
    void anInputThatOnlySwiftHasFailsItsNode() throws Exception {
        HttpResponse<byte[]> answer =
                expired(
                        "[{'name':'n','exec':{'path':'swift://~/c/copy'},"
                                + "'devices':[{'name':'stdin','path':'swift://~/c'},{'name':'stdout'}]}]");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(text(answer)).contains(user.account() + "/c");
        assertThat(cluster.agents().getFirst().keptOutputs()).isZero();
    }
}
