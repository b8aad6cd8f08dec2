package io.zerocloud.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a user does, with Java's own HTTP client. */
final class Client {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;
    private final String account;
    private final String token;

    private Client(String base, String account, String token) {
        this.base = base;
        this.account = account;
        this.token = token;
    }

    static Client login(String url, String user, String key)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HTTP.send(
                        HttpRequest.newBuilder(URI.create(url + "/auth/v1.0"))
                                .header("X-Auth-User", user)
                                .header("X-Auth-Key", key)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("login: " + answer.statusCode() + " " + answer.body());
        }
        String storage = answer.headers().firstValue("X-Storage-Url").orElseThrow();
        return new Client(
                url,
                storage.substring(storage.lastIndexOf('/') + 1),
                answer.headers().firstValue("X-Auth-Token").orElseThrow());
    }

    /** The same user without a token. */
    Client anonymous() {
        return new Client(base, account, "");
    }

    String token() {
        return token;
    }

    String account() {
        return account;
    }

    HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        request.method(
                method,
                body.length == 0
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    void put(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = call("PUT", "/v1/" + account + "/" + path, body, headers);
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("PUT " + path + ": " + answer.statusCode() + " " + text(answer));
        }
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return call("GET", "/v1/" + account + "/" + path, new byte[0]);
    }

    /** Posts a job description; single quotes in it stand for double ones. */
    HttpResponse<byte[]> job(String json, String... headers)
            throws IOException, InterruptedException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 4);
        all[headers.length] = "X-Zerovm-Execute";
        all[headers.length + 1] = "1.0";
        all[headers.length + 2] = "Content-Type";
        all[headers.length + 3] = "application/json";
        return call(
                "POST",
                "/v1/" + account,
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                all);
    }

    /** Sends a job over a connection of its own; who closes that has left the job. */
    Socket begin(String json, String... headers) throws IOException {
        String body = json.replace('\'', '"');
        StringBuilder head = new StringBuilder("POST /v1/" + account + " HTTP/1.1\r\nHost: h\r\n");
        head.append("X-Auth-Token: ").append(token).append("\r\n");
        head.append("X-Zerovm-Execute: 1.0\r\nContent-Type: application/json\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort());
        socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
