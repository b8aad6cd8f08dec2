package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.nvram.GuestEnvironment;
import io.zerocloud.plan.Channel.Backing;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated jobs, most of them valid: what must hold for every plan, whatever the job. */
class RandomJobsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ROUNDS = 150;

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void plans_keep_their_promises(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int planned = 0;
        for (int round = 0; round < ROUNDS; round++) {
            SnapshotParser.Read given = SnapshotParser.parse(store(random));
            byte[] document = job(random).toString().getBytes(StandardCharsets.UTF_8);
            Planner planner = new Planner(PlanSettings.DEFAULT);
            try {
                Plan plan = plan(planner, document, given);
                check(plan, given);
                assertThat(plan(planner, document, given)).isEqualTo(plan);
                assertThat(plan(planner, document, given).explain()).isEqualTo(plan.explain());
                planned++;
            } catch (JobRefused refused) {
                assertThat(refused.status()).as(refused.body()).isBetween(400, 503);
                assertThat(refused.body()).doesNotContain("Exception", "null");
            }
        }
        assertThat(planned).as("most generated jobs are valid").isGreaterThan(ROUNDS / 3);
    }

    private static Plan plan(Planner planner, byte[] document, SnapshotParser.Read given)
            throws JobRefused {
        Job job = JobParser.parse(document, given.context(), JobLimits.DEFAULT);
        Plan plan = planner.pin(planner.expand(job, given.store()), given.store());
        return planner.place(plan, given.store().cluster(), given.store());
    }

    private static void check(Plan plan, SnapshotParser.Read given) {
        Set<String> names = new HashSet<>();
        Map<Integer, Integer> ends = new HashMap<>();
        for (int i = 0; i < plan.sessions().size(); i++) {
            Session session = plan.sessions().get(i);
            assertThat(session.id()).isEqualTo(i + 1);
            assertThat(names.add(session.name())).as("names are unique").isTrue();
            checkChannels(plan, session, ends);
            String nvram = session.nvram(GuestEnvironment.join(session.env(), Map.of(), Map.of()));
            assertThat(nvram.lines().filter(l -> l.startsWith("channel=") && l.contains("mode=")))
                    .hasSameSizeAs(session.channels());
        }
        assertThat(ends)
                .as("each connection has exactly two ends")
                .hasSize(plan.connections().size());
        assertThat(ends.values()).allMatch(count -> count == 2);
        checkSymmetry(plan);
        checkCoverage(plan, given);
        assertThat(plan.placement()).hasSameSizeAs(plan.sessions());
    }

    private static void checkChannels(Plan plan, Session session, Map<Integer, Integer> ends) {
        Set<String> devices = new HashSet<>();
        for (Channel channel : session.channels()) {
            assertThat(devices.add(channel.device())).as("devices are unique").isTrue();
            assertThat(channel.isReadable()).isNotEqualTo(channel.isWritable());
            switch (channel.backing()) {
                case Backing.PeerOutput peer -> {
                    Connection c = plan.connections().get(peer.connection());
                    assertThat(c.from()).isEqualTo(session.id());
                    assertThat(c.fromDevice()).isEqualTo(channel.device());
                    ends.merge(c.id(), 1, Integer::sum);
                }
                case Backing.PeerInput peer -> {
                    Connection c = plan.connections().get(peer.connection());
                    assertThat(c.to()).isEqualTo(session.id());
                    assertThat(c.toDevice()).isEqualTo(channel.device());
                    ends.merge(c.id(), 1, Integer::sum);
                }
                case Backing.ObjectInput input ->
                        assertThat(input.object().pin()).as("pinned").isPresent();
                default -> {}
            }
        }
        assertThat(devices).contains("stdin", "stdout", "stderr");
        assertThat(
                        session.channels().stream()
                                .filter(c -> c.backing() instanceof Backing.Response r && r.body())
                                .count())
                .as("at most one body")
                .isLessThanOrEqualTo(1);
    }

    private static void checkSymmetry(Plan plan) {
        for (Connection connection : plan.connections()) {
            Session from = plan.session(connection.from());
            Session to = plan.session(connection.to());
            assertThat(connection.from()).isNotEqualTo(connection.to());
            assertThat(from.component())
                    .as("joined sessions are one set")
                    .isEqualTo(to.component());
            assertThat(plan.placementOf(from).wave()).isEqualTo(plan.placementOf(to).wave());
            assertThat(from.isConnected() && to.isConnected()).isTrue();
        }
    }

    /** Every object that a wildcard matches is read by exactly one session of its group. */
    private static void checkCoverage(Plan plan, SnapshotParser.Read given) {
        plan.job()
                .groups()
                .forEach(
                        group ->
                                group.wildcardInputs()
                                        .forEach(
                                                device -> {
                                                    List<String> read = new ArrayList<>();
                                                    for (Session s : plan.sessions()) {
                                                        if (s.group().equals(group.name())) {
                                                            Channel c =
                                                                    s.channel(device.name())
                                                                            .orElseThrow();
                                                            read.add(
                                                                    ((Backing.ObjectInput)
                                                                                    c.backing())
                                                                            .object()
                                                                            .path()
                                                                            .object());
                                                        }
                                                    }
                                                    assertThat(read)
                                                            .containsExactlyElementsOf(
                                                                    expected(given, device));
                                                }));
    }

    private static List<String> expected(
            SnapshotParser.Read given, io.zerocloud.job.Device device) {
        String pattern = device.swift().orElseThrow().object();
        String regex =
                "(?s)"
                        + java.util.Arrays.stream(pattern.split("\\*", -1))
                                .map(java.util.regex.Pattern::quote)
                                .collect(java.util.stream.Collectors.joining(".*"));
        List<String> all = new ArrayList<>();
        try {
            String marker = "";
            while (true) {
                List<Listings.ListedObject> page = given.store().objects("a", "c", "", marker);
                if (page.isEmpty()) {
                    break;
                }
                page.forEach(o -> all.add(o.name()));
                marker = all.getLast();
            }
        } catch (StoreRefused e) {
            throw new AssertionError(e);
        }
        return all.stream().filter(name -> name.matches(regex)).toList();
    }

    private static ObjectNode store(SplittableRandom random) {
        ObjectNode store = MAPPER.createObjectNode();
        store.put("account", "a").put("page", 1 + random.nextInt(4)).put("replicas", 2);
        ArrayNode objects = store.putObject("containers").putArray("c");
        objects.add("exe");
        Set<String> names = new HashSet<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            StringBuilder name = new StringBuilder("o");
            for (int c = random.nextInt(5); c > 0; c--) {
                name.append("ab/ü1.".charAt(random.nextInt(6)));
            }
            String text = name + "x";
            if (!text.contains("/.") && !text.contains("./") && names.add(text)) {
                objects.add(text);
            }
        }
        return store;
    }

    private static ArrayNode job(SplittableRandom random) {
        ArrayNode job = MAPPER.createArrayNode();
        int groups = 1 + random.nextInt(4);
        for (int g = 0; g < groups; g++) {
            ObjectNode group = job.addObject().put("name", "g" + g);
            group.putObject("exec").put("path", "swift://~/c/exe").put("args", "a \"b c\" d\\x2c");
            boolean wildcard = random.nextInt(3) == 0;
            int count = 1 + random.nextInt(4);
            if (!wildcard && random.nextBoolean()) {
                group.put("count", count);
            }
            boolean many = wildcard || (group.has("count") && count > 1);
            ArrayNode devices = group.putArray("devices");
            if (wildcard) {
                String[] patterns = {"o*", "o*x", "*", "oa*", "o*/*", "*ü*"};
                devices.addObject()
                        .put("name", random.nextBoolean() ? "stdin" : "input")
                        .put("path", "swift://a/c/" + patterns[random.nextInt(patterns.length)]);
            }
            if (random.nextBoolean()) {
                ObjectNode out = devices.addObject().put("name", "stdout");
                if (random.nextBoolean()) {
                    out.put("path", "swift://a/out/g" + g + (many ? "-*" : ""));
                }
            }
            if (random.nextInt(4) == 0) {
                devices.addObject().put("name", "stderr");
            }
            if (random.nextBoolean()) {
                ArrayNode connect = group.putArray("connect");
                for (int c = 1 + random.nextInt(2); c > 0; c--) {
                    int target = random.nextInt(groups);
                    if (target != g || many) {
                        connect.add("g" + target);
                    }
                }
            }
            if (groups > 1 && !many && random.nextInt(4) == 0) {
                devices.addObject()
                        .put("name", "x")
                        .put("path", "zvm://g" + (g + 1) % groups + ":/dev/y" + g);
            }
            if (random.nextInt(4) == 0) {
                group.put("location", "l" + random.nextInt(2));
            }
        }
        return job;
    }
}
