package io.zerocloud.plan.placement;

import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses a storage node and a wave for every session of a job.
 *
 * <p>A wave is a set of sessions that run at the same time on the slots that were free when the job
 * was planned, at most the account's share. Sessions that connections join are put into one wave,
 * all or none, before the others; a session alone takes the earliest slot, but waits up to one wave
 * for a node that holds its object: moving the object usually costs less than a wave only if
 * several would pass.
 *
 * <p>Within these rules: the node of an earlier session with the same label; else the node with a
 * replica that has most free slots; else the node with most free slots. Ties fall to the order of
 * replicas and nodes, so that equal input gives an equal result.
 */
public final class Placer {
    /** Waves that a session waits for a node with its object rather than run elsewhere. */
    private static final int PATIENCE = 1;

    /**
     * A session to place.
     *
     * @param name the node's name
     * @param component sessions of one number run at the same time
     * @param label sessions of one label share a node if they can
     * @param attached the object to be near to
     */
    public record Request(
            String name, int component, Optional<String> label, Optional<StorePath> attached) {}

    private final List<StorageNode> nodes;
    private final Map<String, Integer> indexOf = new HashMap<>();
    private final Replicas replicas;
    private final Waves waves;
    private final int most;

    /** Node and first session of each label. */
    private final Map<String, Chosen> labels = new HashMap<>();

    private record Chosen(int node, String session) {}

    private Placer(Cluster cluster, Replicas replicas) {
        this.nodes = cluster.nodes();
        this.replicas = replicas;
        for (int i = 0; i < nodes.size(); i++) {
            indexOf.put(nodes.get(i).id(), i);
        }
        int slots = nodes.stream().filter(StorageNode::up).mapToInt(StorageNode::slots).sum();
        this.most = Math.min(slots, cluster.share());
        this.waves =
                new Waves(
                        nodes.stream().mapToInt(node -> node.up() ? node.free() : 0).toArray(),
                        cluster.share());
    }

    /**
     * Places all sessions.
     *
     * @return one placement for each request, in order
     * @throws JobRefused 503 if nothing is up or there is no room now, 400 if joined sessions need
     *     more slots than the account can ever have
     */
    public static List<Placement> place(List<Request> requests, Cluster cluster, Replicas replicas)
            throws JobRefused {
        if (cluster.nodes().stream().noneMatch(node -> node.up() && node.slots() > 0)) {
            throw new JobRefused(ErrorCode.NO_STORAGE_NODE.at("", ""));
        }
        return new Placer(cluster, replicas).place(requests);
    }

