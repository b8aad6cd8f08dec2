package io.zerocloud.network;

import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.Link;
import io.zerocloud.wire.NetworkOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a set of joined sessions that runs on this agent: their slots and their channels. It
 * begins with a reservation and ends when its sessions have ended and their channels are empty, or
 * as a whole with the first failure.
 */
final class Network {
    private final String id;
    private final NetworkOrder order;
    private final Networks networks;
    private final long made = System.nanoTime();
    private final Map<Integer, Link> links = new HashMap<>();
    private final Map<Integer, OutgoingStream> outgoing = new HashMap<>();
    private final Map<Integer, IncomingStream> incoming = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Place> places = new HashSet<>();

    /** Ends of channels that must not look closed before it is known how their session ended. */
    private final Set<Link.Hold> holds = new HashSet<>();

    private int missing;
    private int streams;
    private long deserted;
    private boolean active;
    private boolean over;

    /**
     * Makes all pipes; the slots are the caller's.
     *
     * @param window of each incoming channel, in bytes
     */
    Network(String id, NetworkOrder order, Networks networks, Engine engine, int window)
            throws IOException {
        this.id = id;
        this.order = order;
        this.networks = networks;
        this.missing = order.sessions();
        this.streams = order.channels() - order.local().size();
        try {
            for (int channel : order.local()) {
                links.put(channel, Link.open());
            }
            for (var from : order.outgoing().entrySet()) {
                for (int channel : from.getValue()) {
                    Link link = Link.open();
                    links.put(channel, link);
                    outgoing.put(
                            channel,
                            new OutgoingStream(
                                    engine,
                                    link.reader(),
                                    "channel " + channel + " to " + from.getKey(),
                                    from.getKey(),
                                    this::finished,
                                    this::fail));
                }
            }
            for (var from : order.incoming().entrySet()) {
                for (int channel : from.getValue()) {
                    Link link = Link.open();
                    links.put(channel, link);
                    incoming.put(
                            channel,
                            new IncomingStream(
                                    engine,
                                    link.writer(),
                                    "channel " + channel + " from " + from.getKey(),
                                    window,
                                    this::finished,
                                    this::fail));
                }
            }
        } catch (IOException e) {
            links.values().forEach(Link::close);
            throw e;
        }
    }

    String id() {
        return id;
    }

    NetworkOrder order() {
        return order;
    }

    @Nullable OutgoingStream outgoing(int channel) {
        return outgoing.get(channel);
    }

    /** One session's place: a slot and its ends of channels. */
    private final class Place implements Networks.Seat {
        private final Consumer<String> cancel;
        private final List<Integer> read = new ArrayList<>();
        private final List<Link.Hold> held = new ArrayList<>();
        private boolean left;

        Place(Consumer<String> cancel) {
            this.cancel = cancel;
        }

        @Override
        public Backing reader(int channel) throws IOException {
            Link.End end = link(channel, outgoing).reader();
            hold(end);
            read.add(channel);
            return new Backing.LinkEnd(end);
        }

        @Override
        public Backing writer(int channel) throws IOException {
            Link.End end = link(channel, incoming).writer();
            hold(end);
            return new Backing.LinkEnd(end);
        }

        private void hold(Link.End end) throws IOException {
            lock.lock();
            try {
                if (over) {
                    throw new IOException("the network has failed");
                }
                Link.Hold hold = end.hold();
                holds.add(hold);
                held.add(hold);
            } finally {
                lock.unlock();
            }
        }

        private Link link(int channel, Map<Integer, ?> otherWay) throws IOException {
            Link link = links.get(channel);
            if (link == null || otherWay.containsKey(channel)) {
                throw new IOException("the network has no such end of channel " + channel);
            }
            return link;
        }

        @Override
        public boolean digests() {
            return order.digests();
        }

        @Override
        public void guestExited() {
            lock.lock();
            try {
                held.forEach(holds::remove);
            } finally {
                lock.unlock();
            }
            held.forEach(Link.Hold::close);
            read.forEach(
                    channel -> {
                        IncomingStream stream = incoming.get(channel);
                        if (stream != null) {
                            stream.stop();
                        }
                    });
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (left) {
                    return;
                }
                left = true;
                places.remove(this);
                deserted = System.nanoTime();
            } finally {
                lock.unlock();
            }
            networks.release(1);
            endIfDone();
        }
    }

    /**
     * A session has come.
     *
     * @param cancel stops it, with the reason
     * @return null if there is no slot for it
     */
    Networks.@Nullable Seat enter(Consumer<String> cancel) {
        Place place = new Place(cancel);
        boolean first;
        lock.lock();
        try {
            if (missing == 0 || over) {
                return null;
            }
            missing--;
            places.add(place);
            first = !active;
            active = true;
        } finally {
            lock.unlock();
        }
        if (first) {
            activate();
        }
        return place;
    }

    /** All agents have their reservations: the streams may be asked for. */
    private void activate() {
        Set<String> peers = new TreeSet<>(order.incoming().keySet());
        peers.addAll(order.outgoing().keySet());
        for (String peer : peers) {
            var _ =
                    networks.peers()
                            .with(peer, Objects.requireNonNull(order.peers().get(peer)))
                            .whenComplete(
                                    (connection, failed) -> {
                                        if (failed != null) {
                                            fail(
                                                    "no connection to agent "
                                                            + peer
                                                            + ": "
                                                            + message(failed));
                                        } else {
                                            start(peer, connection);
                                        }
                                    });
        }
    }

    private void start(String peer, PeerConnection connection) {
        for (int channel : order.incoming().getOrDefault(peer, List.of())) {
            Objects.requireNonNull(incoming.get(channel)).start(connection, id, channel);
        }
        if (!connection.isOpen()) {
            fail("the connection to agent " + peer + " broke");
        }
    }

    private void finished() {
        lock.lock();
        try {
            streams--;
        } finally {
            lock.unlock();
        }
        endIfDone();
    }

    /** Whether its time is over, and why. */
    @Nullable String expired(long now) {
        long age = (now - made) / 1_000_000;
        lock.lock();
        try {
            if (missing > 0 && age > order.leaseMillis()) {
                return missing + " sessions did not come in time";
            }
            if (missing == 0
                    && places.isEmpty()
                    // With none left all exited, and a slow reader may take its time for the rest.
                    && !holds.isEmpty()
                    && now - deserted > order.leaseMillis() * 1_000_000) {
                return "its sessions have ended, and nobody says how the others did";
            }
            return age > order.lifeMillis() ? "its time is over" : null;
        } finally {
            lock.unlock();
        }
    }

    private void endIfDone() {
        lock.lock();
        try {
            if (over || missing > 0 || streams > 0 || !places.isEmpty()) {
                return;
            }
            over = true;
        } finally {
            lock.unlock();
        }
        links.values().forEach(Link::close);
        networks.forget(this);
    }

    /** Stops everything; the first reason counts. */
    void fail(String reason) {
        List<Place> here;
        List<Link.Hold> still;
        int unused;
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            here = List.copyOf(places);
            still = List.copyOf(holds);
            unused = missing;
            missing = 0;
        } finally {
            lock.unlock();
        }
        networks.forget(this);
        here.forEach(place -> place.cancel.accept(reason));
        incoming.values().forEach(IncomingStream::abandon);
        outgoing.values().forEach(stream -> stream.abort(reason));
        // Now that nobody takes what he has read for the whole.
        still.forEach(Link.Hold::close);
        links.values().forEach(Link::close);
        networks.release(unused);
    }

    private static String message(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return Objects.toString(cause.getMessage(), "it did not come in time");
    }
}
