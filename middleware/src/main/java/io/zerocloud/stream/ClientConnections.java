package io.zerocloud.stream;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;

/** What all connections to servers have in common. */
public final class ClientConnections {
    private ClientConnections() {}

    /** Prepares a new connection. Its event loop calls this. */
    public static void prepare(HttpConnection connection) {
        ReadBuffers.use(connection);
        // What breaks is told by the call under way; without one it concerns nobody.
        connection.exceptionHandler(_ -> {});
    }

    /**
     * Whether the end of a body may follow where none can be: Swift's server sends the last chunk
     * ({@code 0}) behind an answer to HEAD that names no length, such as that of an object which it
     * refuses. The next answer would begin with it, so the connection is to be closed. Netty has
     * taken {@code Transfer-Encoding} out of the answer.
     */
    public static boolean isSpoiledBy(HttpClientResponse answer) {
        int status = answer.statusCode();
        return answer.request().getMethod().equals(HttpMethod.HEAD)
                && !answer.headers().contains("Content-Length")
                && status != 204
                && status != 304;
    }
}
