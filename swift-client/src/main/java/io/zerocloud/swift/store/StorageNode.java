package io.zerocloud.swift.store;

import java.nio.file.Path;

/**
 * One storage node of the embedded store: what an agent beside that node needs to know.
 *
 * @param ip the address that the rings give this node; nothing listens on it
 * @param port the port that the rings give this node's object server; nothing listens on it
 * @param devices the folder of the node's devices, Swift's {@code devices} setting; objects are
 *     under {@code devices/<device>/objects/}
 * @param device the only device's name
 */
public record StorageNode(String ip, int port, Path devices, String device) {}
