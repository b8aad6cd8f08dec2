package io.zerocloud.swift.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What an embedded store is started with.
 *
 * @param directory where everything is kept; created if missing, used by one store at a time
 * @param users who may authenticate, at least one
 * @param nodes storage nodes, 1 to 64; fixed when the directory is first used
 * @param replicas copies of an object, each on another node; fixed when the directory is first used
 * @param host the address to listen on, normally loopback
 * @param port the port to listen on, 0 for any free one
 * @param clientTimeout how long a client may keep a request waiting for its next bytes, or take
 *     none of an answer, before the request is given up
 */
public record StoreConfig(
        Path directory,
        List<StoreUser> users,
        int nodes,
        int replicas,
        String host,
        int port,
        Duration clientTimeout) {
    /** The user of a store that a newcomer starts: account and user {@code test:tester}. */
    public static final StoreUser DEFAULT_USER = StoreUser.admin("test", "tester", "testing");

    static final int MAX_NODES = 64;

    /** Checks the ranges. */
    public StoreConfig {
        users = List.copyOf(users);
        if (users.isEmpty()) {
            throw new IllegalArgumentException("users is empty: a store needs at least one");
        }
        if (nodes < 1 || nodes > MAX_NODES) {
            throw new IllegalArgumentException("nodes is " + nodes + ": must be 1 to " + MAX_NODES);
        }
        if (replicas < 1 || replicas > nodes) {
            throw new IllegalArgumentException(
                    "replicas is " + replicas + ": must be 1 to the number of nodes, " + nodes);
        }
        if (clientTimeout.isNegative() || clientTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "clientTimeout is " + clientTimeout + ": must be positive");
        }
    }

    /** Loopback, three replicas (fewer if there are fewer nodes), Swift's time-out of 60 s. */
    public static StoreConfig of(Path directory, List<StoreUser> users, int nodes, int port) {
        return new StoreConfig(
                directory,
                users,
                nodes,
                Math.min(3, nodes),
                "127.0.0.1",
                port,
                Duration.ofSeconds(60));
    }
}
