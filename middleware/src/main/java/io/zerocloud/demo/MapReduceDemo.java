package io.zerocloud.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.serve.EmbeddedCluster;
import io.zerocloud.swift.store.StoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The second step: nodes that talk to each other. Mappers count words beside the data, reducers add
 * the counts up; what goes between them is shown channel by channel.
 */
public final class MapReduceDemo {
    static final int OBJECTS = 6;
    static final int OBJECT_BYTES = 16 << 20;

    /** Room for all mappers and reducers at once: joined nodes run together or not at all. */
    private static final int SLOTS_EACH = 2;

    static final String MAP =
            """
            [{"name": "map",
              "exec": {"path": "file://image:wordmap"},
              "connect": ["reduce"],
              "devices": [{"name": "stdin", "path": "swift://~/texts/*.txt"}]},
             {"name": "reduce",
              "exec": {"path": "file://image:wordreduce"},
              "count": 2,
              "devices": [{"name": "stdout", "content_type": "text/plain"}]}]
            """;

    private final PrintWriter out;

    public MapReduceDemo(PrintWriter out) {
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @param folder for the cluster; left as it is
     * @param wordmap the guest that counts
     * @param wordreduce the guest that adds up
     * @throws IOException also if a result is wrong
     */
    public void run(Path folder, byte[] wordmap, byte[] wordreduce)
            throws IOException, InterruptedException, EngineException {
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.start(
                                EmbeddedCluster.Config.in(folder).withNodes(4, SLOTS_EACH));
                UserClient user =
                        new UserClient(
                                cluster.authUrl(),
                                StoreConfig.DEFAULT_USER.name(),
                                StoreConfig.DEFAULT_USER.key())) {
            say("A cluster of four storage nodes is up at " + cluster.url());
            fill(user);
            byte[] zapp = Zapp.of(MAP, Map.of("wordmap", wordmap, "wordreduce", wordreduce));
            say("");
            say(
                    "Each mapper writes to /dev/out/reduce-1 and -2, each reducer reads /dev/in/map-*:");
            say(MAP.indent(4).stripTrailing());
            say("");
            user.run(zapp, false);
            long begun = System.nanoTime();
            HttpResponse<byte[]> answer = user.run(zapp, false);
            double here = (System.nanoTime() - begun) / 1e9;
            if (answer.statusCode() != 200) {
                throw new IOException(
                        "the job answered "
                                + answer.statusCode()
                                + ":\n"
                                + UserClient.text(answer));
            }
            Map<String, Long> counted = counts(UserClient.text(answer).lines().toList());
            begun = System.nanoTime();
            Map<String, Long> wanted = download(user);
            double away = (System.nanoTime() - begun) / 1e9;
            if (!counted.equals(wanted)) {
                throw new IOException("the job and the download counted different words");
            }
            say("The most frequent of " + counted.size() + " words:");
            counted.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit(5)
                    .forEach(word -> say("%10d %s".formatted(word.getValue(), word.getKey())));
            say("");
            channels(new ObjectMapper().readTree(user.run(zapp, true).body()));
            say("");
            say("The same counts come out by downloading and counting here.");
            say("next to the data  %6.2f s".formatted(here));
            say(
                    "downloading       %6.2f s   (%.1f times as long, over loopback)"
                            .formatted(away, away / here));
        }
    }

    private void fill(UserClient user) throws IOException, InterruptedException {
        user.put("texts", new byte[0]);
        for (int i = 1; i <= OBJECTS; i++) {
            user.put(name(i), new SampleText(i).lines(OBJECT_BYTES));
        }
        say(
                "%d objects of %d MiB are in the container texts, three replicas each"
                        .formatted(OBJECTS, OBJECT_BYTES >> 20));
    }

    private static String name(int number) {
        return "texts/text%02d.txt".formatted(number);
    }

    private static Map<String, Long> counts(List<String> lines) {
        Map<String, Long> counts = new TreeMap<>();
        for (String line : lines) {
            int blank = line.indexOf(' ');
            counts.put(line.substring(blank + 1), Long.parseLong(line.substring(0, blank)));
        }
        return counts;
    }

    private static Map<String, Long> download(UserClient user)
            throws IOException, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        Map<String, long[]> fast = new java.util.HashMap<>();
        for (int i = 1; i <= OBJECTS; i++) {
            try (BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    user.get(name(i)), StandardCharsets.ISO_8859_1))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    for (String word : line.split(" ")) {
                        if (!word.isEmpty()) {
                            fast.computeIfAbsent(word, _ -> new long[1])[0]++;
                        }
                    }
                }
            }
        }
        fast.forEach((word, count) -> counts.put(word, count[0]));
        return counts;
    }

    /** Where the nodes ran and what went through their channels, as both ends counted it. */
    private void channels(JsonNode report) {
        Map<String, String> agents = new TreeMap<>();
        report.path("nodes")
                .forEach(
                        node ->
                                agents.put(
                                        node.path("name").asText(), node.path("agent").asText()));
        say("%-18s %-22s %8s %s".formatted("channel", "way", "bytes", "MD5 at both ends"));
        for (JsonNode channel : report.path("connections")) {
            JsonNode from = channel.path("from");
            JsonNode to = channel.path("to");
            String source = agents.getOrDefault(from.path("node").asText(), "");
            String target = agents.getOrDefault(to.path("node").asText(), "");
            boolean equal = from.path("md5").asText().equals(to.path("md5").asText());
            say(
                    "%-18s %-22s %8d %s %s"
                            .formatted(
                                    from.path("node").asText() + " > " + to.path("node").asText(),
                                    source.equals(target)
                                            ? source + " (a pipe)"
                                            : source + " > " + target,
                                    from.path("bytes").asLong(),
                                    from.path("md5").asText(),
                                    equal ? "equal" : "DIFFERENT"));
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
