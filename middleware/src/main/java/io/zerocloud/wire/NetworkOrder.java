package io.zerocloud.wire;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Asks an agent to keep slots for those sessions of a set joined by channels that it shall run, and
 * to make the ends of their channels. It keeps all of them or none; the sessions' orders name the
 * network and use the slots.
 *
 * @param job the job's id, for logs
 * @param sessions how many of the set run here
 * @param leaseMillis the slots are given up if the sessions' orders have not come by then
 * @param lifeMillis whatever happens, the network is gone by then
 * @param digests whether the bytes of channels are digested, at both ends
 * @param peers where the other agents are
 * @param local numbers of the channels between sessions here
 * @param incoming by agent, the channels from sessions there to sessions here
 * @param outgoing by agent, the channels from sessions here to sessions there
 */
public record NetworkOrder(
        String job,
        int sessions,
        long leaseMillis,
        long lifeMillis,
        boolean digests,
        Map<String, URI> peers,
        List<Integer> local,
        Map<String, List<Integer>> incoming,
        Map<String, List<Integer>> outgoing) {

    /**
     * Most channels of one network at one agent. Each holds two descriptors if local, one
     * otherwise, and a window of memory if incoming.
     */
    public static final int MOST_CHANNELS = 16_384;

    /** Longest order in bytes: so many numbers. */
    public static final int MAX_BYTES = 1 << 20;

    public NetworkOrder {
        peers = Map.copyOf(peers);
        local = List.copyOf(local);
        incoming = new TreeMap<>(incoming);
        outgoing = new TreeMap<>(outgoing);
        if (sessions < 1 || sessions > 4096 || leaseMillis < 1 || lifeMillis < leaseMillis) {
            throw new IllegalArgumentException(
                    "not a network: " + sessions + " sessions, " + leaseMillis + " ms");
        }
        List<Integer> numbers =
                Stream.of(List.of(local), incoming.values(), outgoing.values())
                        .flatMap(Collection::stream)
                        .flatMap(List::stream)
                        .toList();
        if (numbers.size() > MOST_CHANNELS) {
            throw new IllegalArgumentException(
                    numbers.size() + " channels, at most " + MOST_CHANNELS);
        }
        if (numbers.stream().distinct().count() != numbers.size()) {
            throw new IllegalArgumentException("a channel is listed twice");
        }
        if (!peers.keySet().containsAll(incoming.keySet())
                || !peers.keySet().containsAll(outgoing.keySet())) {
            throw new IllegalArgumentException("a channel goes to an agent without an address");
        }
    }

    public int channels() {
        return local.size() + count(incoming) + count(outgoing);
    }

    private static int count(Map<String, List<Integer>> numbers) {
        return numbers.values().stream().mapToInt(List::size).sum();
    }
}
