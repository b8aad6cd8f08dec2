package io.zerocloud.swift.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.testing.RealSwift;
import io.zerocloud.swift.testing.RealSwiftExtension;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Rings and swift.conf as Swift's own code reads them. */
@ExtendWith(RealSwiftExtension.class)
class RingsIT {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void everyRingGivesSwiftsNodesInSwiftsOrder(RealSwift swift, @TempDir Path folder)
            throws Exception {
        List<ObjectPath> names = names(3000);
        Path file = asJson(names, folder);
        PathHasher hasher = SwiftConf.read(swift.swiftDir().resolve("swift.conf")).hasher();

        String answers =
                swift.exec(script("ring-oracle.py").toString(), folder.toString(), file.toString());

        assertThat(answers.lines()).hasSize(7);
        for (String line : answers.lines().toList()) {
            JsonNode expected = JSON.readTree(line);
            Ring ring = RingFile.read(folder.resolve(expected.path("ring").asText()));
            compare(ring, expected);
            for (int i = 0; i < names.size(); i++) {
                assertThat(ring.partition(hasher.object(names.get(i))))
                        .isEqualTo(expected.path("names").path(i).asInt());
            }
            // What we write is what Swift reads: the same bytes after the head come out again.
            Path copy = folder.resolve("copy.gz");
            RingFile.write(ring, copy);
            assertThat(RingFile.read(copy).assignment()).isDeepEqualTo(ring.assignment());
        }
    }

    @Test
    void swiftReadsTheRingsThatWeBuild(RealSwift swift, @TempDir Path folder) throws Exception {
        List<RingDevice> devices =
                IntStream.range(0, 5)
                        .mapToObj(i -> new RingDevice(i, 1, i + 1, "10.0.0." + i, 6200, "d" + i))
                        .toList();
        Ring ring = RingBuilder.build(6, 3, devices);
        Path file = folder.resolve("object.ring.gz");
        RingFile.write(ring, file);
        PathHasher hasher = SwiftConf.read(swift.swiftDir().resolve("swift.conf")).hasher();
        List<ObjectPath> names = names(500);

        assertThat(getNodes(swift, file, names, folder)).isEqualTo(located(ring, hasher, names));
    }

    @Test
    void theClustersRingsAnswerAsSwiftGetNodesForThousandsOfNames(
            RealSwift swift, @TempDir Path folder) throws Exception {
        SwiftConf conf = SwiftConf.read(swift.swiftDir().resolve("swift.conf"));
        Rings rings = new Rings(swift.swiftDir());
        assertThat(conf.policies().stream().map(StoragePolicy::name))
                .containsExactly("gold", "silver", "ec22");
        assertThat(conf.policy("SILVER").orElseThrow().objectsFolder()).isEqualTo("objects-1");
        assertThat(conf.policy(2).orElseThrow().type())
                .isEqualTo(StoragePolicy.Type.ERASURE_CODING);
        assertThat(conf.defaultPolicy().name()).isEqualTo("gold");
        List<ObjectPath> names = names(2000);
        for (StoragePolicy policy : conf.policies()) {
            assertThat(getNodes(swift, swift.swiftDir().resolve(policy.ringName()), names, folder))
                    .as(policy.name())
                    .isEqualTo(located(rings.object(policy), conf.hasher(), names));
        }
        assertThat(rings.account().replicas()).isEqualTo(3);
        assertThat(rings.container().partPower()).isEqualTo(8);
    }

    private record Located(
            int partition, String hash, List<String> primaries, List<String> handoffs) {}

    /** What swift-get-nodes prints for each name. */
    private static List<Located> getNodes(
            RealSwift swift, Path ring, List<ObjectPath> names, Path folder) throws Exception {
        String text =
                swift.exec(
                        script("get-nodes.py").toString(),
                        swift.swiftDir().toString(),
                        ring.toString(),
                        asJson(names, folder).toString());
        return Arrays.stream(text.split("\n\n")).map(RingsIT::parse).toList();
    }

