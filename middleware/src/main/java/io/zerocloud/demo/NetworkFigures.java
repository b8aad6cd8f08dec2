package io.zerocloud.demo;

import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.serve.EmbeddedCluster;
import io.zerocloud.swift.store.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * What channels between nodes cost beside the machine's own pipes and sockets, and what networked
 * jobs save beside downloading everything. Whole jobs are timed as a client sees them.
 */
public final class NetworkFigures {
    private static final int FLOW_MIB = 1_024;
    private static final int ROUNDS = 20_000;
    private static final int RUNS = 3;
    private static final int SOURCES = 8;
    private static final int RECORD = 100;

    private final Consumer<JobFigures.Figure> figures;
    private final long sortBytes;

    /**
     * @param sortBytes how much is sorted
     */
    public NetworkFigures(long sortBytes, Consumer<JobFigures.Figure> figures) {
        this.sortBytes = sortBytes;
        this.figures = figures;
    }

    /**
     * Measures.
     *
     * @param folder for clusters; left as it is
     * @param programs the networked samples by name
     */
    public void run(Path folder, Map<String, byte[]> programs)
            throws IOException, InterruptedException, EngineException {
        try (Site one = new Site(folder.resolve("one"), 1, 20, programs);
                Site two = new Site(folder.resolve("two"), 2, 1, programs)) {
            report("1 connection within an agent", flow(one), unixPipe(), "MiB/s");
            report("1 connection between two agents", flow(two), tcp(), "MiB/s");
            report("round trip within an agent", pingPong(one), pipeRoundTrip(), "us");
            report("round trip between two agents", pingPong(two), tcpRoundTrip(), "us");
        }
        wordCount(folder, programs);
        sort(folder, programs);
    }

    private void report(String name, double ours, double yardstick, String unit) {
        figures.accept(new JobFigures.Figure(name, ours, yardstick, unit));
    }

    /** A cluster and its user. */
    private static final class Site implements AutoCloseable {
        private final EmbeddedCluster cluster;
        private final UserClient user;
        private final Map<String, byte[]> programs;

        Site(Path folder, int agents, int slots, Map<String, byte[]> programs)
                throws IOException, InterruptedException, EngineException {
            this.programs = programs;
            this.cluster =
                    EmbeddedCluster.start(
                            EmbeddedCluster.Config.in(folder).withNodes(agents, slots));
            this.user =
                    new UserClient(
                            cluster.authUrl(),
                            StoreConfig.DEFAULT_USER.name(),
                            StoreConfig.DEFAULT_USER.key());
        }

        /** Seconds of a job, the best of some runs after one that carries the programs there. */
        double seconds(String map, int runs) throws IOException, InterruptedException {
            byte[] zapp = Zapp.of(map, programs);
            double best = Double.MAX_VALUE;
            for (int i = -1; i < runs; i++) {
                long begun = System.nanoTime();
                HttpResponse<byte[]> answer = user.run(zapp, false);
                double seconds = (System.nanoTime() - begun) / 1e9;
                if (answer.statusCode() != 200) {
                    throw new IOException(
                            "the job answered "
                                    + answer.statusCode()
                                    + ": "
                                    + UserClient.text(answer));
                }
                best = i < 0 ? best : Math.min(best, seconds);
            }
            return best;
        }

        @Override
        public void close() {
            user.close();
            cluster.close();
        }
    }

    private static String pair(String program, String first, String second, String back) {
        return """
        [{"name": "a", "exec": {"path": "file://image:%s", "args": "%s"}, "connect": ["b"]},
         {"name": "b", "exec": {"path": "file://image:%s", "args": "%s"}%s,
          "devices": [{"name": "stdout"}]}]
        """
                .formatted(program, first, program, second, back);
    }

    // ------------------------------------------------------------ connections

    private static double flow(Site site) throws IOException, InterruptedException {
        return FLOW_MIB / site.seconds(pair("flow", "write " + FLOW_MIB, "read", ""), RUNS);
    }

