package io.zerocloud.swift.client;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.net.URI;

/**
 * One HTTP request to Swift.
 *
 * @param server scheme, host and port; its path is not used
 * @param target path and query as they go over the wire, encoded
 * @param headers all of them, X-Auth-Token included; not changed
 */
public record SwiftRequest(
        HttpMethod method, URI server, String target, MultiMap headers, RequestBody body) {

    public static SwiftRequest of(HttpMethod method, URI server, String target) {
        return new SwiftRequest(
                method, server, target, MultiMap.caseInsensitiveMultiMap(), RequestBody.EMPTY);
    }

    public SwiftRequest withHeader(String name, String value) {
        MultiMap more = MultiMap.caseInsensitiveMultiMap().addAll(headers).set(name, value);
        return new SwiftRequest(method, server, target, more, body);
    }

    /** Adds headers in place of those of the same names. */
    public SwiftRequest withHeaders(MultiMap others) {
        MultiMap more = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        // Not setAll, which forgets every other name.
        others.names().forEach(name -> more.set(name, others.getAll(name)));
        return new SwiftRequest(method, server, target, more, body);
    }

    public SwiftRequest withBody(RequestBody other) {
        return new SwiftRequest(method, server, target, headers, other);
    }

    /** Method and path for messages, without query and headers: both may hold secrets. */
    String action() {
        int query = target.indexOf('?');
        return method + " " + (query < 0 ? target : target.substring(0, query));
    }
}
