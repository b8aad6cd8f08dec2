package io.zerocloud.plan.snapshot;

import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Listings;
import io.zerocloud.plan.ObjectFacts;
import io.zerocloud.plan.Pin;
import io.zerocloud.plan.StoreRefused;
import io.zerocloud.plan.Utf8Order;
import io.zerocloud.plan.placement.Cluster;
import io.zerocloud.plan.placement.Replicas;
import io.zerocloud.plan.placement.StorageNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A store and its cluster, written down: enough to plan a job without any server.
 *
 * <p>{@link SnapshotParser} reads one from JSON. Immutable after that; may be shared by threads.
 */
public final class StoreSnapshot implements Listings, ObjectFacts, Replicas {
    private final int pageSize;
    private final int replicas;
    private final Cluster cluster;
    private final Map<String, Integer> accountStatus;
    private final Map<String, NavigableMap<String, Container>> accounts = new HashMap<>();

    /**
     * A container.
     *
     * @param status what the store answers for the container and what is in it; 200 if it is there
     * @param nodes ids of the nodes that hold its replicas; empty means as the ring would
     */
    record Container(int status, List<String> nodes, NavigableMap<String, Entry> objects) {}

    /**
     * An object.
     *
     * @param status what a HEAD answers; 200 if it is there
     * @param nodes ids of the nodes that hold its replicas; empty means as the ring would
     */
    record Entry(int status, Pin pin, List<String> nodes) {}

    StoreSnapshot(int pageSize, int replicas, Cluster cluster, Map<String, Integer> accountStatus) {
        this.pageSize = pageSize;
        this.replicas = replicas;
        this.cluster = cluster;
        this.accountStatus = Map.copyOf(accountStatus);
    }

    void add(String account, String name, Container container) {
        accounts.computeIfAbsent(account, a -> new TreeMap<>(Utf8Order::compare))
                .put(name, container);
    }

    public Cluster cluster() {
        return cluster;
    }

    @Override
    public List<String> containers(String account, String prefix, String marker)
            throws StoreRefused {
        int status = accountStatus.getOrDefault(account, accounts.containsKey(account) ? 200 : 404);
        if (status != 200) {
            throw new StoreRefused(status, reason(status));
        }
        return page(accounts.getOrDefault(account, new TreeMap<>()), prefix, marker).stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public List<ListedObject> objects(
            String account, String container, String prefix, String marker) throws StoreRefused {
        Optional<Container> found = find(account, container);
        int status = found.map(Container::status).orElse(404);
        if (status != 200) {
            throw new StoreRefused(status, reason(status));
        }
        return page(found.orElseThrow().objects(), prefix, marker).stream()
                .map(
                        entry ->
                                new ListedObject(
                                        entry.getKey(),
                                        entry.getValue().pin().length(),
                                        entry.getValue().pin().etag(),
                                        entry.getValue().pin().contentType(),
                                        "1970-01-01T00:00:00.000000"))
                .toList();
    }

    private <T> List<Map.Entry<String, T>> page(
            NavigableMap<String, T> all, String prefix, String marker) {
        boolean afterMarker = Utf8Order.compare(marker, prefix) >= 0;
        NavigableMap<String, T> tail =
                afterMarker ? all.tailMap(marker, false) : all.tailMap(prefix, true);
        List<Map.Entry<String, T>> page = new ArrayList<>();
        for (Map.Entry<String, T> entry : tail.entrySet()) {
            if (page.size() == pageSize || !entry.getKey().startsWith(prefix)) {
                break;
            }
            page.add(entry);
        }
        return page;
    }

    @Override
    public Map<StorePath, Fact> describe(Set<StorePath> paths) {
        Map<StorePath, Fact> facts = new HashMap<>();
        paths.forEach(path -> facts.put(path, fact(path)));
        return facts;
    }

    private Fact fact(StorePath path) {
        Optional<Container> container = find(path.account(), path.container());
        if (container.isEmpty()) {
            return new Fact.Missing(true);
        }
        if (container.get().status() != 200) {
            return answer(container.get().status());
        }
        if (path.isContainer()) {
            return new Fact.Present(new Pin("", 0, "", "", "", Map.of(), false));
        }
        Entry entry = container.get().objects().get(path.object());
        if (entry == null) {
            return new Fact.Missing(false);
        }
        return entry.status() == 200 ? new Fact.Present(entry.pin()) : answer(entry.status());
    }

    private static Fact answer(int status) {
        return status == 404 ? new Fact.Missing(false) : new Fact.Refused(status, reason(status));
    }

    @Override
    public List<String> of(StorePath path) {
        Optional<Container> container = find(path.account(), path.container());
        if (container.isPresent()) {
            Entry entry = container.get().objects().get(path.object());
            List<String> nodes = path.isContainer() ? container.get().nodes() : List.of();
            nodes = entry == null ? nodes : entry.nodes();
            if (!nodes.isEmpty()) {
                return nodes;
            }
        }
        // Highest hash first, the way a ring spreads paths evenly and always the same.
        return cluster.nodes().stream()
                .map(StorageNode::id)
                .sorted(Comparator.comparingLong((String id) -> hash(path + "@" + id)).reversed())
                .limit(replicas)
                .toList();
    }

    private static long hash(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private Optional<Container> find(String account, String container) {
        return Optional.ofNullable(accounts.get(account)).map(all -> all.get(container));
    }

    private static String reason(int status) {
        return switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 500 -> "Internal Error";
            case 503 -> "Service Unavailable";
            default -> "";
        };
    }
}
