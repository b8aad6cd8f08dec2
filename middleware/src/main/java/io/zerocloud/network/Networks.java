package io.zerocloud.network;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.wire.NetworkOrder;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of one agent. A reservation takes all the slots and memory that it needs at once or
 * is refused at once: nobody ever holds something and waits for more, so jobs that need several
 * agents cannot block each other for good.
 */
public final class Networks implements AutoCloseable {
    /** Bytes of one channel that may wait here for the guest that reads them; fewer if many. */
    public static final int WINDOW = 256 << 10;

    /** What a connection between agents is upgraded to. */
    public static final String PROTOCOL = "zerocloud-relay-1";

    static final int LEAST_WINDOW = 16 << 10;

    /** All windows of an agent together. */
    static final long MEMORY = 512L << 20;

    /** A peer that shows no sign of life for so long is taken for dead. */
    private static final long SILENCE_NANOS = 5 * SessionEvent.HEARTBEAT_MILLIS * 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);

    private final Vertx vertx;
    private final Engine engine;
    private final Semaphore slots;
    private final Peers peers;
    private final Map<String, Network> networks = new ConcurrentHashMap<>();
    private final AtomicLong memory = new AtomicLong();
    private final ReentrantLock reserving = new ReentrantLock();
    private final long timer;
    private volatile boolean closed;

    /** What a session has of its network. */
    public interface Seat extends AutoCloseable {
        /** The end from which the session reads a channel. */
        Backing reader(int channel) throws IOException;

        /** The end into which the session writes a channel. */
        Backing writer(int channel) throws IOException;

        /** Whether the bytes of channels shall be digested. */
        boolean digests();

        /**
         * The guest has exited by itself, whatever its code: its partners get end of file and EPIPE
         * now. Without this call they get neither, since what a killed guest wrote may be cut
         * short, and wait until they are cancelled.
         */
        void guestExited();

        /** Gives the slot back. */
        @Override
        void close();
    }

    /**
     * @param self this agent's name
     * @param slots of the agent; reservations take from them
     * @param ca by which peers prove who they are, off loopback
     */
    public Networks(
            Vertx vertx,
            String self,
            Engine engine,
            Semaphore slots,
            Signer signer,
            Optional<PemTrustOptions> ca) {
        this.vertx = vertx;
        this.engine = engine;
        this.slots = slots;
        this.peers = new Peers(vertx, self, this, signer, ca);
        this.timer = vertx.setPeriodic(SessionEvent.HEARTBEAT_MILLIS / 2, _ -> tick());
    }

    /** Answers to a reservation. */
    public enum Verdict {
        MADE,
        /** That id is in use. */
        EXISTS,
        /** Not enough slots, memory or descriptors now. */
        BUSY
    }

    /** Reserves everything that the order asks for, or nothing. */
    public Verdict reserve(String id, NetworkOrder order) {
        reserving.lock();
        try {
            if (networks.containsKey(id)) {
                return Verdict.EXISTS;
            }
            if (closed || !slots.tryAcquire(order.sessions())) {
                return Verdict.BUSY;
            }
            if (memory.addAndGet(memory(order)) <= MEMORY) {
                networks.put(id, new Network(id, order, this, engine, window(order)));
                return Verdict.MADE;
            }
        } catch (IOException e) {
            LOG.warn("No pipes for network {}", id, e);
        } finally {
            reserving.unlock();
        }
        memory.addAndGet(-memory(order));
        slots.release(order.sessions());
        return Verdict.BUSY;
    }

    /**
     * A session's order has come.
     *
     * @param cancel stops the session, with the reason
     * @return empty if there is no such reservation any more
     */
    public Optional<Seat> enter(String id, Consumer<String> cancel) {
        Network network = networks.get(id);
        return network == null ? Optional.empty() : Optional.ofNullable(network.enter(cancel));
    }

    /** Ends a network at once. */
    public void drop(String id, String reason) {
        Network network = networks.get(id);
        if (network != null) {
            network.fail(reason);
        }
    }

    /** Whether a connection from this peer is wanted. */
    public boolean accepts(String peer) {
        return peers.accepts(peer);
    }

    /** Takes over the paused socket of a peer that has proved who it is. */
    public void accept(String peer, NetSocket socket) {
        peers.accept(peer, socket);
    }

    /** Networks that are reserved or run. */
    public int size() {
        return networks.size();
    }

    /** Bytes of memory kept for what waits for guests. */
    public long memory() {
        return memory.get();
    }

    @Nullable OutgoingStream outgoing(String network, int channel) {
        Network of = networks.get(network);
        return of == null ? null : of.outgoing(channel);
    }

    Peers peers() {
        return peers;
    }

    void forget(Network network) {
        if (networks.remove(network.id(), network)) {
            memory.addAndGet(-memory(network.order()));
        }
    }

    void release(int count) {
        slots.release(count);
    }

    private void tick() {
        long now = System.nanoTime();
        networks.values()
                .forEach(
                        network -> {
                            String why = network.expired(now);
                            if (why != null) {
                                network.fail(why);
                            }
                        });
        peers.beat(SILENCE_NANOS);
    }

    private static int incoming(NetworkOrder order) {
        return order.incoming().values().stream().mapToInt(List::size).sum();
    }

    private static long memory(NetworkOrder order) {
        return (long) window(order) * incoming(order);
    }

    /** Many channels share an eighth of the memory; each has room for a few steps of a pipe. */
    private static int window(NetworkOrder order) {
        long share = MEMORY / 8 / Math.max(1, incoming(order));
        return (int) Math.max(LEAST_WINDOW, Math.min(WINDOW, share));
    }

    @Override
    public void close() {
        reserving.lock();
        try {
            closed = true;
        } finally {
            reserving.unlock();
        }
        vertx.cancelTimer(timer);
        List.copyOf(networks.values()).forEach(network -> network.fail("the agent is stopping"));
        peers.close();
    }
}