    private static double unixPipe() throws IOException, InterruptedException {
        String blocks = Integer.toString(FLOW_MIB * 8);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            best =
                    Math.min(
                            best,
                            command(
                                    "dd if=/dev/zero bs=128k status=none count="
                                            + blocks
                                            + " | dd of=/dev/null bs=128k status=none"));
        }
        return FLOW_MIB / best;
    }

    private static double command(String line) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process =
                new ProcessBuilder("sh", "-c", "set -e; " + line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(line + " failed: " + said);
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    /** What runs at the other end of a loopback connection. */
    private interface Peer {
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private static double seconds(Peer here, Peer there) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<?> other =
                    threads.submit(
                            () -> {
                                try (Socket socket = server.accept()) {
                                    socket.setTcpNoDelay(true);
                                    there.run(socket.getInputStream(), socket.getOutputStream());
                                }
                                return null;
                            });
            long begun = System.nanoTime();
            try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                socket.setTcpNoDelay(true);
                here.run(socket.getInputStream(), socket.getOutputStream());
            }
            other.get();
            return (System.nanoTime() - begun) / 1e9;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static double tcp() throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            byte[] block = new byte[128 << 10];
            best =
                    Math.min(
                            best,
                            seconds(
                                    (in, out) -> {
                                        for (int n = 0; n < FLOW_MIB * 8; n++) {
                                            out.write(block);
                                        }
                                    },
                                    (in, out) -> {
                                        byte[] into = new byte[128 << 10];
                                        for (int n = in.read(into); n >= 0; n = in.read(into)) {
                                            // As fast as it comes.
                                            into[0] = 0;
                                        }
                                    }));
        }
        return FLOW_MIB / best;
    }

    private static double pingPong(Site site) throws IOException, InterruptedException {
        String connect = ", \"connect\": [\"a\"]";
        String rounds = Integer.toString(ROUNDS);
        return site.seconds(pair("pingpong", rounds, rounds, connect), RUNS) * 1e6 / ROUNDS;
    }

    private static double tcpRoundTrip() throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            best =
                    Math.min(
                            best,
                            seconds(
                                    (in, out) -> {
                                        for (int n = 0; n < ROUNDS; n++) {
                                            out.write(1);
                                            in.read();
                                        }
                                    },
                                    (in, out) -> {
                                        for (int b = in.read(); b >= 0; b = in.read()) {
                                            out.write(b);
                                        }
                                    }));
        }
        return best * 1e6 / ROUNDS;
    }

    private static double pipeRoundTrip() throws IOException, InterruptedException {
        Process cat = new ProcessBuilder("cat").start();
        try {
            OutputStream out = cat.getOutputStream();
            InputStream in = cat.getInputStream();
            double best = Double.MAX_VALUE;
            for (int i = 0; i < RUNS; i++) {
                long begun = System.nanoTime();
                for (int n = 0; n < ROUNDS; n++) {
                    out.write(1);
                    out.flush();
                    in.read();
                }
                best = Math.min(best, (System.nanoTime() - begun) / 1e9);
            }
            return best * 1e6 / ROUNDS;
        } finally {
            cat.getOutputStream().close();
            cat.waitFor();
        }
    }

    // -------------------------------------------------------------- word count

    private void wordCount(Path folder, Map<String, byte[]> programs)
            throws IOException, InterruptedException, EngineException {
        for (int agents : new int[] {1, 2, 4}) {
            Path home = folder.resolve("words" + agents);
            try (Site site = new Site(home, agents, 8 / agents, programs)) {
                site.user.put("texts", new byte[0]);
                for (int i = 1; i <= MapReduceDemo.OBJECTS; i++) {
                    site.user.put(
                            "texts/" + i + ".txt",
                            new SampleText(i).lines(MapReduceDemo.OBJECT_BYTES));
                }
                double ours = site.seconds(MapReduceDemo.MAP, RUNS);
                double away = Double.NaN;
                if (agents == 4) {
                    away = Double.MAX_VALUE;
                    for (int i = 0; i < RUNS; i++) {
                        away = Math.min(away, nativeWords(site.user, home));
                    }
                }
                report(
                        "word count of "
                                + MapReduceDemo.OBJECTS * (MapReduceDemo.OBJECT_BYTES >> 20)
                                + " MiB, agents: "
                                + agents,
                        ours,
                        away,
                        "s");
            }
        }
    }

    private static double nativeWords(UserClient user, Path folder)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        List<String> files = new ArrayList<>();
        for (int i = 1; i <= MapReduceDemo.OBJECTS; i++) {
            files.add(download(user, "texts/" + i + ".txt", folder.resolve(i + ".txt")));
        }
        command(
                "export LC_ALL=C; cat "
                        + String.join(" ", files)
                        + " | tr -s ' \\n' '\\n\\n' | sort | uniq -c > "
                        + folder.resolve("counts"));
        return (System.nanoTime() - begun) / 1e9;
    }

    private static String download(UserClient user, String object, Path to)
            throws IOException, InterruptedException {
        Files.deleteIfExists(to);
        try (InputStream in = user.get(object)) {
            Files.copy(in, to);
        }
        return to.toString();
    }

    // -------------------------------------------------------------------- sort

    private static final String SORT =
            """
            [{"name": "src", "exec": {"path": "file://image:disort", "args": "src"},
              "connect": ["dst", "man"],
              "devices": [{"name": "stdin", "path": "swift://~/records/*.unsorted"}]},
             {"name": "dst", "exec": {"path": "file://image:disort", "args": "dst"}, "count": 8,
              "devices": [{"name": "stdout", "path": "swift://~/records/*.sorted"}]},
             {"name": "man",
              "exec": {"path": "file://image:disort", "args": "man", "env": {"DESTINATIONS": "8"}},
              "connect": ["src"],
              "devices": [{"name": "stdout"}]}]
            """;

    /** Both ways end with the sorted records in the store. */
    private void sort(Path folder, Map<String, byte[]> programs)
            throws IOException, InterruptedException, EngineException {
        Path home = folder.resolve("sort");
        long each = sortBytes / SOURCES / RECORD;
        try (Site site = new Site(home, 4, 5, programs)) {
            site.user.put("records", new byte[0]);
            for (int i = 1; i <= SOURCES; i++) {
                site.user.put("records/" + i + ".unsorted", records(i, (int) each));
            }
            double ours = site.seconds(SORT, 1);
            long begun = System.nanoTime();
            List<String> files = new ArrayList<>();
            for (int i = 1; i <= SOURCES; i++) {
                files.add(
                        download(
                                site.user,
                                "records/" + i + ".unsorted",
                                home.resolve(i + ".unsorted")));
            }
            Path sorted = home.resolve("sorted");
            command(
                    "LC_ALL=C sort -k1.1,1.10 -T "
                            + home
                            + " -o "
                            + sorted
                            + " "
                            + String.join(" ", files));
            site.user.put("records/native.sorted", sorted);
            double away = (System.nanoTime() - begun) / 1e9;
            check(site.user, sorted);
            report("sort of " + each * SOURCES * RECORD / 1_000_000 + " MB", ours, away, "s");
        }
    }

    /** Text, so that sort(1) can do it: 99 printable bytes and a newline. */
    private static byte[] records(long seed, int count) {
        byte[] bytes = new byte[count * RECORD];
        Random random = new Random(seed);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % RECORD == RECORD - 1 ? '\n' : ' ' + random.nextInt(95));
        }
        return bytes;
    }

    /** The keys of both results are the same. */
    private static void check(UserClient user, Path sorted)
            throws IOException, InterruptedException {
        byte[] ours = new byte[RECORD];
        try (InputStream wanted =
                new java.io.BufferedInputStream(Files.newInputStream(sorted), 1 << 16)) {
            for (int i = 1; i <= SOURCES; i++) {
                try (InputStream in =
                        new java.io.BufferedInputStream(
                                user.get("records/dst-" + i + ".sorted"), 1 << 16)) {
                    while (in.readNBytes(ours, 0, RECORD) == RECORD) {
                        byte[] theirs = wanted.readNBytes(RECORD);
                        if (!Arrays.equals(ours, 0, 10, theirs, 0, 10)) {
                            throw new IOException("dst-" + i + " is not what sort says");
                        }
                    }
                }
            }
            if (wanted.read() >= 0) {
                throw new IOException("the job lost records");
            }
        }
    }
}
