package io.zerocloud.cli.app;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpMethod;
import io.zerocloud.swift.auth.Authentication;
import io.zerocloud.swift.auth.KeystoneV3;
import io.zerocloud.swift.auth.Login;
import io.zerocloud.swift.auth.TempAuth;
import io.zerocloud.swift.client.RequestBody;
import io.zerocloud.swift.client.SwiftAccount;
import io.zerocloud.swift.client.SwiftClient;
import io.zerocloud.swift.client.SwiftClientOptions;
import io.zerocloud.swift.client.SwiftResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An account as a user of the command line reaches it. */
public final class Site implements AutoCloseable {
    /** The longest job that a server runs by default, and its wait for slots. */
    private static final Duration LONGEST_JOB = Duration.ofMinutes(30);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Vertx vertx = Vertx.vertx();
    private final SwiftClient client;
    private final Authentication authentication;
    private final SwiftAccount account;

    private Site(AccountOptions.How how, Optional<String> proxy) throws IOException {
        client =
                new SwiftClient(
                        vertx,
                        SwiftClientOptions.defaults()
                                .withTimeouts(
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(1),
                                        LONGEST_JOB,
                                        PATIENCE));
        try {
            Login login =
                    switch (how) {
                        case AccountOptions.How.TempAuth(var url, var user, var key) -> {
                            TempAuth service = new TempAuth(URI.create(url), user, key);
                            yield new Login(() -> service.login(client.http()));
                        }
                        case AccountOptions.How.Keystone keystone -> {
                            KeystoneV3 service =
                                    KeystoneV3.of(
                                            URI.create(keystone.url()),
                                            keystone.user(),
                                            keystone.userDomain(),
                                            keystone.password(),
                                            keystone.project(),
                                            keystone.projectDomain());
                            yield new Login(() -> service.login(vertx));
                        }
                        case AccountOptions.How.Token(var storage, var token) ->
                                new Login(
                                        () ->
                                                Future.succeededFuture(
                                                        new Authentication(
                                                                URI.create(storage),
                                                                token,
                                                                Optional.empty())));
                    };
            authentication = await(login.authentication());
            URI storage = storage(authentication.storageUrl(), proxy);
            account = client.account(storage, login);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Logs in.
     *
     * @throws IOException if that fails
     * @throws IllegalArgumentException if neither options nor environment say where
     */
    public static Site open(AccountOptions options, Map<String, String> environment)
            throws IOException {
        return new Site(options.how(environment), options.proxy(environment));
    }

    /** Logs in at a server whose TempAuth answers at {@code url}. */
    public static Site tempAuth(String url, String user, String key) throws IOException {
        return new Site(new AccountOptions.How.TempAuth(url, user, key), Optional.empty());
    }

    private static URI storage(URI swift, Optional<String> proxy) {
        if (proxy.isEmpty()) {
            return swift;
        }
        String base = proxy.get().replaceAll("/+$", "");
        return URI.create(base + swift.getRawPath());
    }

    /** The account's operations, through the proxy if one is named. */
    public SwiftAccount account() {
        return account;
    }

    /** {@code AUTH_x}. */
    public String accountName() {
        String path = account.storageUrl().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What the authentication service said; the token is a secret. */
    public Authentication authentication() {
        return authentication;
    }

    /** Waits for an operation. */
    public static <T> T await(Future<T> future) throws IOException {
        CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
        try {
            return done.get(LONGEST_JOB.toSeconds() + 60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(Objects.toString(cause.getMessage(), cause.toString()), cause);
        } catch (TimeoutException e) {
            throw new IOException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Stores a file. */
    public void put(String container, String object, Path file, String type) throws IOException {
        put(container, object, file, headers("Content-Type", type));
    }

    /** Stores a file with the type that the store takes from its name. */
    public void put(String container, String object, Path file) throws IOException {
        put(container, object, file, headers());
    }

    private void put(String container, String object, Path file, MultiMap headers)
            throws IOException {
        long length = Files.size(file);
        await(
                vertx.fileSystem()
                        .open(file.toString(), new OpenOptions().setRead(true).setWrite(false))
                        .compose(
                                open ->
                                        account.putObject(
                                                        container,
                                                        object,
                                                        RequestBody.of(open.pause(), length),
                                                        headers)
                                                .eventually(() -> open.close())));
    }

    /** Writes an object to a file; what was there is replaced once the object is whole. */
    public void get(String container, String object, Path file) throws IOException {
        Path part = Files.createTempFile(file.getParent(), ".", ".part");
        try {
            await(
                    account.getObject(container, object)
                            .compose(
                                    download ->
                                            vertx.fileSystem()
                                                    .open(part.toString(), new OpenOptions())
                                                    .compose(download.body()::pipeTo)
                                                    .onFailure(_ -> download.cancel())));
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Stores a few bytes. */
    public void put(String container, String object, byte[] bytes, String type) throws IOException {
        await(
                account.putObject(
                        container,
                        object,
                        RequestBody.of(Buffer.buffer(bytes)),
                        headers("Content-Type", type)));
    }

    /** The answer to a job. */
    public record Answer(int status, String reason, MultiMap headers) {
        public String header(String name) {
            return Objects.requireNonNullElse(headers.get(name), "");
        }
    }

    /**
     * Posts a job and copies what it answers.
     *
     * @param file the body
     * @param out gets the body of the answer, whatever its status
     */
    public Answer run(Path file, MultiMap headers, OutputStream out) throws IOException {
        long length = Files.size(file);
        var open =
                await(
                        vertx.fileSystem()
                                .open(
                                        file.toString(),
                                        new OpenOptions().setRead(true).setWrite(false)));
        try {
            return run(RequestBody.of(open.pause(), length), headers, out);
        } finally {
            await(open.close());
        }
    }

    /** As {@link #run(Path, MultiMap, OutputStream)} with a body in memory. */
    public Answer run(byte[] body, MultiMap headers, OutputStream out) throws IOException {
        return run(RequestBody.of(Buffer.buffer(body)), headers, out);
    }

    private Answer run(RequestBody body, MultiMap headers, OutputStream out) throws IOException {
        headers.set("X-Zerovm-Execute", "1.0");
        Incoming incoming = new Incoming();
        SwiftResponse response =
                await(
                        account.request(HttpMethod.POST, "", body, headers)
                                .onSuccess(incoming::from));
        incoming.copyTo(response, out);
        return new Answer(response.status(), response.reason(), response.headers());
    }

    /** A body that an event loop receives and this thread writes. */
    private static final class Incoming {
        private static final int AHEAD = 16;
        private final LinkedBlockingQueue<Optional<Buffer>> queue = new LinkedBlockingQueue<>();
        private volatile String failure = "";

        void from(SwiftResponse answer) {
            answer.body().handler(bytes -> queue.add(Optional.of(bytes)));
            answer.body().endHandler(_ -> queue.add(Optional.empty()));
            answer.body()
                    .exceptionHandler(
                            cause -> {
                                failure = Objects.toString(cause.getMessage(), cause.toString());
                                queue.add(Optional.empty());
                            });
            answer.body().fetch(AHEAD);
        }

        void copyTo(SwiftResponse response, OutputStream out) throws IOException {
            try {
                while (true) {
                    Optional<Buffer> next = queue.take();
                    if (next.isEmpty()) {
                        break;
                    }
                    out.write(next.get().getBytes());
                    response.body().fetch(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            out.flush();
            if (!failure.isEmpty()) {
                throw new IOException("the answer broke off: " + failure);
            }
        }
    }

    /** Headers from names and values in turn. */
    public static MultiMap headers(String... pairs) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            headers.set(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    /** What a job file is, as a Content-Type: by its first bytes. */
    public static String typeOf(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(512);
        }
        if (head.length > 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
            return "application/x-gzip";
        }
        if (head.length > 262
                && new String(head, 257, 5, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .equals("ustar")) {
            return "application/x-tar";
        }
        return head.length > 1 && head[0] == '#' && head[1] == '!'
                ? "text/plain"
                : "application/json";
    }

    @Override
    public void close() {
        client.close();
        try {
            await(vertx.close());
        } catch (IOException e) {
            // Nothing depends on it any more.
        }
    }
}
