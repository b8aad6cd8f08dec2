package io.zerocloud.plan.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.SwiftNames;
import io.zerocloud.plan.Pin;
import io.zerocloud.plan.Utf8Order;
import io.zerocloud.plan.placement.Cluster;
import io.zerocloud.plan.placement.StorageNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Reads a {@link StoreSnapshot} and the request around it. The format is in
 * docs/reference/job-format.md; its short form, plain lines, is one object's {@code
 * /account/container/object} a line.
 */
public final class SnapshotParser {
    private static final Set<String> FIELDS =
            Set.of(
                    "account",
                    "containers",
                    "account_status",
                    "nodes",
                    "share",
                    "replicas",
                    "page",
                    "system_images",
                    "image",
                    "payload");
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .build();

    private SnapshotParser() {}

    /**
     * What a file says.
     *
     * @param store to plan against
     * @param context of the job
     */
    public record Read(StoreSnapshot store, JobContext context) {}

    /**
     * Reads a file in either form.
     *
     * @throws IOException with a message that names what is wrong
     */
    public static Read parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.stripLeading().startsWith("{") ? parse(MAPPER.readTree(text)) : lines(text);
    }

    /** Reads the JSON form. */
    public static Read parse(JsonNode root) throws IOException {
        for (String field : iterable(root)) {
            if (!FIELDS.contains(field)) {
                throw new IOException("a listing has no field '" + field + "'");
            }
        }
        String account = root.path("account").asText("AUTH_test");
        Map<String, Integer> statuses = new HashMap<>();
        root.path("account_status")
                .properties()
                .forEach(e -> statuses.put(e.getKey(), e.getValue().asInt()));
        StoreSnapshot store =
                new StoreSnapshot(
                        root.path("page").asInt(10_000),
                        root.path("replicas").asInt(3),
                        cluster(root),
                        statuses);
        for (Map.Entry<String, JsonNode> entry : root.path("containers").properties()) {
            String name = entry.getKey();
            int slash = name.indexOf('/');
            if (!SwiftNames.isContainer(name.substring(slash + 1))) {
                throw new IOException("no container can be called '" + name + "'");
            }
            store.add(
                    slash < 0 ? account : name.substring(0, slash),
                    name.substring(slash + 1),
                    container(entry.getValue()));
        }
        Set<String> images = new LinkedHashSet<>();
        root.path("system_images").forEach(image -> images.add(image.asText()));
        JobContext.UploadedImage image =
                JobContext.UploadedImage.valueOf(
                        root.path("image").asText("none").toUpperCase(Locale.ROOT));
        return new Read(
                store, new JobContext(account, images, image, root.path("payload").asBoolean()));
    }

    private static Iterable<String> iterable(JsonNode node) {
        return node::fieldNames;
    }

    private static Read lines(String text) throws IOException {
        Map<String, Map<String, NavigableMap<String, StoreSnapshot.Entry>>> accounts =
                new TreeMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("/", 4);
            if (parts.length < 4
                    || !parts[0].isEmpty()
                    || parts[1].isEmpty()
                    || !SwiftNames.isContainer(parts[2])) {
                throw new IOException(
                        "line " + number + " is not /account/container/object: " + line);
            }
            accounts.computeIfAbsent(parts[1], a -> new TreeMap<>())
                    .computeIfAbsent(parts[2], c -> new TreeMap<>(Utf8Order::compare))
                    .put(parts[3], entry(parts[3], MAPPER.createObjectNode()));
        }
        StoreSnapshot store =
                new StoreSnapshot(10_000, 3, cluster(MAPPER.createObjectNode()), Map.of());
        accounts.forEach(
                (account, containers) ->
                        containers.forEach(
                                (name, objects) ->
                                        store.add(
                                                account,
                                                name,
                                                new StoreSnapshot.Container(
                                                        200, List.of(), objects))));
        String account = accounts.isEmpty() ? "AUTH_test" : accounts.keySet().iterator().next();
        return new Read(store, JobContext.of(account, Set.of()));
    }

    private static Cluster cluster(JsonNode root) {
        List<StorageNode> nodes = new ArrayList<>();
        for (JsonNode node : root.path("nodes")) {
            int slots = node.path("slots").asInt(16);
            nodes.add(
                    new StorageNode(
                            node.isTextual() ? node.asText() : node.path("id").asText(),
                            slots,
                            node.path("free").asInt(slots),
                            node.path("up").asBoolean(true)));
        }
        if (nodes.isEmpty()) {
            for (int i = 1; i <= 4; i++) {
                nodes.add(new StorageNode("node" + i, 16, 16, true));
            }
        }
        return new Cluster(nodes, root.path("share").asInt(Integer.MAX_VALUE));
    }

    private static StoreSnapshot.Container container(JsonNode node) {
        NavigableMap<String, StoreSnapshot.Entry> objects = new TreeMap<>(Utf8Order::compare);
        JsonNode given = node.isArray() ? node : node.path("objects");
        if (given.isArray()) {
            given.forEach(
                    name ->
                            objects.put(
                                    name.asText(),
                                    entry(name.asText(), MAPPER.createObjectNode())));
        } else {
            given.properties()
                    .forEach(e -> objects.put(e.getKey(), entry(e.getKey(), e.getValue())));
        }
        return new StoreSnapshot.Container(node.path("status").asInt(200), ids(node), objects);
    }

    private static StoreSnapshot.Entry entry(String name, JsonNode node) {
        Map<String, String> meta = new TreeMap<>();
        node.path("meta").properties().forEach(e -> meta.put(e.getKey(), e.getValue().asText()));
        Pin pin =
                new Pin(
                        node.path("etag").asText(inventedEtag(name)),
                        node.path("bytes").asLong(0),
                        node.path("content_type").asText("application/octet-stream"),
                        node.path("timestamp").asText(""),
                        node.path("content_encoding").asText(""),
                        meta,
                        false);
        return new StoreSnapshot.Entry(node.path("status").asInt(200), pin, ids(node));
    }

    /** Something that looks like an ETag and is always the same for one name. */
    private static String inventedEtag(String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%032x", crc.getValue());
    }

    private static List<String> ids(JsonNode node) {
        List<String> ids = new ArrayList<>();
        node.path("nodes").forEach(id -> ids.add(id.asText()));
        return List.copyOf(ids);
    }
}
