package io.zerocloud.run;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says from the ring files where an object's replicas belong. Which ring follows from the
 * container's policy, found out by a HEAD and remembered for a minute; a wrong guess costs a
 * transfer, never a wrong result, since agents check what they open.
 */
public final class RingLocator {
    private static final Logger LOG = LoggerFactory.getLogger(RingLocator.class);

    private final SwiftConf conf;
    private final Rings rings;
    private final SwiftApi swift;
    private final Cache<StorePath, StoragePolicy> policies =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterWrite(Duration.ofSeconds(60))
                    .build();

    /**
     * @param folder holds swift.conf and the rings
     */
    public RingLocator(Path folder, SwiftApi swift) throws IOException {
        this.conf = SwiftConf.read(folder.resolve("swift.conf"));
        this.rings = new Rings(folder);
        this.swift = swift;
    }

    /** The policy of a container's objects; the default if it cannot be known. */
    StoragePolicy policy(StorePath path, Caller caller) {
        if (conf.policies().size() == 1) {
            return conf.defaultPolicy();
        }
        return policies.get(path.inContainer(), container -> ask(container, caller));
    }

    private StoragePolicy ask(StorePath container, Caller caller) {
        try (Reply reply = swift.head(caller, container)) {
            return conf.policy(reply.header("X-Storage-Policy")).orElse(conf.defaultPolicy());
        } catch (IOException e) {
            return conf.defaultPolicy();
        }
    }

    /**
     * The devices of an object's or container's primary replicas; empty if the ring cannot be read.
     */
    List<RingDevice> devices(StorePath path, Caller caller) {
        try {
            if (path.isContainer()) {
                Ring ring = rings.container();
                PathHash hash = conf.hasher().container(path.account(), path.container());
                return ring.primaries(ring.partition(hash));
            }
            Ring ring = rings.object(policy(path, caller));
            PathHash hash =
                    conf.hasher()
                            .object(
                                    new ObjectPath(
                                            path.account(), path.container(), path.object()));
            return ring.primaries(ring.partition(hash));
        } catch (IOException e) {
            LOG.warn("No ring for {}: {}", path, e.getMessage());
            return List.of();
        }
    }
}
