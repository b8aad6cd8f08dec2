package io.zerocloud.swift.client;

import io.vertx.core.MultiMap;

/** What HEAD says about an account; counts lag a little. */
public record AccountInfo(long containers, long objects, long bytes, MultiMap headers) {
    static AccountInfo of(MultiMap headers) {
        return new AccountInfo(
                count(headers, "X-Account-Container-Count"),
                count(headers, "X-Account-Object-Count"),
                count(headers, "X-Account-Bytes-Used"),
                headers);
    }

    static long count(MultiMap headers, String name) {
        String value = headers.get(name);
        return value != null && value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
    }
}
