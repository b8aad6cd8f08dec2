package io.zerocloud.network;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import io.zerocloud.stream.ReadBuffers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one other agent; all streams between the two share it. It is always read:
 * windows, not the socket, hold writers back, so no stream can stop another. Bytes of streams take
 * turns by the frame.
 *
 * <p>The peer has proved to be of this cluster, but what it relays is a guest's: whatever breaks
 * the protocol ends the connection and the networks that use it, nothing else.
 */
final class PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

    /** Data that waits for the socket, all streams together. */
    private static final int UNDER_WAY = 1 << 20;

    private final String peer;
    private final NetSocket socket;
    private final Writers writers;
    private final Semaphore room = new Semaphore(UNDER_WAY, true);
    private final Map<Integer, IncomingStream> reading = new ConcurrentHashMap<>();
    private final Map<Integer, OutgoingStream> writing = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long heard = System.nanoTime();

    /** The streams that are written here. */
    interface Writers {
        /** The writer of a channel; null if there is none. */
        @Nullable OutgoingStream find(String network, int channel);
    }

    /**
     * Takes the socket over, which must be paused.
     *
     * @param writers that the peer may open
     * @param gone told once, on whatever thread
     */
    PeerConnection(String peer, NetSocket socket, Writers writers, Runnable gone) {
        this.peer = peer;
        this.socket = socket;
        this.writers = writers;
        FrameReader frames =
                new FrameReader(
                        new FrameReader.Handler() {
                            @Override
                            public void data(int stream, Buffer bytes) throws Frame.Broken {
                                incoming(stream).data(bytes);
                            }

                            @Override
                            public void control(Frame frame, int stream, Buffer payload)
                                    throws Frame.Broken {
                                PeerConnection.this.control(frame, stream, payload);
                            }
                        });
        socket.handler(
                bytes -> {
                    heard = System.nanoTime();
                    try {
                        frames.feed(bytes);
                    } catch (Frame.Broken e) {
                        LOG.warn("Agent {} broke the protocol: {}", peer, e.getMessage());
                        close();
                    } finally {
                        ReadBuffers.release(bytes);
                    }
                });
        socket.exceptionHandler(cause -> LOG.debug("connection to agent {}", peer, cause));
        socket.closeHandler(
                _ -> {
                    closed.set(true);
                    gone.run();
                    String why = "the connection to agent " + peer + " broke";
                    reading.values().forEach(stream -> stream.broken(why));
                    writing.values().forEach(stream -> stream.broken(why));
                });
        socket.resume();
    }

    boolean isOpen() {
        return !closed.get();
    }

    /** Shows that we live, and looks whether the peer does. */
    void beat(long silenceNanos) {
        if (System.nanoTime() - heard > silenceNanos) {
            LOG.warn("Agent {} has been silent for too long", peer);
            close();
        } else {
            sendNow(Frame.ALIVE.bare(0));
        }
    }

    void close() {
        closed.set(true);
        var _ = socket.close();
    }

    /** Enters a stream that is read here; its number. */
    int reads(IncomingStream stream) {
        int number = numbers.incrementAndGet();
        reading.put(number, stream);
        return number;
    }

    /** A stream that is written here has ended; {@code reason} is empty if as it should. */
    void ended(int stream, String reason) {
        writing.remove(stream);
        sendNow(reason.isEmpty() ? Frame.END.bare(stream) : Frame.abort(stream, reason));
    }

    /**
     * Sends data, waiting for its turn.
     *
     * @param frame released when it has been sent or cannot be
     */
    void send(ByteBuf frame, int length) throws InterruptedException {
        try {
            room.acquire(length);
        } catch (InterruptedException e) {
            frame.release();
            throw e;
        }
        socket.write(BufferInternal.buffer(frame))
                .onComplete(
                        _ -> {
                            frame.release();
                            room.release(length);
                        });
    }

    /** Sends a short frame. What is lost with the connection needs no notice: all of it fails. */
    void sendNow(Buffer frame) {
        if (isOpen()) {
            var _ = socket.write(frame);
        }
    }

    private IncomingStream incoming(int stream) throws Frame.Broken {
        IncomingStream to = reading.get(stream);
        if (to == null) {
            throw new Frame.Broken("stream " + stream + " is not open");
        }
        return to;
    }

    private void control(Frame frame, int stream, Buffer payload) throws Frame.Broken {
        switch (frame) {
            case OPEN -> open(stream, payload);
            case END -> {
                incoming(stream).ended();
                reading.remove(stream);
            }
            case ABORT -> {
                incoming(stream).broken(text(payload, 0));
                reading.remove(stream);
            }
            case WINDOW -> {
                // It may have crossed our END.
                OutgoingStream of = writing.get(stream);
                if (of != null) {
                    of.window(payload.getInt(0));
                }
            }
            case STOP -> {
                OutgoingStream of = writing.get(stream);
                if (of != null) {
                    of.stop();
                }
            }
            case ALIVE -> {}
            case DATA -> throw new IllegalStateException("data is no control frame");
        }
    }

    private void open(int stream, Buffer payload) throws Frame.Broken {
        int window = payload.getInt(4);
        if (window < 1 || window > Networks.WINDOW) {
            throw new Frame.Broken("a window of " + window + " bytes");
        }
        OutgoingStream of = writers.find(text(payload, 8), payload.getInt(0));
        if (of == null || !of.peer().equals(peer)) {
            sendNow(Frame.abort(stream, "its writer is gone"));
            return;
        }
        if (writing.putIfAbsent(stream, of) != null) {
            throw new Frame.Broken("stream " + stream + " is open already");
        }
        if (!of.open(this, stream, window)) {
            ended(stream, "its writer is gone");
        }
    }

    /** Text of a peer, for a report or a name to look up. */
    private static String text(Buffer payload, int from) {
        String text = new String(payload.getBytes(from, payload.length()), StandardCharsets.UTF_8);
        return Objects.requireNonNull(text).replaceAll("\\p{Cntrl}", " ");
    }
}
