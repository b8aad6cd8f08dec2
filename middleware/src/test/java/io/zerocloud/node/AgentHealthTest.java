package io.zerocloud.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.serve.EmbeddedCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent tells those who have no key. */
@Timeout(60)
class AgentHealthTest {
    @TempDir private Path folder;

    @Test
    void aStrangerLearnsThatItIsUpAndNothingElse() throws Exception {
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.start(EmbeddedCluster.Config.in(folder).withNodes(1, 1));
                HttpClient http = HttpClient.newHttpClient()) {
            int port = cluster.agents().getFirst().port();
            HttpResponse<String> healthy = ask(http, port, "GET", "/healthcheck");
            assertThat(healthy.statusCode()).isEqualTo(200);
            assertThat(healthy.body()).isEqualTo("OK");
            assertThat(ask(http, port, "PUT", "/healthcheck").statusCode()).isEqualTo(401);
            assertThat(ask(http, port, "GET", "/healthcheck/x").statusCode()).isEqualTo(401);
            assertThat(ask(http, port, "GET", "/healthcheck?x").statusCode()).isEqualTo(401);
            assertThat(ask(http, port, "GET", "/v1/status").statusCode()).isEqualTo(401);
        }
    }

    private static HttpResponse<String> ask(HttpClient http, int port, String method, String path)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
