package io.zerocloud.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.job.StorePath;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.ring.PathHash;
import io.zerocloud.swift.ring.Ring;
import io.zerocloud.swift.ring.RingDevice;
import io.zerocloud.swift.ring.Rings;
import io.zerocloud.swift.ring.StoragePolicy;
import io.zerocloud.swift.ring.SwiftConf;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says from the ring files where an object's replicas belong. Which ring follows from the
 * container's policy, found out by a HEAD and remembered for a minute; a wrong guess costs a
 * transfer, never a wrong result, since agents check what they open. Where the rings cannot be
 * read, Swift's own {@code /endpoints} is asked, if its operator has put that into the pipeline.
 */
public final class RingLocator {
    private static final Logger LOG = LoggerFactory.getLogger(RingLocator.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ANSWER = 64 * 1024;

    private final Optional<SwiftConf> conf;
    private final Rings rings;
    private final SwiftApi swift;
    private final Cache<StorePath, String> policies =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterWrite(Duration.ofSeconds(60))
                    .build();
    private final Cache<StorePath, List<RingDevice>> asked =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterWrite(Duration.ofSeconds(60))
                    .build();

    /**
     * @param folder holds swift.conf and the rings; may lack both
     * @throws IOException if there is a swift.conf that cannot be understood
     */
    public RingLocator(Path folder, SwiftApi swift) throws IOException {
        Path file = folder.resolve("swift.conf");
        if (Files.isReadable(file)) {
            this.conf = Optional.of(SwiftConf.read(file));
        } else {
            LOG.warn("{} cannot be read: Swift is asked where objects lie", file);
            this.conf = Optional.empty();
        }
        this.rings = new Rings(folder);
        this.swift = swift;
    }

    /** The name of the policy of a container's objects; empty if it cannot be known. */
    String policyName(StorePath path, Caller caller) {
        if (conf.isPresent() && conf.get().policies().size() == 1) {
            return conf.get().defaultPolicy().name();
        }
        return policies.get(path.inContainer(), container -> ask(container, caller));
    }

    /** The name of the default policy; empty if it cannot be known. */
    String defaultPolicyName() {
        return conf.map(known -> known.defaultPolicy().name()).orElse("");
    }

    private String ask(StorePath container, Caller caller) {
        try (Reply reply = swift.head(caller, container)) {
            String name = reply.header("X-Storage-Policy");
            return name.isEmpty() ? defaultPolicyName() : name;
        } catch (IOException e) {
            return defaultPolicyName();
        }
    }

    /** The devices of an object's or container's primary replicas; empty if nothing knows them. */
    List<RingDevice> devices(StorePath path, Caller caller) {
        if (conf.isPresent()) {
            try {
                return inRing(conf.get(), path, caller);
            } catch (IOException e) {
                LOG.warn("No ring for {}: {}", path, e.getMessage());
            }
        }
        return asked.get(path, key -> endpoints(key, caller));
    }

    /** All devices of a policy; empty if it is unknown or its ring cannot be read. */
    List<RingDevice> devices(String policy) {
        Optional<StoragePolicy> known = conf.flatMap(all -> all.policy(policy));
        if (known.isEmpty()) {
            LOG.warn("Could not load storage policy: {}", policy);
            return List.of();
        }
        try {
            return rings.object(known.get()).devices();
        } catch (IOException e) {
            LOG.warn("No ring for policy {}: {}", policy, e.getMessage());
            return List.of();
        }
    }

    private List<RingDevice> inRing(SwiftConf known, StorePath path, Caller caller)
            throws IOException {
        if (path.isContainer()) {
            Ring ring = rings.container();
            PathHash hash = known.hasher().container(path.account(), path.container());
            return ring.primaries(ring.partition(hash));
        }
        Ring ring =
                rings.object(known.policy(policyName(path, caller)).orElse(known.defaultPolicy()));
        PathHash hash =
                known.hasher()
                        .object(new ObjectPath(path.account(), path.container(), path.object()));
        return ring.primaries(ring.partition(hash));
    }

    /** What {@code GET /endpoints/v2/...} says: URLs of object servers, with the device first. */
    private List<RingDevice> endpoints(StorePath path, Caller caller) {
        try (Reply reply = swift.endpoints(caller, path)) {
            if (reply.status() != 200) {
                return List.of();
            }
            List<RingDevice> devices = new ArrayList<>();
            for (JsonNode text : JSON.readTree(reply.bytes(MAX_ANSWER)).path("endpoints")) {
                URI url = URI.create(text.asText());
                String[] parts = url.getPath().split("/", 3);
                devices.add(
                        new RingDevice(
                                devices.size(),
                                1,
                                1,
                                url.getHost().replaceAll("[\\[\\]]", ""),
                                url.getPort(),
                                parts[1]));
            }
            return devices;
        } catch (IOException | RuntimeException e) {
            LOG.debug("/endpoints of {} cannot be had", path, e);
            return List.of();
        }
    }
}
