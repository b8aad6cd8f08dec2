package io.zerocloud.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacerTest {
    private static final StorePath X = new StorePath("a", "c", "x");

    private int component;

    private Placer.Request alone(String name) {
        return new Placer.Request(name, ++component, Optional.empty(), Optional.empty());
    }

    private Placer.Request near(String name, StorePath path) {
        return new Placer.Request(name, ++component, Optional.empty(), Optional.of(path));
    }

    private Placer.Request labelled(String name, String label) {
        return new Placer.Request(name, ++component, Optional.of(label), Optional.empty());
    }

    private static List<Placer.Request> joined(Placer.Request... requests) {
        List<Placer.Request> joined = new ArrayList<>();
        for (Placer.Request request : requests) {
            joined.add(
                    new Placer.Request(request.name(), 1_000, request.label(), request.attached()));
        }
        return joined;
    }

    private static Cluster cluster(StorageNode... nodes) {
        return new Cluster(List.of(nodes), Integer.MAX_VALUE);
    }

    private static StorageNode node(String id, int slots, int free) {
        return new StorageNode(id, slots, free, true);
    }

    private static Replicas at(String... ids) {
        return path -> List.of(ids);
    }

    private static List<String> nodes(List<Placement> placed) {
        return placed.stream().map(Placement::node).toList();
    }

    private static List<Integer> waves(List<Placement> placed) {
        return placed.stream().map(Placement::wave).toList();
    }

    @Test
    void a_session_runs_where_its_object_is() throws JobRefused {
        Placement placement =
                Placer.place(
                                List.of(near("n", X)),
                                cluster(node("n1", 9, 9), node("n2", 2, 1), node("n3", 2, 2)),
                                at("n2", "n3"))
                        .getFirst();
        assertThat(placement.node()).isEqualTo("n3");
        assertThat(placement.reason()).isEqualTo(Placement.Reason.LOCAL);
        assertThat(placement.why()).contains("/a/c/x");
        assertThat(placement.alternatives()).containsExactly("n2");
    }

    @Test
    void the_first_replica_wins_a_tie() throws JobRefused {
        assertThat(
                        nodes(
                                Placer.place(
                                        List.of(near("n", X)),
                                        cluster(node("n1", 2, 2), node("n2", 2, 2)),
                                        at("n2", "n1"))))
                .containsExactly("n2");
    }

    @Test
    void what_holds_a_replica_but_is_down_or_full_is_named() throws JobRefused {
        Placement placement =
                Placer.place(
                                List.of(near("n", X)),
                                cluster(
                                        node("n1", 2, 2),
                                        new StorageNode("n2", 2, 2, false),
                                        node("n3", 2, 0)),
                                at("n2", "n3", "gone"))
                        .getFirst();
        assertThat(placement.node()).isEqualTo("n1");
        assertThat(placement.reason()).isEqualTo(Placement.Reason.REMOTE);
        assertThat(placement.why()).contains("n2 is down", "n3 is full", "gone runs no sessions");
        assertThat(placement.alternatives()).containsExactly("n3");
    }

    @Test
    void a_failed_node_gets_nothing() throws JobRefused {
        Cluster cluster = cluster(node("n1", 4, 4), node("n2", 4, 4));
        assertThat(
                        nodes(
                                Placer.place(
                                        List.of(near("a", X), near("b", X)),
                                        cluster.without(Set.of("n1")),
                                        at("n1", "n2"))))
                .containsOnly("n2");
    }

    @Test
    void a_session_waits_one_wave_for_its_object_but_not_two() throws JobRefused {
        List<Placer.Request> requests =
                List.of(near("a", X), near("b", X), near("c", X), near("d", X));
        List<Placement> placed =
                Placer.place(requests, cluster(node("n1", 1, 1), node("n2", 9, 9)), at("n1"));
        assertThat(nodes(placed)).containsExactly("n1", "n1", "n2", "n2");
        assertThat(waves(placed)).containsExactly(0, 1, 0, 0);
    }

    @Test
    void what_does_not_fit_waits_for_the_next_wave() throws JobRefused {
        List<Placement> placed =
                Placer.place(
                        List.of(alone("a"), alone("b"), alone("c")),
                        new Cluster(List.of(node("n1", 8, 8), node("n2", 8, 8)), 2),
                        at());
        assertThat(nodes(placed)).containsExactly("n1", "n2", "n1");
        assertThat(waves(placed)).containsExactly(0, 0, 1);
    }

    @Test
    void a_label_keeps_sessions_together_even_if_they_wait() throws JobRefused {
        List<Placement> placed =
                Placer.place(
                        List.of(labelled("a", "l"), alone("x"), labelled("b", "l")),
                        cluster(node("n1", 1, 1), node("n2", 5, 5)),
                        at());
        assertThat(placed.get(2).node()).isEqualTo(placed.get(0).node());
        assertThat(placed.get(2).reason()).isEqualTo(Placement.Reason.LABEL);
        assertThat(placed.get(2).why()).contains("a");
    }

    @Test
    void joined_sessions_start_together_even_if_the_label_cannot_hold_them() throws JobRefused {
        List<Placement> placed =
                Placer.place(
                        joined(labelled("a", "l"), labelled("b", "l"), labelled("c", "l")),
                        cluster(node("n1", 2, 2), node("n2", 1, 1)),
                        at());
        assertThat(waves(placed)).containsOnly(0);
        assertThat(nodes(placed)).containsExactly("n1", "n1", "n2");
    }

    @Test
    void in_a_joined_set_those_with_an_object_choose_first() throws JobRefused {
        List<Placement> placed =
                Placer.place(
                        joined(alone("reduce"), near("map", X)),
                        cluster(node("n1", 1, 1), node("n2", 1, 1)),
                        at("n1"));
        assertThat(nodes(placed)).containsExactly("n2", "n1");
    }

    @Test
    void joined_sets_take_their_slots_before_single_sessions() throws JobRefused {
        List<Placer.Request> requests = new ArrayList<>(List.of(alone("x"), alone("y")));
        requests.addAll(joined(alone("a"), alone("b")));
        List<Placement> placed = Placer.place(requests, cluster(node("n1", 2, 2)), at());
        assertThat(waves(placed)).containsExactly(1, 1, 0, 0);
    }

    private static ErrorCode refusal(List<Placer.Request> requests, Cluster cluster) {
        JobRefused refused =
                catchThrowableOfType(JobRefused.class, () -> Placer.place(requests, cluster, at()));
        return refused.violations().getFirst().code();
    }

    @Test
    void no_room_is_told_from_no_room_ever() {
        List<Placer.Request> two = joined(alone("a"), alone("b"));
        assertThat(refusal(two, cluster(node("n1", 2, 1)))).isEqualTo(ErrorCode.CLUSTER_BUSY);
        assertThat(refusal(two, cluster(node("n1", 1, 1))))
                .isEqualTo(ErrorCode.COMPONENT_TOO_LARGE);
        assertThat(refusal(List.of(alone("a")), cluster(node("n1", 2, 0))))
                .isEqualTo(ErrorCode.NO_FREE_SLOT);
        assertThat(refusal(List.of(alone("a")), cluster())).isEqualTo(ErrorCode.NO_STORAGE_NODE);
        assertThat(refusal(List.of(alone("a")), new Cluster(List.of(node("n1", 2, 2)), 0)))
                .isEqualTo(ErrorCode.NO_FREE_SLOT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void random_clusters_keep_the_rules(long seed) throws JobRefused {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            List<StorageNode> nodes = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                int slots = random.nextInt(5);
                nodes.add(
                        new StorageNode(
                                "n" + i, slots, random.nextInt(slots + 1), random.nextInt(5) > 0));
            }
            Cluster cluster = new Cluster(nodes, random.nextInt(12));
            List<Placer.Request> requests = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(20); i++) {
                requests.add(
                        new Placer.Request(
                                "s" + i,
                                random.nextInt(4) == 0 ? 1 : 2 + i,
                                random.nextInt(3) == 0
                                        ? Optional.of("l" + random.nextInt(2))
                                        : Optional.empty(),
                                random.nextInt(2) == 0
                                        ? Optional.of(
                                                new StorePath("a", "c", "" + random.nextInt(9)))
                                        : Optional.empty()));
            }
            Replicas replicas =
                    path -> List.of("n" + path.hashCode() % 6, "n" + (path.hashCode() + 1) % 6);
            checkRules(requests, cluster, replicas);
        }
    }

    private static void checkRules(
            List<Placer.Request> requests, Cluster cluster, Replicas replicas) {
        List<Placement> placed;
        try {
            placed = Placer.place(requests, cluster, replicas);
        } catch (JobRefused refused) {
            assertThat(refused.status()).isIn(400, 503);
            return;
        }
        assertThat(placed).hasSameSizeAs(requests).doesNotContainNull();
        Map<String, Integer> used = new HashMap<>();
        Map<Integer, Integer> perWave = new HashMap<>();
        Map<Integer, Integer> waveOfComponent = new HashMap<>();
        for (int i = 0; i < placed.size(); i++) {
            Placement p = placed.get(i);
            used.merge(p.wave() + "/" + p.node(), 1, Integer::sum);
            perWave.merge(p.wave(), 1, Integer::sum);
            Integer before = waveOfComponent.putIfAbsent(requests.get(i).component(), p.wave());
            assertThat(before == null || before == p.wave()).as("one wave for a set").isTrue();
        }
        for (StorageNode node : cluster.nodes()) {
            used.forEach(
                    (key, count) -> {
                        if (key.endsWith("/" + node.id())) {
                            assertThat(node.up()).isTrue();
                            assertThat(count).isLessThanOrEqualTo(node.free());
                        }
                    });
        }
        perWave.values().forEach(count -> assertThat(count).isLessThanOrEqualTo(cluster.share()));
        Set<Integer> waves = new HashSet<>(perWave.keySet());
        for (int wave : waves) {
            assertThat(wave == 0 || waves.contains(wave - 1)).as("no empty wave").isTrue();
        }
        try {
            assertThat(Placer.place(requests, cluster, replicas)).isEqualTo(placed);
        } catch (JobRefused refused) {
            throw new AssertionError(refused);
        }
    }
}