    private List<Placement> place(List<Request> requests) throws JobRefused {
        Map<Integer, List<Integer>> components = new LinkedHashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            components.computeIfAbsent(requests.get(i).component(), c -> new ArrayList<>()).add(i);
        }
        for (List<Integer> component : components.values()) {
            checkRoom(component.size());
        }
        Placement[] placed = new Placement[requests.size()];
        for (List<Integer> component : components.values()) {
            if (component.size() > 1) {
                placeTogether(requests, component, placed);
            }
        }
        for (List<Integer> component : components.values()) {
            if (component.size() == 1) {
                int i = component.getFirst();
                placed[i] = placeAlone(requests.get(i));
            }
        }
        return Arrays.asList(placed);
    }

    private void checkRoom(int size) throws JobRefused {
        if (size > 1 && size > most) {
            throw new JobRefused(ErrorCode.COMPONENT_TOO_LARGE.at("", "", size, most));
        }
        if (size > waves.width()) {
            throw new JobRefused(
                    size > 1
                            ? ErrorCode.CLUSTER_BUSY.at("", "", size, waves.width())
                            : ErrorCode.NO_FREE_SLOT.at("", ""));
        }
    }

    private void placeTogether(List<Request> requests, List<Integer> members, Placement[] placed) {
        int wave = waves.firstWithRoom(members.size());
        // Sessions that care where they run choose before those that do not.
        for (boolean caring : new boolean[] {true, false}) {
            for (int i : members) {
                Request request = requests.get(i);
                boolean cares = request.attached().isPresent() || request.label().isPresent();
                if (cares == caring) {
                    List<Integer> near = near(request);
                    int node = inWave(request, near, wave);
                    placed[i] = take(request, near, node, wave);
                }
            }
        }
    }

    private int inWave(Request request, List<Integer> near, int wave) {
        Optional<Chosen> label = request.label().map(labels::get);
        if (label.isPresent() && waves.free(wave, label.get().node()) > 0) {
            return label.get().node();
        }
        int local = freest(near, wave);
        return local >= 0 ? local : waves.freest(wave);
    }

    private int freest(List<Integer> candidates, int wave) {
        int best = -1;
        for (int node : candidates) {
            int free = waves.free(wave, node);
            if (free > 0 && (best < 0 || free > waves.free(wave, best))) {
                best = node;
            }
        }
        return best;
    }

    private Placement placeAlone(Request request) {
        List<Integer> near = near(request);
        int anywhere = waves.firstWithRoom(1);
        Optional<Chosen> label = request.label().map(labels::get);
        if (label.isPresent() && waves.everFree(label.get().node())) {
            int node = label.get().node();
            return take(request, near, node, waves.firstFree(node));
        }
        int localWave = Integer.MAX_VALUE;
        for (int node : near) {
            if (waves.everFree(node)) {
                localWave = Math.min(localWave, waves.firstFree(node));
            }
        }
        if (localWave <= anywhere + PATIENCE) {
            return take(request, near, freest(near, localWave), localWave);
        }
        return take(request, near, waves.freest(anywhere), anywhere);
    }

    private Placement take(Request request, List<Integer> near, int node, int wave) {
        waves.take(wave, node);
        Optional<Chosen> label = request.label().map(labels::get);
        Placement.Reason reason;
        String why;
        if (label.isPresent() && label.get().node() == node) {
            reason = Placement.Reason.LABEL;
            why = "shares its location label with " + label.get().session();
        } else if (near.contains(node)) {
            reason = Placement.Reason.LOCAL;
            why = "holds a replica of " + attached(request);
        } else if (request.attached().isPresent()) {
            reason = Placement.Reason.REMOTE;
            why = "not near " + attached(request) + ": " + whyNot(request);
        } else {
            reason = Placement.Reason.ANYWHERE;
            why = "no object attracts it; most free slots";
        }
        request.label().ifPresent(l -> labels.putIfAbsent(l, new Chosen(node, request.name())));
        List<String> others =
                near.stream().filter(i -> i != node).map(i -> nodes.get(i).id()).toList();
        return new Placement(nodes.get(node).id(), wave, reason, why, others);
    }

    private static String attached(Request request) {
        return request.attached().map(StorePath::toString).orElse("");
    }

    private String whyNot(Request request) {
        List<String> holders = request.attached().map(replicas::of).orElse(List.of());
        if (holders.isEmpty()) {
            return "its place is not known";
        }
        List<String> reasons = new ArrayList<>();
        for (String id : holders) {
            Integer index = indexOf.get(id);
            if (index == null) {
                reasons.add(id + " runs no sessions");
            } else if (!nodes.get(index).up()) {
                reasons.add(id + " is down");
            } else if (nodes.get(index).free() == 0) {
                reasons.add(id + " is full");
            } else {
                reasons.add(id + " has no slot soon enough");
            }
        }
        return String.join(", ", reasons);
    }

    /** Indexes of the nodes that are up and hold the attached object, best first. */
    private List<Integer> near(Request request) {
        if (request.attached().isEmpty()) {
            return List.of();
        }
        List<Integer> near = new ArrayList<>(4);
        for (String id : replicas.of(request.attached().get())) {
            Integer index = indexOf.get(id);
            if (index != null && nodes.get(index).up() && !near.contains(index)) {
                near.add(index);
            }
        }
        return near;
    }
}
