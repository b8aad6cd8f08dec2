package io.zerocloud.run;

import io.zerocloud.authority.Caller;
import io.zerocloud.job.StorePath;
import io.zerocloud.plan.placement.Cluster;
import io.zerocloud.plan.placement.StorageNode;
import io.zerocloud.swift.ring.RingDevice;
import io.zerocloud.wire.AgentStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents of the cluster: which are up, how many slots they have, whose disks they sit beside.
 * Looked at every few seconds; one that fails a call is out of use until it answers again.
 */
public final class Agents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Map<String, AgentClient> clients = new LinkedHashMap<>();
    private final Map<String, AgentStatus> status = new ConcurrentHashMap<>();
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private final FairSlots slots;
    private final RingLocator locator;
    private final List<Thread> lookers;

    /**
     * Asks every agent once, then keeps looking.
     *
     * @param clients closed with this object
     */
    public Agents(List<AgentClient> clients, FairSlots slots, RingLocator locator) {
        clients.forEach(client -> this.clients.put(client.address().name(), client));
        this.slots = slots;
        this.locator = locator;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            clients.forEach(client -> threads.execute(() -> ask(client)));
        }
        // Each by itself: one that hangs does not keep us from seeing that another is back.
        this.lookers =
                clients.stream()
                        .map(client -> Thread.ofVirtual().name("agents").start(() -> watch(client)))
                        .toList();
    }

    private void watch(AgentClient client) {
        try {
            while (true) {
                Thread.sleep(LOOK);
                ask(client);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(AgentClient client) {
        String name = client.address().name();
        try {
            AgentStatus now = client.status();
            if (status.put(name, now) == null) {
                reasons.remove(name);
                LOG.info("Agent {} is up with {} slots", name, now.slots());
                now.protections().stream()
                        .filter(line -> line.contains(": off"))
                        .forEach(line -> LOG.info("Agent {}: {}", name, line));
            }
            slots.agent(name, now.slots(), true);
        } catch (IOException e) {
            down(name, e);
        }
    }

    /** Takes an agent out of use until it answers again. */
    void down(String name, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        // One that was never up is worth a line too, and so is another reason.
        if (!reason.equals(reasons.put(name, reason))) {
            LOG.warn("Agent {} is out of use: {}", name, reason);
        }
        AgentStatus was = status.remove(name);
        if (was != null) {
            slots.agent(name, was.slots(), false);
        }
    }

    AgentClient client(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no agent " + name));
    }

    /** The agent of a name that may be anything. */
    Optional<AgentClient> find(String name) {
        return Optional.ofNullable(clients.get(name));
    }

    FairSlots slots() {
        return slots;
    }

    /** Names of the agents that are up. */
    List<String> up() {
        return clients.keySet().stream().filter(status::containsKey).toList();
    }

    /**
     * The cluster as one job sees it: every slot free, since a job may wait for its turn.
     *
     * @param share most slots of one account, 0 for all
     */
    Cluster cluster(int share) {
        List<StorageNode> nodes = new ArrayList<>();
        for (String name : clients.keySet()) {
            AgentStatus now = status.get(name);
            nodes.add(
                    now == null
                            ? new StorageNode(name, 0, 0, false)
                            : new StorageNode(name, now.slots(), now.slots(), true));
        }
        int all = nodes.stream().mapToInt(StorageNode::slots).sum();
        return new Cluster(nodes, share > 0 ? Math.min(share, all) : all);
    }

    /** Name of the policy of a path's container, or empty if it cannot be known. */
    String policy(StorePath path, Caller caller) {
        return locator.policyName(path, caller);
    }

    /** Name of the policy beside which jobs without objects run. */
    String standalonePolicy(String configured) {
        return configured.isEmpty() ? locator.defaultPolicyName() : configured;
    }

    /** The agents beside a policy's devices. */
    List<String> besidePolicy(String policy) {
        return beside(locator.devices(policy));
    }

    /** The agents beside the primary replicas of a path, best first. */
    List<String> beside(StorePath path, Caller caller) {
        return beside(locator.devices(path, caller));
    }

    private List<String> beside(List<RingDevice> devices) {
        List<String> names = new ArrayList<>();
        for (RingDevice device : devices) {
            for (AgentClient client : clients.values()) {
                AgentClient.Address address = client.address();
                if ((address.nodes().contains(device.ip())
                                || address.nodes().contains(device.ip() + ":" + device.port()))
                        && !names.contains(address.name())) {
                    names.add(address.name());
                }
            }
        }
        return names;
    }

    @Override
    public void close() {
        lookers.forEach(Thread::interrupt);
        clients.values().forEach(AgentClient::close);
    }
}
