package io.zerocloud.swift.client;

import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;

/**
 * Limits of a client.
 *
 * @param http transport settings: TLS trust, local address and so on
 * @param connections to one proxy at once; further requests wait
 * @param connectTimeout until a connection is there, the wait for a free one included
 * @param continueTimeout for {@code 100 Continue} before a streamed body is sent unasked
 * @param responseTimeout from the request's last byte to the head of the answer
 * @param stallTimeout without a byte in a body that is wanted
 * @param retries further attempts where a repetition is harmless; 0 for none
 * @param retryDelay before the first of them; doubles each time, up to 5 s
 */
public record SwiftClientOptions(
        HttpClientOptions http,
        int connections,
        Duration connectTimeout,
        Duration continueTimeout,
        Duration responseTimeout,
        Duration stallTimeout,
        int retries,
        Duration retryDelay) {

    /**
     * 64 connections, 10 s to connect, 1 s for a 100 (as curl), 60 s for an answer or a stall, 3
     * retries from 100 ms on.
     */
    public static SwiftClientOptions defaults() {
        return new SwiftClientOptions(
                new HttpClientOptions(),
                64,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                3,
                Duration.ofMillis(100));
    }

    public SwiftClientOptions withHttp(HttpClientOptions options) {
        return new SwiftClientOptions(
                options,
                connections,
                connectTimeout,
                continueTimeout,
                responseTimeout,
                stallTimeout,
                retries,
                retryDelay);
    }

    public SwiftClientOptions withConnections(int count) {
        return new SwiftClientOptions(
                http,
                count,
                connectTimeout,
                continueTimeout,
                responseTimeout,
                stallTimeout,
                retries,
                retryDelay);
    }

    public SwiftClientOptions withTimeouts(
            Duration connect, Duration toContinue, Duration response, Duration stall) {
        return new SwiftClientOptions(
                http, connections, connect, toContinue, response, stall, retries, retryDelay);
    }

    public SwiftClientOptions withRetries(int count, Duration delay) {
        return new SwiftClientOptions(
                http,
                connections,
                connectTimeout,
                continueTimeout,
                responseTimeout,
                stallTimeout,
                count,
                delay);
    }
}
