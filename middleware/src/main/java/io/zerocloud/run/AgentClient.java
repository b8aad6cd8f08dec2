package io.zerocloud.run;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.stream.BlockingHttp;
import io.zerocloud.stream.BlockingHttp.Call;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.wire.AgentStatus;
import io.zerocloud.wire.Blob;
import io.zerocloud.wire.KeptLink;
import io.zerocloud.wire.NetworkOrder;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.Signer;
import io.zerocloud.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Signed calls to one agent. Safe for use by many threads. */
public final class AgentClient implements AutoCloseable {
    /** An agent that shows no sign of life for so long is taken for dead. */
    private static final Duration SILENCE = Duration.ofMillis(5 * SessionEvent.HEARTBEAT_MILLIS);

    /** The longest line: a result with its inline output in base64. */
    private static final int MAX_LINE = 4 << 20;

    private final Address address;
    private final Signer signer;
    private final BlockingHttp http;
    private final ReentrantLock uploads = new ReentrantLock();

    /**
     * Where an agent is.
     *
     * @param name as the agent calls itself
     * @param nodes addresses of the storage node in the rings: {@code IP} or {@code IP:PORT}
     */
    public record Address(String name, URI url, Set<String> nodes) {
        public Address {
            nodes = Set.copyOf(nodes);
        }
    }

    /**
     * @param ca the cluster's CA, for https
     */
    public AgentClient(Vertx vertx, Address address, Signer signer, Optional<PemTrustOptions> ca) {
        this.address = address;
        this.signer = signer;
        HttpClientOptions options = new HttpClientOptions().setConnectTimeout(2_000);
        ca.ifPresent(trust -> options.setTrustOptions(trust).setVerifyHost(true));
        this.http = new BlockingHttp(vertx, address.url(), options, 4_096, SILENCE);
    }

    public Address address() {
        return address;
    }

    /** What the agent says about itself. */
    public AgentStatus status() throws IOException {
        try (Reply reply = http.send(signed("GET", "/v1/status", Signer.NO_BODY))) {
            if (reply.status() == 401) {
                throw new IOException(
                        "agent %s answered 401: its cluster key is another, or its clock differs by more than %d s"
                                .formatted(address.name(), Signer.LIFE.toSeconds()));
            }
            require(reply, 200);
            return WireJson.read(reply.bytes(1 << 20), AgentStatus.class);
        }
    }

    /**
     * Runs a session and waits for its end.
     *
     * @param id new for each try
     * @param started told when the guest runs
     * @param call gets the call, for {@link Reply#cancel} from another thread
     * @return the last event: ended or failed
     * @throws IOException if the agent cannot be reached, is silent or breaks off
     */
    SessionEvent run(String id, SessionOrder order, Runnable started, Consumer<Reply> call)
            throws IOException {
        String target = "/v1/sessions/" + id;
        byte[] body = WireJson.write(order);
        try (Reply reply = http.send(signed("POST", target, body).body(body))) {
            call.accept(reply);
            if (reply.status() != 200) {
                throw new IOException("agent " + address.name() + " answered " + reply.status());
            }
            InputStream in = reply.body();
            Lines lines = new Lines(in);
            while (true) {
                byte[] line = lines.next();
                if (line.length == 0) {
                    continue;
                }
                SessionEvent event = WireJson.read(line, SessionEvent.class);
                if (!(event instanceof SessionEvent.Started)) {
                    // Lets the connection be used again.
                    if (in.read() >= 0) {
                        throw new IOException(
                                "agent " + address.name() + " went on behind its last line");
                    }
                    return event;
                }
                started.run();
            }
        }
    }

    /**
     * The output of a session; follows it while it grows.
     *
     * @return to be closed by the caller; status 200, or 404 if the session has none
     */
    public Reply output(String id) throws IOException {
        return http.send(
                signed("GET", "/v1/sessions/" + id + "/output", Signer.NO_BODY),
                Duration.ofMinutes(15));
    }

    /**
     * An output that the agent keeps since Swift refused it.
     *
     * @param method {@code GET}, {@code HEAD} or {@code DELETE}
     * @return to be closed by the caller; status 200, 204 or, if there is none, 404
     */
    Reply kept(String method, KeptLink link) throws IOException {
        return http.send(signed(method, "/v1" + link.path(), Signer.NO_BODY));
    }

    /**
     * Cancels a session and drops its output; failures do not matter, the agent forgets by itself.
     */
    public void delete(String id) {
        forget("/v1/sessions/" + id);
    }

    private void forget(String target) {
        try (Reply reply = http.send(signed("DELETE", target, Signer.NO_BODY))) {
            reply.status();
        } catch (IOException e) {
            // The agent is away: what it kept went with it, or will be forgotten.
            return;
        }
    }

    /**
     * Reserves what joined sessions need at this agent: all of it or nothing.
     *
     * @return false if there is no room now
     */
    boolean reserve(String network, NetworkOrder order) throws IOException {
        byte[] body = WireJson.write(order);
        try (Reply reply = http.send(signed("POST", "/v1/networks/" + network, body).body(body))) {
            if (reply.status() == 503) {
                return false;
            }
            require(reply, 201);
            return true;
        }
    }

    /** Ends a network at this agent; failures do not matter, reservations expire. */
    void drop(String network) {
        forget("/v1/networks/" + network);
    }

    /** Sees to it that the agent has a blob; of several callers one sends it. */
    void give(Blob blob, Content content) throws IOException {
        uploads.lock();
        try {
            String target = "/v1/blobs/" + blob.sha256();
            try (Reply reply = http.send(signed("HEAD", target, Signer.NO_BODY))) {
                if (reply.status() == 200) {
                    return;
                }
            }
            try (InputStream bytes = content.open();
                    Reply reply =
                            http.send(
                                    signed("PUT", target, Signer.NO_BODY)
                                            .body(bytes, blob.length()),
                                    Duration.ofMinutes(10))) {
                require(reply, 201);
            }
        } finally {
            uploads.unlock();
        }
    }

    /** The bytes of a blob, as often as asked. */
    interface Content {
        InputStream open() throws IOException;
    }

    private void require(Reply reply, int status) throws IOException {
        if (reply.status() != status) {
            throw new IOException("agent " + address.name() + " answered " + reply.status());
        }
    }

    private Call signed(String method, String target, byte[] body) {
        Call call =
                Call.to(method, target)
                        .header(Signer.HEADER, signer.sign(address.name(), method, target, body));
        return body.length == 0 ? call : call.header(Signer.BODY_HEADER, Signer.sha256(body));
    }

    @Override
    public void close() {
        http.close();
    }

    /** Splits a stream at newlines. */
    private static final class Lines {
        private final InputStream in;
        private final byte[] step = new byte[16 * 1024];
        private int at;
        private int end;

        Lines(InputStream in) {
            this.in = in;
        }

        byte[] next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                while (at < end) {
                    byte b = step[at++];
                    if (b == '\n') {
                        return line.toByteArray();
                    }
                    line.write(b);
                    if (line.size() > MAX_LINE) {
                        throw new IOException("a line of more than " + MAX_LINE + " bytes");
                    }
                }
                at = 0;
                end = in.read(step);
                if (end < 0) {
                    throw new IOException("the agent broke off");
                }
            }
        }
    }
}
