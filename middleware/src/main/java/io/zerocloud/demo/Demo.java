package io.zerocloud.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.folder.ScratchFolder;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.serve.EmbeddedCluster;
import io.zerocloud.swift.store.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The main job, end to end. Prints what a newcomer would type, what comes back, where the time
 * went, and how long the same takes by downloading. Leaves nothing behind.
 */
public final class Demo {
    private static final int OBJECTS = 8;
    private static final int OBJECT_BYTES = 16 << 20;
    private static final String MAP =
            """
            [{"name": "count",
              "exec": {"path": "file://image:wordcount"},
              "devices": [
                {"name": "stdin", "path": "swift://~/texts/*.txt"},
                {"name": "stdout", "content_type": "text/plain"}]}]
            """;

    private final PrintWriter out;

    public Demo(PrintWriter out) {
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @param program the word counter, a guest
     * @throws IOException also if a result is wrong
     */
    public void run(byte[] program) throws IOException, InterruptedException, EngineException {
        try (ScratchFolder folder = ScratchFolder.create("zerocloud-demo");
                EmbeddedCluster cluster =
                        EmbeddedCluster.start(EmbeddedCluster.Config.in(folder.path()));
                UserClient user =
                        new UserClient(
                                cluster.authUrl(),
                                StoreConfig.DEFAULT_USER.name(),
                                StoreConfig.DEFAULT_USER.key())) {
            say("A cluster of four storage nodes is up at " + cluster.url());
            List<String> names = fill(user);
            byte[] zapp = Zapp.of(MAP, "wordcount", program);
            say("");
            say(
                    "The zapp, a tar of boot/system.map and the program ("
                            + zapp.length / 1024
                            + " KiB):");
            say(MAP.indent(4).stripTrailing());
            say("");
            say("  curl -X POST -H 'X-Auth-Token: ...' -H 'X-Zerovm-Execute: 1.0' \\");
            say(
                    "       -H 'Content-Type: application/x-tar' --data-binary @count.zapp "
                            + user.storage());
            say("");
            run(user, zapp, names);
        }
    }

    private List<String> fill(UserClient user) throws IOException, InterruptedException {
        user.put("texts", new byte[0]);
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= OBJECTS; i++) {
            String name = "text%02d.txt".formatted(i);
            user.put("texts/" + name, new SampleText(i).lines(OBJECT_BYTES));
            names.add(name);
        }
        say(
                "%d objects of %d MiB are in the container texts, three replicas each"
                        .formatted(OBJECTS, OBJECT_BYTES >> 20));
        return names;
    }

    private void run(UserClient user, byte[] zapp, List<String> names)
            throws IOException, InterruptedException {
        Comparison comparison = measure(user, zapp, names);
        say("Lines, words and bytes of each object, counted where it lies:");
        say(comparison.output().indent(2).stripTrailing());
        say("");
        table(new ObjectMapper().readTree(user.run(zapp, true).body()));
        say("");
        say(
                "%d words in all; the same number comes out by downloading and counting here."
                        .formatted(comparison.words()));
        say("next to the data  %6.2f s".formatted(comparison.here()));
        say(
                "downloading       %6.2f s   (%.1f times as long, over loopback)"
                        .formatted(comparison.away(), comparison.away() / comparison.here()));
    }

    /**
     * The same work done both ways.
     *
     * @param here seconds next to the data
     * @param away seconds by downloading
     */
    record Comparison(String output, long words, double here, double away) {}

    /** The main job as a tar. */
    static byte[] wordCount(byte[] program) throws IOException {
        return Zapp.of(MAP, "wordcount", program);
    }

    /** Fills the container and compares. */
    Comparison compare(UserClient user, byte[] program) throws IOException, InterruptedException {
        List<String> names = fill(user);
        return measure(user, wordCount(program), names);
    }

    private static Comparison measure(UserClient user, byte[] zapp, List<String> names)
            throws IOException, InterruptedException {
        // The first run also carries the image to the agents and has the program validated.
        user.run(zapp, false);
        long begun = System.nanoTime();
        HttpResponse<byte[]> answer = user.run(zapp, false);
        double here = (System.nanoTime() - begun) / 1e9;
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "the job answered " + answer.statusCode() + ":\n" + UserClient.text(answer));
        }
        begun = System.nanoTime();
        long words = 0;
        for (String name : names) {
            words += count(user, name);
        }
        double away = (System.nanoTime() - begun) / 1e9;
        long counted =
                UserClient.text(answer)
                        .lines()
                        .mapToLong(line -> Long.parseLong(line.strip().split(" +")[1]))
                        .sum();
        if (counted != words) {
            throw new IOException("the job counted " + counted + " words, the download " + words);
        }
        return new Comparison(UserClient.text(answer), words, here, away);
    }

    private void table(JsonNode report) {
        say(
                "%-9s %-6s %-6s %-8s %10s %9s %9s %9s"
                        .formatted(
                                "node",
                                "agent",
                                "status",
                                "data",
                                "bytes",
                                "wait ms",
                                "run ms",
                                "total ms"));
        for (JsonNode node : report.path("nodes")) {
            JsonNode millis = node.path("milliseconds");
            say(
                    "%-9s %-6s %-6d %-8s %10d %9.1f %9.1f %9.1f"
                            .formatted(
                                    node.path("name").asText(),
                                    node.path("agent").asText(),
                                    node.path("status").asInt(),
                                    node.path("data").asText(),
                                    node.path("io").path("readBytes").asLong(),
                                    millis.path("queue").asDouble(),
                                    millis.path("run").asDouble(),
                                    millis.path("total").asDouble()));
        }
    }

    /** Words of an object, downloaded and counted here. */
    private static long count(UserClient user, String name)
            throws IOException, InterruptedException {
        long words = 0;
        boolean inside = false;
        byte[] step = new byte[256 * 1024];
        try (InputStream in = user.get("texts/" + name)) {
            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                for (int i = 0; i < n; i++) {
                    boolean space = step[i] == ' ' || (step[i] >= '\t' && step[i] <= '\r');
                    if (!inside && !space) {
                        words++;
                    }
                    inside = !space;
                }
            }
        }
        return words;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
