package io.zerocloud.node;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.zerocloud.network.Networks;
import io.zerocloud.stream.BlockingSink;
import io.zerocloud.stream.ReadBuffers;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** One request on its virtual thread. */
record AgentExchange(
        HttpServerRequest request, HttpServerResponse response, Context context, InputStream body) {
    /** How long a proxy may take nothing: as long as its client may, and more. */
    private static final Duration STALL = Duration.ofMinutes(5);

    private static final String NOTHING = Signer.sha256(Signer.NO_BODY);

    void answer(int status, byte[] bytes) {
        context.runOnContext(
                _ -> {
                    if (!response.ended() && !response.closed()) {
                        response.setStatusCode(status);
                        var _ = response.end(Buffer.buffer(bytes));
                    }
                });
    }

    void answer(int status) {
        answer(status, new byte[0]);
    }

    /** Answers with an output that was kept. */
    void send(KeptOutputs.Kept kept) throws IOException {
        long length = kept.bytes() - kept.head().from();
        context.runOnContext(
                _ -> {
                    kept.head().headers().forEach(response::putHeader);
                    response.putHeader("Content-Length", Long.toString(length));
                });
        if (!request.method().equals(HttpMethod.HEAD)) {
            BlockingSink sink = new BlockingSink(response, context, STALL);
            try (InputStream in = kept.source().reader(kept.head().from())) {
                in.transferTo(sink);
            }
        }
        end();
    }

    /** What the body hashes to, says the signed head; an empty body needs no saying. */
    String digest() {
        String digest = request.getHeader(Signer.BODY_HEADER);
        return digest == null ? NOTHING : digest;
    }

    /** The body, if it is what was signed; otherwise the request has been refused. */
    Optional<byte[]> signedBody(int most) throws IOException {
        byte[] bytes = body.readNBytes(most + 1);
        if (bytes.length > most) {
            refuse(413);
        } else if (!Signer.sha256(bytes).equals(digest())) {
            refuse(401);
        } else {
            return Optional.of(bytes);
        }
        return Optional.empty();
    }

    /** Turns the request's connection into one of frames with another agent. */
    void upgrade(Networks networks, String peer) {
        context.runOnContext(
                _ -> {
                    if (response.closed()) {
                        return; // it has hung up
                    }
                    if (!Networks.PROTOCOL.equals(request.getHeader("Upgrade"))) {
                        refuse(400);
                    } else if (!networks.accepts(peer)) {
                        refuse(409);
                    } else {
                        ReadBuffers.use(request.connection());
                        request.toNetSocket()
                                .onSuccess(
                                        socket -> {
                                            socket.pause();
                                            networks.accept(peer, socket);
                                        });
                    }
                });
    }

    /** An answer whose request's body is never read: the connection cannot be used again. */
    void refuse(int status) {
        context.runOnContext(
                _ -> {
                    if (!response.ended() && !response.closed()) {
                        response.setStatusCode(status).putHeader("Connection", "close");
                        response.end().onComplete(_ -> closeConnection());
                    }
                });
    }

    /** Ends the answer that was begun. */
    void end() {
        context.runOnContext(
                _ -> {
                    if (!response.ended() && !response.closed()) {
                        var _ = response.end();
                    }
                });
    }

    void cut() {
        context.runOnContext(_ -> closeConnection());
    }

    private void closeConnection() {
        var _ = request.connection().close();
    }
}
