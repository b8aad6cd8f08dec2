package io.zerocloud.swift.client;

import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;

/**
 * Limits of a client.
 *
 * @param http transport settings: TLS trust, local address and so on
 * @param connections to one proxy at once; further requests wait
 * @param connectTimeout until a connection is there, the wait for a free one included
 * @param responseTimeout from the request's last byte to the head of the answer
 * @param stallTimeout without a byte in a body that is wanted
 * @param retries further attempts where a repetition is harmless; 0 for none
 * @param retryDelay before the first of them; doubles each time, up to 5 s
 */
public record SwiftClientOptions(
        HttpClientOptions http,
        int connections,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration stallTimeout,
        int retries,
        Duration retryDelay) {

    /** 64 connections, 10 s to connect, 60 s for an answer or a stall, 3 retries from 100 ms on. */
    public static SwiftClientOptions defaults() {
        return new SwiftClientOptions(
                new HttpClientOptions(),
                64,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                3,
                Duration.ofMillis(100));
    }

    public SwiftClientOptions withTimeouts(Duration connect, Duration response, Duration stall) {
        return new SwiftClientOptions(
                http, connections, connect, response, stall, retries, retryDelay);
    }

    public SwiftClientOptions withRetries(int count, Duration delay) {
        return new SwiftClientOptions(
                http, connections, connectTimeout, responseTimeout, stallTimeout, count, delay);
    }

    public SwiftClientOptions withHttp(HttpClientOptions options) {
        return new SwiftClientOptions(
                options,
                connections,
                connectTimeout,
                responseTimeout,
                stallTimeout,
                retries,
                retryDelay);
    }
}
