package io.zerocloud.swift.client;

import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * What HEAD says about a container.
 *
 * @param objects and
 * @param bytes as the container's database has them, a little behind at times
 * @param storagePolicy its policy's name; empty from servers that have no policies
 */
public record ContainerInfo(
        long objects, long bytes, Optional<String> storagePolicy, MultiMap headers) {
    static ContainerInfo of(MultiMap headers) {
        return new ContainerInfo(
                AccountInfo.count(headers, "X-Container-Object-Count"),
                AccountInfo.count(headers, "X-Container-Bytes-Used"),
                Optional.ofNullable(headers.get("X-Storage-Policy")),
                headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
