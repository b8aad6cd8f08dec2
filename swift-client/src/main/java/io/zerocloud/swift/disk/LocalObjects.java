package io.zerocloud.swift.disk;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.ring.PathHash;
import io.zerocloud.swift.ring.Rings;
import io.zerocloud.swift.ring.StoragePolicy;
import io.zerocloud.swift.ring.SwiftConf;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Finds objects on the devices of this node.
 *
 * <p>The argument for reading past Swift: the caller's own HEAD or listing gave the pin, so Swift
 * granted the read; a file is used only if Swift, when it wrote the file, noted the same ETag and
 * length as in the pin, the same name, and nothing that makes a GET give other bytes. A stale
 * replica, a wrong policy or a file out of its place therefore costs a fall-back, never a wrong
 * answer. All checks are made on the descriptor that is handed out.
 */
public final class LocalObjects {
    private static final String SYMLINK_TARGET = "X-Object-Sysmeta-Symlink-Target";
    private static final String SYMLINK_TARGET_ACCOUNT = "X-Object-Sysmeta-Symlink-Target-Account";

    private final List<Path> devices;
    private final SwiftConf conf;
    private final Rings rings;
    private final DiskObjects disk;
    private final InstantSource clock;

    /**
     * @param devices root folders of the devices: {@code /srv/node/sdb1}, ...
     */
    public LocalObjects(List<Path> devices, SwiftConf conf, Rings rings) {
        this(devices, conf, rings, XattrMetadata.INSTANCE, InstantSource.system());
    }

    public LocalObjects(
            List<Path> devices,
            SwiftConf conf,
            Rings rings,
            MetadataStore metadataStore,
            InstantSource clock) {
        this.devices = List.copyOf(devices);
        this.conf = conf;
        this.rings = rings;
        this.disk = new DiskObjects(metadataStore);
        this.clock = clock;
    }

    /**
     * Looks for the pinned version under every device and policy, the likely policy first.
     *
     * @param policyIndex the container's policy if it is known; a wrong one is harmless
     * @return the first file that is the object, else the answer that tells most
     */
    public LocalObject find(ObjectPath path, Optional<Integer> policyIndex, ObjectPin pin) {
        PathHash hash = conf.hasher().object(path);
        LocalObject best = new LocalObject.Absent();
        for (StoragePolicy policy : policies(policyIndex)) {
            for (int partPower : partPowers(policy)) {
                for (Path device : devices) {
                    LocalObject found =
                            look(ObjectFolder.of(device, policy, partPower, hash), path, pin);
                    if (found instanceof LocalObject.Present) {
                        return found;
                    }
                    if (rank(found) > rank(best)) {
                        best = found;
                    }
                }
            }
        }
        return best;
    }

    private LocalObject look(Path folder, ObjectPath path, ObjectPin pin) {
        DiskState state;
        try {
            state = disk.open(folder, path);
        } catch (IOException e) {
            return new LocalObject.Damaged(String.valueOf(e.getMessage()));
        }
        return switch (state) {
            case DiskState.Nothing() -> new LocalObject.Absent();
            case DiskState.Deleted(var timestamp) -> new LocalObject.Deleted(timestamp);
            case DiskState.Fragment(var timestamp) -> notItself(LocalObject.Reason.ERASURE_CODED);
            case DiskState.Damaged(var reason) -> new LocalObject.Damaged(reason);
            case DiskState.Stored(var object) -> {
                LocalObject answer = judge(object, pin);
                if (!(answer instanceof LocalObject.Present)) {
                    object.close();
                }
                yield answer;
            }
        };
    }

    private LocalObject judge(StoredObject object, ObjectPin pin) {
        Optional<Instant> deleteAt = object.deleteAt();
        if (deleteAt.isPresent() && !deleteAt.get().isAfter(clock.instant())) {
            return new LocalObject.Expired(deleteAt.get());
        }
        Optional<LocalObject.NotItself> other = marks(object);
        if (other.isPresent()) {
            return other.get();
        }
        String etag = object.etag();
        if (etag.isEmpty()) {
            return new LocalObject.Damaged(object.data().path() + ": has no ETag");
        }
        ObjectPin found = new ObjectPin(etag, object.length());
        return found.equals(pin)
                ? new LocalObject.Present(object)
                : new LocalObject.OtherVersion(found, object.dataTimestamp());
    }

