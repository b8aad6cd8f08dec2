package io.zerocloud.cli.bench;

import io.zerocloud.folder.ScratchFolder;
import io.zerocloud.swift.store.EmbeddedStore;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.swift.store.StoreUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The embedded store beside Debian's Swift on the same machine, four nodes and three replicas each,
 * one client with one connection. They take turns, so that both have the machine in the same state.
 */
final class StoreBenchmark implements Benchmark {
    private static final int NODES = 4;
    private static final int SMALL = 1000;
    private static final int LARGE = 50_000_000;
    private static final int SMALL_BATCH = 100;
    private static final int ROUNDS = 5;
    private static final StoreUser USER = StoreConfig.DEFAULT_USER;

    @Override
    public String name() {
        return "store";
    }

    @Override
    public String description() {
        return "the embedded store beside Debian's Swift: 1 KB requests a second, 50 MB throughput";
    }

    @Override
    public void run(Consumer<Measurement> results) throws Exception {
        try (ScratchFolder scratch = ScratchFolder.inMemory("zerocloud-bench-store");
                EmbeddedStore store =
                        EmbeddedStore.start(
                                scratch.path().resolve("embedded"), List.of(USER), NODES, 0);
                DebianSwift swift =
                        DebianSwift.start(
                                opened(scratch.path()).resolve("swift"),
                                "--nodes",
                                Integer.toString(NODES),
                                "--no-ec");
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            Site ours = Site.authenticate(client, URI.create(store.authUrl()));
            Site theirs = Site.authenticate(client, swift.authUrl());
            byte[] small = random(SMALL);
            byte[] large = random(LARGE);
            for (Site site : List.of(ours, theirs)) {
                site.put("", new byte[0]);
                site.put("/large", large);
                perSecond(site, s -> s.put("/small", small));
            }
            compare(
                    results,
                    "1 KB PUT",
                    "1/s",
                    ours,
                    theirs,
                    site -> perSecond(site, s -> s.put("/small", small)));
            compare(
                    results,
                    "1 KB GET",
                    "1/s",
                    ours,
                    theirs,
                    site -> perSecond(site, s -> s.get("/small", SMALL)));
            compare(
                    results,
                    "50 MB PUT",
                    "MB/s",
                    ours,
                    theirs,
                    site -> throughput(site, s -> s.put("/large", large)));
            compare(
                    results,
                    "50 MB GET",
                    "MB/s",
                    ours,
                    theirs,
                    site -> throughput(site, s -> s.get("/large", LARGE)));
        }
    }

    /** Swift's servers run as another user. */
    private static Path opened(Path folder) throws IOException {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private interface Exchange {
        void with(Site site) throws IOException, InterruptedException;
    }

    private interface Figure {
        double of(Site site) throws IOException, InterruptedException;
    }

    private static void compare(
            Consumer<Measurement> results,
            String name,
            String unit,
            Site ours,
            Site theirs,
            Figure figure)
            throws IOException, InterruptedException {
        double[] our = new double[ROUNDS];
        double[] their = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            our[i] = figure.of(ours);
            their[i] = figure.of(theirs);
        }
        results.accept(
                new Measurement(
                        name, median(our), median(their), unit, new Measurement.Target.None()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double perSecond(Site site, Exchange exchange)
            throws IOException, InterruptedException {
        return SMALL_BATCH / seconds(site, exchange, SMALL_BATCH);
    }

    private static double throughput(Site site, Exchange exchange)
            throws IOException, InterruptedException {
        return LARGE / 1e6 / seconds(site, exchange, 1);
    }

    private static double seconds(Site site, Exchange exchange, int times)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            exchange.with(site);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** A container of an account. */
    private record Site(HttpClient client, String container, String token) {
        static Site authenticate(HttpClient client, URI authUrl)
                throws IOException, InterruptedException {
            HttpRequest request =
                    HttpRequest.newBuilder(authUrl)
                            .headers("X-Auth-User", USER.name(), "X-Auth-Key", USER.key())
                            .build();
            HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
            require(answer.statusCode(), request);
            return new Site(
                    client,
                    answer.headers().firstValue("X-Storage-Url").orElseThrow() + "/bench",
                    answer.headers().firstValue("X-Auth-Token").orElseThrow());
        }

        void put(String path, byte[] body) throws IOException, InterruptedException {
            HttpRequest request = request(path).PUT(BodyPublishers.ofByteArray(body)).build();
            require(client.send(request, BodyHandlers.discarding()).statusCode(), request);
        }

        void get(String path, long length) throws IOException, InterruptedException {
            HttpRequest request = request(path).build();
            HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
            require(answer.statusCode(), request);
            try (InputStream body = answer.body()) {
                long read = body.transferTo(OutputStream.nullOutputStream());
                if (read != length) {
                    throw new IOException(path + ": " + read + " bytes, not " + length);
                }
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(container + path))
                    .header("X-Auth-Token", token);
        }

        private static void require(int status, HttpRequest request) throws IOException {
            if (status / 100 != 2) {
                throw new IOException(request.method() + " " + request.uri() + ": " + status);
            }
        }
    }
}
