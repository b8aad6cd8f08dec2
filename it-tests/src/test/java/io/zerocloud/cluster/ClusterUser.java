package io.zerocloud.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Somebody with a token and an ordinary HTTP client. */
public final class ClusterUser {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI storage;
    private final String token;

    private ClusterUser(URI storage, String token) {
        this.storage = storage;
        this.token = token;
    }

    /** What came back; the body is text. */
    public record Answer(int status, String body, java.net.http.HttpHeaders headers) {
        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        public Answer expect(int wanted) throws IOException {
            if (status != wanted) {
                throw new IOException("status " + status + " in place of " + wanted + ": " + body);
            }
            return this;
        }
    }

    /** One session of a report. */
    public record Ran(String agent, String data, String why) {
        public boolean local() {
            return data.equals("local");
        }
    }

    /** Logs in at TempAuth. */
    public static ClusterUser tempAuth(URI authUrl, String user, String key)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HTTP.send(
                        HttpRequest.newBuilder(authUrl)
                                .header("X-Auth-User", user)
                                .header("X-Auth-Key", key)
                                .build(),
                        BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("login of " + user + " answered " + answer.statusCode());
        }
        return new ClusterUser(
                URI.create(answer.headers().firstValue("X-Storage-Url").orElseThrow()),
                answer.headers().firstValue("X-Auth-Token").orElseThrow());
    }

    /** Logs in at Keystone; the account is the catalogue's object store. */
    static ClusterUser keystone(URI authUrl, String user, String password)
            throws IOException, InterruptedException {
        String login =
                """
                {"auth": {"identity": {"methods": ["password"], "password": {"user":
                  {"name": "%s", "password": "%s", "domain": {"name": "Default"}}}},
                  "scope": {"project": {"name": "test", "domain": {"name": "Default"}}}}}
                """
                        .formatted(user, password);
        HttpResponse<byte[]> answer =
                HTTP.send(
                        HttpRequest.newBuilder(URI.create(authUrl + "/auth/tokens"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(login))
                                .build(),
                        BodyHandlers.ofByteArray());
        if (answer.statusCode() != 201) {
            throw new IOException("login of " + user + " answered " + answer.statusCode());
        }
        for (JsonNode service : new JsonMapper().readTree(answer.body()).at("/token/catalog")) {
            if (service.path("type").asText().equals("object-store")) {
                return new ClusterUser(
                        URI.create(service.at("/endpoints/0/url").asText()),
                        answer.headers().firstValue("X-Subject-Token").orElseThrow());
            }
        }
        throw new IOException("the catalogue has no object store");
    }

    /** The same user and account at another proxy of the cluster. */
    public ClusterUser at(String authority) {
        return new ClusterUser(URI.create("http://" + authority + storage.getPath()), token);
    }

    /** The same user in another's account. */
    ClusterUser in(String account) {
        return new ClusterUser(storage.resolve("/v1/" + account), token);
    }

    /** Somebody with this token in the same account; with an empty one, none. */
    ClusterUser withToken(String other) {
        return new ClusterUser(storage, other);
    }

    /** The account's name: {@code AUTH_test}. */
    public String account() {
        return storage.getPath().substring("/v1/".length());
    }

    public String token() {
        return token;
    }

    /** A request below the account's URL; headers are name, value, name, value. */
    public Answer send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                exchange(
                        method,
                        path,
                        body,
                        BodyHandlers.ofString(StandardCharsets.ISO_8859_1),
                        headers);
        return new Answer(answer.statusCode(), answer.body(), answer.headers());
    }

    /** Stores an object, or makes a container; fails unless Swift took it. */
    public ClusterUser put(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        Answer answer = send("PUT", path, body, headers);
        if (answer.status() / 100 != 2) {
            throw new IOException("PUT " + path + ": " + answer.status() + " " + answer.body());
        }
        return this;
    }

    public ClusterUser put(String path, String text, String... headers)
            throws IOException, InterruptedException {
        return put(path, text.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Posts a job description to the account. */
    public Answer job(String description, String... headers)
            throws IOException, InterruptedException {
        return send("POST", "", description.getBytes(StandardCharsets.UTF_8), jobs(headers));
    }

    /**
     * Starts curl for a job whose output is read while it runs, since Java's client knows no
     * trailers.
     *
     * @param head gets the answer's head and trailers
     */
    Process stream(String description, Path head) throws IOException {
        return new ProcessBuilder(
                        "curl",
                        "-sS",
                        "-N",
                        "-D",
                        head.toString(),
                        "-H",
                        "X-Auth-Token: " + token,
                        "-H",
                        "X-Zerovm-Execute: 1.0",
                        "-H",
                        "X-Zerovm-Stream: 1",
                        "-H",
                        "Content-Type: application/json",
                        "--data-binary",
                        description,
                        storage.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /**
     * Runs a job for its report: where its sessions ran, in job order. All must have ended well.
     */
    public List<Ran> report(String description) throws IOException, InterruptedException {
        Answer answer = job(description, "X-Zerovm-Report", "1").expect(200);
        return nodes(new JsonMapper().readTree(answer.body()).path("nodes")).toList();
    }

    private static Stream<Ran> nodes(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false)
                .map(
                        node ->
                                new Ran(
                                        node.path("agent").asText(),
                                        node.path("data").asText(),
                                        node.path("why").asText()));
    }

    private <T> HttpResponse<T> exchange(
            String method, String path, byte[] body, BodyHandler<T> handler, String... headers)
            throws IOException, InterruptedException {
        String below = path.isEmpty() ? "" : "/" + path;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(storage + below))
                        .timeout(Duration.ofMinutes(2))
                        .method(
                                method,
                                body.length == 0
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), handler);
    }

    private static String[] jobs(String... more) {
        return Stream.concat(
                        Stream.of("X-Zerovm-Execute", "1.0", "Content-Type", "application/json"),
                        Stream.of(more))
                .toArray(String[]::new);
    }
}