    /** What of the metadata says that a GET gives other bytes than the file's. */
    private static Optional<LocalObject.NotItself> marks(StoredObject object) {
        ObjectMetadata metadata = object.metadata();
        if (metadata.hasPrefix("X-Object-Sysmeta-Ec-")) {
            return Optional.of(notItself(LocalObject.Reason.ERASURE_CODED));
        }
        if (metadata.hasPrefix("X-Object-Sysmeta-Crypto-")
                || metadata.hasPrefix("X-Object-Transient-Sysmeta-Crypto-")) {
            return Optional.of(notItself(LocalObject.Reason.ENCRYPTED));
        }
        if (metadata.hasPrefix("X-Object-Sysmeta-Symlink-")
                || metadata.hasPrefix("X-Object-Sysmeta-Versions-Symlink")) {
            LocalObject.Reason reason =
                    metadata.hasPrefix("X-Object-Sysmeta-Versions-Symlink")
                            ? LocalObject.Reason.VERSIONED
                            : LocalObject.Reason.SYMLINK;
            return Optional.of(
                    new LocalObject.NotItself(reason, symlinkTarget(object.path(), metadata)));
        }
        if (metadata.hasPrefix(ObjectMetadata.STATIC_LARGE_OBJECT)) {
            return Optional.of(notItself(LocalObject.Reason.STATIC_LARGE_OBJECT));
        }
        if (metadata.hasPrefix(ObjectMetadata.OBJECT_MANIFEST)) {
            return Optional.of(notItself(LocalObject.Reason.DYNAMIC_LARGE_OBJECT));
        }
        return Optional.empty();
    }

    private static Optional<ObjectPath> symlinkTarget(ObjectPath link, ObjectMetadata metadata) {
        try {
            return metadata.get(SYMLINK_TARGET)
                    .map(LocalObjects::unquote)
                    .map(
                            target ->
                                    ObjectPath.parse(
                                            '/'
                                                    + metadata.get(SYMLINK_TARGET_ACCOUNT)
                                                            .map(LocalObjects::unquote)
                                                            .orElse(link.account())
                                                    + '/'
                                                    + target));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String unquote(String quoted) {
        // URLDecoder is for forms, where + is a blank; in Swift's headers it is itself.
        return URLDecoder.decode(quoted.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static LocalObject.NotItself notItself(LocalObject.Reason reason) {
        return new LocalObject.NotItself(reason, Optional.empty());
    }

    private List<StoragePolicy> policies(Optional<Integer> first) {
        SequencedSet<StoragePolicy> ordered = new LinkedHashSet<>();
        first.flatMap(conf::policy).ifPresent(ordered::add);
        ordered.addAll(conf.policies());
        return List.copyOf(ordered);
    }

    private List<Integer> partPowers(StoragePolicy policy) {
        try {
            var ring = rings.object(policy);
            List<Integer> powers = new ArrayList<>();
            powers.add(ring.partPower());
            // While partitions are being doubled, new files may lie in the new place only.
            ring.nextPartPower().filter(p -> p != ring.partPower()).ifPresent(powers::add);
            return powers;
        } catch (IOException e) {
            // No usable ring, so nothing of this policy can be local.
            return List.of();
        }
    }

    private static int rank(LocalObject answer) {
        return switch (answer) {
            case LocalObject.Absent a -> 0;
            case LocalObject.Damaged d -> 1;
            case LocalObject.Deleted d -> 2;
            case LocalObject.Expired e -> 3;
            case LocalObject.OtherVersion o -> 4;
            case LocalObject.NotItself n -> 5;
            case LocalObject.Present p -> 6;
        };
    }
}
