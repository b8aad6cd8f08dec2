package io.zerocloud.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A user with an ordinary HTTP client: what curl would do. */
final class UserClient implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String storage;
    private final String token;

    /** Logs in. */
    UserClient(String authUrl, String user, String key) throws IOException, InterruptedException {
        HttpResponse<Void> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(authUrl))
                                .header("X-Auth-User", user)
                                .header("X-Auth-Key", key)
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("login answered " + answer.statusCode());
        }
        storage = answer.headers().firstValue("X-Storage-Url").orElseThrow();
        token = answer.headers().firstValue("X-Auth-Token").orElseThrow();
    }

    String token() {
        return token;
    }

    String storage() {
        return storage;
    }

    void put(String path, byte[] body) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                send(request("/" + path).PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("PUT " + path + " answered " + answer.statusCode());
        }
    }

    void put(String path, Path file) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                send(request("/" + path).PUT(HttpRequest.BodyPublishers.ofFile(file)).build());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("PUT " + path + " answered " + answer.statusCode());
        }
    }

    /** The stream of an object; closed by the caller. */
    InputStream get(String path) throws IOException, InterruptedException {
        return http.send(request("/" + path).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    /** Posts a zapp to the account. */
    HttpResponse<byte[]> run(byte[] zapp, boolean report) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request("")
                        .header("X-Zerovm-Execute", "1.0")
                        .header("Content-Type", "application/x-tar")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(zapp));
        if (report) {
            request.header("X-Zerovm-Report", "1");
        }
        return send(request.build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(storage + path))
                .timeout(Duration.ofMinutes(10))
                .header("X-Auth-Token", token);
    }

    private HttpResponse<byte[]> send(HttpRequest request)
            throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
