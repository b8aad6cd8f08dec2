package io.zerocloud.swift.store;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A running store with the users of Swift's own functional tests, and a plain HTTP client. */
final class StoreFixture implements AutoCloseable {
    static final List<StoreUser> USERS =
            List.of(
                    StoreUser.admin("test", "tester", "testing"),
                    StoreUser.admin("test2", "tester2", "testing2"),
                    new StoreUser("test", "tester3", "testing3", List.of()));

    private final EmbeddedStore store;
    private final HttpClient client = HttpClient.newHttpClient();

    StoreFixture(Path directory) throws IOException {
        this(directory, Duration.ofSeconds(60));
    }

    StoreFixture(Path directory, Duration clientTimeout) throws IOException {
        store =
                EmbeddedStore.start(
                        new StoreConfig(directory, USERS, 4, 3, "127.0.0.1", 0, clientTimeout));
    }

    EmbeddedStore store() {
        return store;
    }

    String url(String path) {
        return store.url() + path;
    }

    /** The token of a user. */
    String token(StoreUser user) throws IOException, InterruptedException {
        return request(
                        "GET",
                        "/auth/v1.0",
                        new byte[0],
                        "X-Auth-User",
                        user.name(),
                        "X-Auth-Key",
                        user.key())
                .headers()
                .firstValue("X-Auth-Token")
                .orElseThrow();
    }

    String ownerToken() throws IOException, InterruptedException {
        return token(USERS.getFirst());
    }

    /** A request as the owner of AUTH_test. */
    HttpResponse<byte[]> owner(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "X-Auth-Token";
        all[headers.length + 1] = ownerToken();
        return request(method, "/v1/AUTH_test" + path, body, all);
    }

    HttpResponse<byte[]> owner(String method, String path, String... headers)
            throws IOException, InterruptedException {
        return owner(method, path, new byte[0], headers);
    }

    HttpResponse<byte[]> request(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url(path)))
                        .method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
        store.close();
    }
}
