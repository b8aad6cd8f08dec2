package io.zerocloud.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.demo.MapReduceDemo;
import io.zerocloud.serve.EmbeddedCluster;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The networked samples, from their C sources and the job files beside them, over HTTP: on one
 * agent, where all connections are pipes, and on four, where most go from agent to agent.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NetworkJobsIT {
    private static final Path SAMPLES = Path.of("../sandbox-engine/guest/samples");
    private static final List<String> PROGRAMS =
            List.of("wordmap", "wordreduce", "disort", "exchange", "pingpong", "flow", "cat");
    private static final int RECORD = 100;
    private static final String FLOW =
            """
            [{"name": "read",
              "exec": {"path": "swift://~/programs/flow", "args": "read"},
              "devices": [{"name": "stdout", "content_type": "text/plain"}]},
             {"name": "write",
              "exec": {"path": "swift://~/programs/flow", "args": "write 3"},
              "count": 3,
              "connect": ["read"]}]
            """;

    @TempDir static Path folder;

    private static Site one;
    private static Site four;
    private static final Map<String, String> TEXTS = new TreeMap<>();
    private static byte[] sorted = new byte[0];

    /** A cluster with the samples and their data. */
    private record Site(EmbeddedCluster cluster, HttpClient http, String storage, String token) {
        static Site start(Path directory, int nodes, int slots) throws Exception {
            EmbeddedCluster cluster =
                    EmbeddedCluster.start(
                            EmbeddedCluster.Config.in(directory).withNodes(nodes, slots));
            HttpClient http = HttpClient.newHttpClient();
            HttpResponse<Void> login =
                    http.send(
                            HttpRequest.newBuilder(URI.create(cluster.authUrl()))
                                    .header("X-Auth-User", "test:tester")
                                    .header("X-Auth-Key", "testing")
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            return new Site(
                    cluster,
                    http,
                    login.headers().firstValue("X-Storage-Url").orElseThrow(),
                    login.headers().firstValue("X-Auth-Token").orElseThrow());
        }

        HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
                throws Exception {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(storage + path))
                            .timeout(Duration.ofMinutes(3))
                            .header("X-Auth-Token", token)
                            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }

        void put(String path, byte[] body) throws Exception {
            assertThat(send("PUT", "/" + path, body).statusCode()).isEqualTo(201);
        }

        byte[] get(String path) throws Exception {
            HttpResponse<byte[]> answer = send("GET", "/" + path, new byte[0]);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            return answer.body();
        }

        HttpResponse<byte[]> job(String json, String... headers) throws Exception {
            String[] all = Arrays.copyOf(headers, headers.length + 4);
            all[headers.length] = "X-Zerovm-Execute";
            all[headers.length + 1] = "1.0";
            all[headers.length + 2] = "Content-Type";
            all[headers.length + 3] = "application/json";
            return send("POST", "", json.getBytes(StandardCharsets.UTF_8), all);
        }

        String run(String json) throws Exception {
            HttpResponse<byte[]> answer = job(json);
            String text = new String(answer.body(), StandardCharsets.UTF_8);
            assertThat(answer.statusCode()).as(text).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Nexe-Error")).isEmpty();
            return text;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        one = Site.start(folder.resolve("one"), 1, 44);
        four = Site.start(folder.resolve("four"), 4, 11);
        for (Site site : new Site[] {one, four}) {
            for (String container : new String[] {"programs", "texts", "records", "mesh"}) {
                site.put(container, new byte[0]);
            }
        }
        for (String program : PROGRAMS) {
            byte[] nexe = compile(program);
            one.put("programs/" + program, nexe);
            four.put("programs/" + program, nexe);
        }
        texts();
        records();
    }

    @AfterAll
    static void stop() {
        one.cluster().close();
        four.cluster().close();
    }

    private static byte[] compile(String name) throws Exception {
        Path nexe = folder.resolve(name);
        Process process =
                new ProcessBuilder(
                                Path.of("../zerocloud").toAbsolutePath().toString(),
                                "cc",
                                "-O2",
                                SAMPLES.resolve(name + ".c").toString(),
                                "-o",
                                nexe.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Files.readAllBytes(nexe);
    }

    private static void texts() throws Exception {
        Random random = new Random(1);
        for (String name : new String[] {"a.txt", "b.txt", "c.txt"}) {
            String text =
                    IntStream.range(0, 20_000)
                            .mapToObj(i -> "w" + random.nextInt(3_000) + (i % 9 == 0 ? "\n" : " "))
                            .collect(Collectors.joining());
            TEXTS.put(name, text);
            one.put("texts/" + name, text.getBytes(StandardCharsets.UTF_8));
            four.put("texts/" + name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void records() throws Exception {
        Random random = new Random(2);
        List<byte[]> all = new ArrayList<>();
        for (int file = 0; file < 4; file++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < 20_000 + file * 1_000; i++) {
                byte[] record = new byte[RECORD];
                random.nextBytes(record);
                // Few different keys in one file: borders and the order of equals must hold.
                Arrays.fill(record, file == 3 ? 1 : 8, 10, (byte) 0);
                all.add(record);
                bytes.write(record);
            }
            one.put("records/" + file + ".unsorted", bytes.toByteArray());
            four.put("records/" + file + ".unsorted", bytes.toByteArray());
        }
        // Stable: records of equal keys stay in the order in which sources sent them, round by
        // round; within a test's few rounds that is not the order of files, so compare by content.
        all.sort((a, b) -> Arrays.compareUnsigned(a, b));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] record : all) {
            bytes.write(record);
        }
        sorted = bytes.toByteArray();
    }

    private static String file(String job) throws Exception {
        return Files.readString(SAMPLES.resolve("jobs").resolve(job + ".json"));
    }

    private static Site site(int agents) {
        return agents == 1 ? one : four;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void wordsAreCountedByMapAndReduce(int agents) throws Exception {
        Map<String, Long> wanted = new TreeMap<>();
        TEXTS.values()
                .forEach(
                        text ->
                                text.lines()
                                        .flatMap(line -> Arrays.stream(line.strip().split(" ")))
                                        .forEach(word -> wanted.merge(word, 1L, Long::sum)));
        String answer = site(agents).run(file("wordcount"));
        Map<String, Long> counted = new TreeMap<>();
        answer.lines()
                .forEach(
                        line -> {
                            String[] parts = line.split(" ");
                            assertThat(counted.put(parts[1], Long.valueOf(parts[0]))).isNull();
                        });
        assertThat(counted).isEqualTo(wanted);
    }

    /** The name of a sample's job file, or a job that has no file. */
    @ParameterizedTest
    @ValueSource(strings = {"wordcount", "exchange", "pingpong", FLOW})
    void theSameJobGivesTheSameBytesWhereverItRan(String job) throws Exception {
        String json = job.startsWith("[") ? job : file(job);
        String first = one.run(json);
        assertThat(first).isNotEmpty();
        assertThat(four.run(json)).isEqualTo(first);
        assertThat(four.run(json)).isEqualTo(first);
    }

    @Test
    void theSameRecordsAreSortedIntoTheSameBytesWhereverItRan() throws Exception {
        one.run(file("disort"));
        four.run(file("disort"));
        for (int i = 1; i <= 4; i++) {
            String path = "records/dst-" + i + ".sorted";
            assertThat(four.get(path)).isEqualTo(one.get(path));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void recordsAreSortedOverFourSourcesAndFourDestinations(int agents) throws Exception {
        String said = site(agents).run(file("disort"));
        assertThat(said).isEqualTo("4 sources, 4 destinations, 4000 samples\n");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 1; i <= 4; i++) {
            whole.write(site(agents).get("records/dst-" + i + ".sorted"));
        }
        byte[] bytes = whole.toByteArray();
        List<byte[]> records = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += RECORD) {
            byte[] record = Arrays.copyOfRange(bytes, at, at + RECORD);
            if (at > 0) {
                assertThat(Arrays.compareUnsigned(records.getLast(), 0, 10, record, 0, 10))
                        .isLessThanOrEqualTo(0);
            }
            records.add(record);
        }
        records.sort((a, b) -> Arrays.compareUnsigned(a, b));
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        for (byte[] record : records) {
            again.write(record);
        }
        assertThat(again.toByteArray()).isEqualTo(sorted);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void catsInAPipelineCopy(int agents) throws Exception {
        assertThat(site(agents).run(file("pipeline"))).isEqualTo(TEXTS.get("a.txt"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void everyNodeExchangesBlocksWithEveryOther(int agents) throws Exception {
        String answer = site(agents).run(file("exchange"));
        assertThat(answer.lines()).hasSize(12);
        assertThat(answer.lines().map(line -> line.replaceAll(" [0-9a-f]{8}$", "")))
                .contains("node-1 node-2", "node-4 node-3")
                .doesNotContain("node-1 node-1");
        assertThat(one.run(file("exchange"))).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aByteGoesToAndFro(int agents) throws Exception {
        assertThat(site(agents).run(file("pingpong"))).isEqualTo("1000 rounds, 208\n");
    }

    @Test
    void theDemoCountsAsADownloadDoesAndShowsEqualDigests() throws Exception {
        StringWriter said = new StringWriter();
        new MapReduceDemo(new PrintWriter(said))
                .run(
                        folder.resolve("demo"),
                        Files.readAllBytes(folder.resolve("wordmap")),
                        Files.readAllBytes(folder.resolve("wordreduce")));
        assertThat(said.toString().lines().filter(line -> line.endsWith(" equal"))).hasSize(12);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void fortyNodesInAFullMeshEndWithEqualDigestsAtBothEndsOfEveryChannel(int agents)
            throws Exception {
        // Every node to every other: 40 * 39 channels, a hundred and more between two agents.
        String mesh =
                file("exchange")
                        .replace("\"count\": 4", "\"count\": 40")
                        .replace("\"args\": \"8\"", "\"args\": \"2\"");
        HttpResponse<byte[]> answer = site(agents).job(mesh, "X-Zerovm-Report", "1");
        JsonNode report = new ObjectMapper().readTree(answer.body());
        assertThat(report.path("status").asInt()).as(report.toString()).isEqualTo(200);
        assertThat(report.path("nodes"))
                .allSatisfy(node -> assertThat(node.path("returnCode").asInt()).isZero());
        assertThat(report.path("connections")).hasSize(40 * 39);
        assertThat(report.path("connections"))
                .allSatisfy(
                        connection -> {
                            JsonNode from = connection.path("from");
                            JsonNode to = connection.path("to");
                            assertThat(from.path("bytes").asInt()).isEqualTo(64 << 10);
                            assertThat(to.path("bytes").asInt()).isEqualTo(64 << 10);
                            assertThat(from.path("md5").asText())
                                    .hasSize(32)
                                    .isEqualTo(to.path("md5").asText());
                        });
    }

    @Test
    void twentyMappersWriteToTwentyReducersOnFourAgents() throws Exception {
        String job = file("wordcount").replace("\"count\": 2", "\"count\": 20");
        for (int i = 1; i <= 20; i++) {
            four.put(
                    "mesh/" + i + ".txt",
                    ("x" + i + " common w" + i % 4 + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String answer = four.run(job.replace("texts/*.txt", "mesh/*.txt"));
        assertThat(answer.lines()).hasSize(25).contains("20 common", "1 x20", "5 w0");
    }
}
