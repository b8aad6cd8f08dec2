package io.zerocloud.swift.store;

import io.zerocloud.swift.ring.Ring;
import io.zerocloud.swift.ring.RingBuilder;
import io.zerocloud.swift.ring.RingDevice;
import io.zerocloud.swift.ring.RingFile;
import io.zerocloud.swift.ring.SwiftConf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The folder of a store, laid out at its first use and locked while it is used:
 *
 * <pre>
 * etc/swift.conf             hash secret, drawn at random, and the storage policy
 * etc/object.ring.gz         and account, container: what lies on which node
 * nodes/N/d1/objects/...     a storage node's only device
 * catalog.db                 accounts, containers, listings
 * pending/                   which objects are being changed
 * lock
 * </pre>
 */
final class StoreDirectory implements AutoCloseable {
    static final String POLICY_NAME = "Policy-0";

    private static final int PART_POWER = 10;
    private static final int OBJECT_PORT = 6200;
    private static final String DEVICE = "d1";

    private final Path root;
    private final FileChannel lockFile;
    private final SwiftConf conf;
    private final Ring ring;
    private final List<StorageNode> nodes;

    private StoreDirectory(
            Path root, FileChannel lockFile, SwiftConf conf, Ring ring, List<StorageNode> nodes) {
        this.root = root;
        this.lockFile = lockFile;
        this.conf = conf;
        this.ring = ring;
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Opens the folder, or lays it out.
     *
     * @throws IOException if another store uses it, or it was laid out for other nodes or replicas
     */
    static StoreDirectory open(StoreConfig config) throws IOException {
        Path root = config.directory().toAbsolutePath().normalize();
        Files.createDirectories(root.resolve("etc"));
        FileChannel lockFile =
                FileChannel.open(
                        root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(lockFile, root);
            return open(config, root, lockFile);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static void lock(FileChannel file, Path root) throws IOException {
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Another store of this very process: said below.
        }
        throw new IOException(root + " is in use by another store");
    }

    private static StoreDirectory open(StoreConfig config, Path root, FileChannel lockFile)
            throws IOException {
        Path etc = root.resolve("etc");
        Path ringFile = etc.resolve("object.ring.gz");
        // The object ring is written last: where it is, the rest is complete.
        if (Files.notExists(ringFile)) {
            writeConf(etc.resolve("swift.conf"));
            writeRing(config, 6202, etc.resolve("account.ring.gz"));
            writeRing(config, 6201, etc.resolve("container.ring.gz"));
            writeRing(config, OBJECT_PORT, ringFile);
        }
        Ring ring = RingFile.read(ringFile);
        List<StorageNode> nodes = new ArrayList<>();
        for (RingDevice device : ring.devices()) {
            Path devices = root.resolve("nodes").resolve(Integer.toString(device.id() + 1));
            nodes.add(new StorageNode(device.ip(), device.port(), devices, device.device()));
        }
        if (nodes.size() != config.nodes() || (int) ring.replicas() != config.replicas()) {
            throw new IOException(
                    root
                            + " was laid out for "
                            + nodes.size()
                            + " nodes and "
                            + (int) ring.replicas()
                            + " replicas, not for "
                            + config.nodes()
                            + " and "
                            + config.replicas());
        }
        for (StorageNode node : nodes) {
            Files.createDirectories(node.devices().resolve(DEVICE));
        }
        SwiftConf conf = SwiftConf.read(etc.resolve("swift.conf"));
        return new StoreDirectory(root, lockFile, conf, ring, nodes);
    }

    private static void writeConf(Path file) throws IOException {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        Files.writeString(
                file,
                "[swift-hash]\nswift_hash_path_prefix =\nswift_hash_path_suffix = "
                        + HexFormat.of().formatHex(secret)
                        + "\n\n[storage-policy:0]\nname = "
                        + POLICY_NAME
                        + "\ndefault = yes\n");
    }

    private static void writeRing(StoreConfig config, int port, Path file) throws IOException {
        List<RingDevice> devices = new ArrayList<>();
        for (int i = 0; i < config.nodes(); i++) {
            devices.add(new RingDevice(i, 1, i + 1, "127.0.0." + (11 + i), port, DEVICE));
        }
        RingFile.write(RingBuilder.build(PART_POWER, config.replicas(), devices), file);
    }

    Path etc() {
        return root.resolve("etc");
    }

    Path pending() {
        return root.resolve("pending");
    }

    Path catalog() {
        return root.resolve("catalog.db");
    }

    SwiftConf conf() {
        return conf;
    }

    Ring ring() {
        return ring;
    }

    List<StorageNode> nodes() {
        return nodes;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
