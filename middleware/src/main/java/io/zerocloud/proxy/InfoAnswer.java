package io.zerocloud.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.relay.Upstream;

/**
 * {@code /info}: Swift's answer with our section added. Bare Swift answers a job POST with an empty
 * 204, so this is how clients tell whether jobs run here. When Swift's answer is not a JSON object
 * it is passed on as it came.
 */
final class InfoAnswer {
    private static final int MAX_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final Upstream upstream;
    private final Jobs jobs;

    InfoAnswer(Vertx vertx, Upstream upstream, Jobs jobs) {
        this.vertx = vertx;
        this.client = upstream.client(vertx);
        this.upstream = upstream;
        this.jobs = jobs;
    }

    void handle(HttpServerRequest request) {
        RequestOptions options =
                new RequestOptions()
                        .setHost(upstream.host())
                        .setPort(upstream.port())
                        .setSsl(upstream.tls())
                        .setMethod(HttpMethod.GET)
                        .setURI(request.uri());
        client.request(options)
                .compose(out -> out.send())
                .compose(in -> body(in).map(bytes -> new Answer(in, bytes)))
                .onSuccess(answer -> send(request, answer))
                .onFailure(
                        cause ->
                                ErrorAnswer.send(
                                        vertx,
                                        request,
                                        JobException.of(ErrorCode.SWIFT_UNREACHABLE)));
    }

    private static Future<Buffer> body(HttpClientResponse in) {
        String length = in.getHeader("Content-Length");
        if (length != null && length.length() > 6) {
            return Future.failedFuture("/info is larger than " + MAX_BYTES + " bytes");
        }
        return in.body();
    }

    private void send(HttpServerRequest request, Answer answer) {
        byte[] bytes = answer.body().getBytes();
        if (answer.in().statusCode() == 200) {
            try {
                JsonNode root = JSON.readTree(bytes);
                if (root instanceof ObjectNode object) {
                    object.set("zerocloud", jobs.info());
                    bytes = JSON.writeValueAsBytes(object);
                }
            } catch (JsonProcessingException e) {
                bytes = answer.body().getBytes();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        HttpServerResponse response = request.response();
        response.setStatusCode(answer.in().statusCode());
        String type = answer.in().getHeader("Content-Type");
        if (type != null) {
            response.putHeader("Content-Type", type);
        }
        String transaction = answer.in().getHeader("X-Trans-Id");
        if (transaction != null) {
            response.putHeader("X-Trans-Id", transaction);
        }
        response.putHeader("Content-Length", Integer.toString(bytes.length));
        var _ =
                request.method().equals(HttpMethod.HEAD)
                        ? response.end()
                        : response.end(Buffer.buffer(bytes));
    }

    private record Answer(HttpClientResponse in, Buffer body) {}
}
