package io.zerocloud.authority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.stream.BlockingHttp;
import io.zerocloud.stream.BlockingHttp.Call;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.util.Optional;

/**
 * Keystone's tokens, each validated with itself, which any user may do. The name has the form of
 * TempAuth's groups: {@code project,project:user}.
 */
public final class KeystoneUsers implements Users.Directory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ANSWER = 1 << 20;

    private final BlockingHttp http;
    private final String path;

    /**
     * @param http a client of Keystone; stays the caller's
     * @param path of its API, such as {@code /v3} or {@code /identity/v3}
     */
    public KeystoneUsers(BlockingHttp http, String path) {
        this.http = http;
        this.path = path.replaceAll("/+$", "");
    }

    @Override
    public Optional<String> userOf(String token) throws IOException {
        Call call =
                Call.to("GET", path + "/auth/tokens?nocatalog")
                        .header("X-Auth-Token", token)
                        .header("X-Subject-Token", token);
        try (Reply reply = http.send(call)) {
            if (reply.status() != 200) {
                return Optional.empty();
            }
            JsonNode about = JSON.readTree(reply.bytes(MAX_ANSWER)).path("token");
            String project = about.path("project").path("name").asText();
            String user = about.path("user").path("name").asText();
            return user.isEmpty()
                    ? Optional.empty()
                    : Optional.of(project.isEmpty() ? user : project + "," + project + ":" + user);
        }
    }
}