    private static Located parse(String text) {
        return new Located(
                Integer.parseInt(all(text, "Partition\\s+(\\d+)").getFirst()),
                all(text, "Hash\\s+(\\S+)").getFirst(),
                all(text, "(?m)Server:Port Device\\s+(\\S+ \\S+)$"),
                all(text, "Server:Port Device\\s+(\\S+ \\S+)\\s+\\[Handoff\\]"));
    }

    private static List<Located> located(Ring ring, PathHasher hasher, List<ObjectPath> names) {
        return names.stream()
                .map(
                        name -> {
                            PathHash hash = hasher.object(name);
                            int partition = ring.partition(hash);
                            return new Located(
                                    partition,
                                    hash.hex(),
                                    addresses(ring.primaries(partition)),
                                    addresses(ring.handoffs(partition, Integer.MAX_VALUE)));
                        })
                .toList();
    }

    private static List<String> addresses(List<RingDevice> nodes) {
        return nodes.stream().map(d -> d.ip() + ':' + d.port() + ' ' + d.device()).toList();
    }

    private static Path asJson(List<ObjectPath> names, Path folder) throws IOException {
        Path file = folder.resolve("names.json");
        Files.writeString(
                file,
                JSON.writeValueAsString(
                        names.stream()
                                .map(n -> List.of(n.account(), n.container(), n.object()))
                                .toList()));
        return file;
    }

    private static List<String> all(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.results().map(r -> r.group(1)).toList();
    }

    private static void compare(Ring ring, JsonNode expected) {
        assertThat(ring.replicas()).isEqualTo(expected.path("replicas").asDouble());
        List<List<Object>> devices = new ArrayList<>();
        for (JsonNode d : expected.path("devices")) {
            if (!d.isNull()) {
                devices.add(
                        List.of(
                                d.path(0).asInt(),
                                d.path(1).asInt(),
                                d.path(2).asInt(),
                                d.path(3).asText(),
                                d.path(4).asText(),
                                d.path(5).asText()));
            }
        }
        assertThat(
                        ring.devices().stream()
                                .map(
                                        d ->
                                                List.<Object>of(
                                                        d.id(),
                                                        d.region(),
                                                        d.zone(),
                                                        d.ip(),
                                                        d.device(),
                                                        d.meta()))
                                .toList())
                .isEqualTo(devices);
        for (Map.Entry<String, JsonNode> part : expected.path("parts").properties()) {
            int number = Integer.parseInt(part.getKey());
            String where = expected.path("ring").asText() + " partition " + number;
            assertThat(ring.primaries(number).stream().map(RingDevice::id).toList())
                    .as(where)
                    .isEqualTo(ids(part.getValue().path("primaries")));
            List<Integer> handoffs = ids(part.getValue().path("handoffs"));
            assertThat(
                            ring.handoffs(number, Integer.MAX_VALUE).stream()
                                    .map(RingDevice::id)
                                    .toList())
                    .as(where)
                    .isEqualTo(handoffs);
            assertThat(ring.handoffs(number, 2).stream().map(RingDevice::id).toList())
                    .isEqualTo(handoffs.subList(0, Math.min(2, handoffs.size())));
        }
    }

    private static List<Integer> ids(JsonNode list) {
        List<Integer> ids = new ArrayList<>();
        list.forEach(id -> ids.add(id.asInt()));
        return ids;
    }

    /** Seeded names of any characters that Swift takes. */
    private static List<ObjectPath> names(int count) {
        Random random = new Random(7);
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new ObjectPath(
                                        "AUTH_" + text(random, false, 12),
                                        text(random, false, 20),
                                        text(random, true, 60)))
                .toList();
    }

    private static String text(Random random, boolean slash, int longest) {
        String pool = "abcXYZ019-_.%+ #?&äßλ日本😀" + (slash ? "//" : "");
        int[] points = pool.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(longest); i >= 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    private static Path script(String name) throws URISyntaxException {
        URL resource = RingsIT.class.getResource(name);
        return Path.of(Objects.requireNonNull(resource).toURI());
    }
}
