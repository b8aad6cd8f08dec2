package io.zerocloud.node;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One agent.
 *
 * @param name as the proxies call it; part of every signature
 * @param host the address to listen on; off loopback only with TLS
 * @param port 0 takes a free one
 * @param devices root folders of this node's devices; only read
 * @param swiftFolder holds swift.conf and the rings
 * @param swift base URL of the Swift proxy
 * @param work folder of its own, emptied at the start: caches, spools
 * @param slots sessions at once
 * @param memoryBytes memory of one guest
 * @param maxTimeout longest wall clock of a guest that an order may ask for
 * @param cacheBytes disk for images and payloads
 * @param spoolBytes disk for outputs and fetched inputs
 * @param spoolMemory bytes of one output kept in memory
 * @param systemImages tar files by name
 */
public record AgentConfig(
        String name,
        String host,
        int port,
        List<Path> devices,
        Path swiftFolder,
        URI swift,
        Path work,
        int slots,
        long memoryBytes,
        Duration maxTimeout,
        long cacheBytes,
        long spoolBytes,
        int spoolMemory,
        Map<String, Path> systemImages) {

    public AgentConfig {
        if (!name.matches("[A-Za-z0-9._:-]{1,64}")) {
            throw new IllegalArgumentException(
                    "node.name: '" + name + "' is not 1 to 64 letters, digits and '._:-'");
        }
        if (slots < 1 || slots > 4096) {
            throw new IllegalArgumentException("node.slots: " + slots + " is not 1 to 4096");
        }
        devices = List.copyOf(devices);
        systemImages = Map.copyOf(systemImages);
    }
}
