package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes at moments of no choosing. */
class DurabilityIT {
    private static final int WRITERS = 8;
    private static final int ROUNDS = 3;
    private static final int NAMES = 60;
    private static final long MEMORY_TEST_BYTES = 200L << 20;

    @TempDir private Path directory;
    private final HttpClient client = HttpClient.newHttpClient();

    /** What clients were told last of each name: its text, or that it is deleted. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    /** What was under way when the store was killed: it may have happened or not. */
    private final Map<String, String> attempted = new ConcurrentHashMap<>();

    private static final String DELETED = "(deleted)";

    @Test
    void aKillAtAnyMomentLosesNothingThatWasAcknowledged() throws Exception {
        Random random = new Random(20261124);
        for (int round = 0; round < ROUNDS; round++) {
            try (StoreProcess store = StoreProcess.start(directory, 4, 3)) {
                String token = token(store);
                send(store, token, "PUT", "/c", "");
                check(store, token);
                writeUntilKilled(store, token, round, 30 + random.nextInt(200));
            }
        }
        assertThat(acknowledged).isNotEmpty();
        try (StoreProcess store = StoreProcess.start(directory, 4, 3)) {
            check(store, token(store));
        }
        try (Stream<Path> temporaries = Files.walk(directory.resolve("nodes"))) {
            assertThat(temporaries.filter(p -> String.valueOf(p.getParent()).endsWith("/d1/tmp")))
                    .isEmpty();
        }
        assertThat(directory.resolve("pending")).isEmptyDirectory();
    }

    private void writeUntilKilled(StoreProcess store, String token, int round, int changes)
            throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        Thread[] writers = new Thread[WRITERS];
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            writers[w] =
                    Thread.ofVirtual()
                            .start(() -> write(store, token, round, writer, changes, done));
        }
        for (Thread thread : writers) {
            thread.join();
        }
    }

    /** Each writer has names of its own, so that what it was told last is what must be there. */
    private void write(
            StoreProcess store,
            String token,
            int round,
            int writer,
            int changes,
            AtomicInteger done) {
        Random random = new Random(round * 100L + writer);
        try {
            while (true) {
                String name = "o" + (writer + WRITERS * random.nextInt(NAMES / WRITERS));
                boolean delete = random.nextInt(5) == 0;
                String text =
                        delete
                                ? DELETED
                                : (round + "-" + writer + "-" + random.nextLong() + " ")
                                        .repeat(1 + random.nextInt(2000));
                attempted.put(name, text);
                int status = send(store, token, delete ? "DELETE" : "PUT", "/c/" + name, text);
                assertThat(status).isIn(201, 204, 404);
                acknowledged.put(name, text);
                attempted.remove(name);
                if (done.incrementAndGet() == changes) {
                    store.close();
                }
            }
        } catch (IOException e) {
            // Killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(StoreProcess store, String token) throws Exception {
        for (Map.Entry<String, String> entry : Map.copyOf(acknowledged).entrySet()) {
            String name = entry.getKey();
            var response =
                    client.send(
                            request(store, token, "/c/" + name).build(), BodyHandlers.ofString());
            String found = response.statusCode() == 404 ? DELETED : response.body();
            String maybe = attempted.getOrDefault(name, entry.getValue());
            assertThat(found).as(name).isIn(entry.getValue(), maybe);
            acknowledged.put(name, found);
            String listing =
                    client.send(
                                    request(
                                                    store,
                                                    token,
                                                    "/c?prefix="
                                                            + name
                                                            + "&end_marker="
                                                            + name
                                                            + "!")
                                            .build(),
                                    BodyHandlers.ofString())
                            .body();
            assertThat(listing)
                    .as("listing of " + name)
                    .isEqualTo(found.equals(DELETED) ? "" : name + "\n");
        }
        attempted.clear();
    }

    private int send(StoreProcess store, String token, String method, String path, String text)
            throws IOException, InterruptedException {
        return client.send(
                        request(store, token, path)
                                .method(method, BodyPublishers.ofString(text))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest.Builder request(StoreProcess store, String token, String path) {
        return HttpRequest.newBuilder(URI.create(store.url() + "/v1/AUTH_test" + path))
                .header("X-Auth-Token", token);
    }

    private String token(StoreProcess store) throws IOException, InterruptedException {
        StoreUser user = StoreFixture.USERS.getFirst();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(store.url() + "/auth/v1.0"))
                        .headers("X-Auth-User", user.name(), "X-Auth-Key", user.key())
                        .build();
        return client.send(request, BodyHandlers.discarding())
                .headers()
                .firstValue("X-Auth-Token")
                .orElseThrow();
    }

    @Test
    void anObjectLargerThanTheHeapPassesThrough() throws Exception {
        try (StoreProcess store =
                StoreProcess.start(directory, 1, 1, "-Xmx48m", "-XX:MaxDirectMemorySize=48m")) {
            String token = token(store);
            send(store, token, "PUT", "/c", "");
            HttpRequest put =
                    request(store, token, "/c/large")
                            .PUT(BodyPublishers.ofInputStream(() -> new Zeros(MEMORY_TEST_BYTES)))
                            .build();
            assertThat(client.send(put, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
            var got =
                    client.send(
                            request(store, token, "/c/large").build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = got.body()) {
                assertThat(body.transferTo(java.io.OutputStream.nullOutputStream()))
                        .isEqualTo(MEMORY_TEST_BYTES);
            }
        }
    }

    /** Zero bytes, as many as wanted. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int n = (int) Math.min(left, length);
            left -= n;
            return n;
        }
    }

    @Test
    void whatACrashLeftHalfDoneIsFinishedAtTheNextStart() throws Exception {
        try (StoreProcess store = StoreProcess.start(directory, 3, 3)) {
            String token = token(store);
            send(store, token, "PUT", "/c", "");
            send(store, token, "PUT", "/c/o", "old");
            send(store, token, "PUT", "/c/o", "new text");
        }
        // As if the kill had come when two replicas were yet to be written.
        Path data;
        try (Stream<Path> files = Files.walk(directory.resolve("nodes"))) {
            var copies = files.filter(p -> p.toString().endsWith(".data")).sorted().toList();
            assertThat(copies).hasSize(3);
            data = copies.getFirst();
            Files.delete(copies.get(1));
            Files.delete(copies.get(2));
        }
        Path folder = java.util.Objects.requireNonNull(data.getParent());
        String hash = String.valueOf(folder.getFileName());
        Files.createFile(directory.resolve("pending").resolve(hash + ".x"));
        try (StoreProcess store = StoreProcess.start(directory, 3, 3)) {
            var got =
                    client.send(
                            request(store, token(store), "/c/o").build(), BodyHandlers.ofString());
            assertThat(got.body()).isEqualTo("new text");
        }
        try (Stream<Path> files = Files.walk(directory.resolve("nodes"))) {
            assertThat(files.filter(p -> p.toString().endsWith(".data")))
                    .hasSize(3)
                    .allSatisfy(
                            p ->
                                    assertThat(Files.readString(p, StandardCharsets.UTF_8))
                                            .isEqualTo("new text"));
        }
    }
}
