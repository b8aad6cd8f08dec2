package io.zerocloud.swift.store;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.disk.ObjectFolder;
import io.zerocloud.swift.ring.PathHash;
import io.zerocloud.swift.ring.RingDevice;
import io.zerocloud.swift.ring.StoragePolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the copies of one object lie.
 *
 * @param path the object
 * @param hash what its folders are named after
 * @param places one for each replica
 */
record Replicas(ObjectPath path, PathHash hash, List<Place> places) {
    /**
     * One copy's place.
     *
     * @param folder the hash folder, which may not exist
     * @param temporary the device's folder for files that are being written
     */
    record Place(Path device, Path folder, Path temporary) {}

    static Replicas of(StoreDirectory directory, SwiftPath name) {
        ObjectPath path = new ObjectPath(name.account(), name.container(), name.object());
        return of(directory, path, directory.conf().hasher().object(path));
    }

    static Replicas of(StoreDirectory directory, ObjectPath path, PathHash hash) {
        StoragePolicy policy = directory.conf().defaultPolicy();
        List<Place> places = new ArrayList<>();
        for (RingDevice device : directory.ring().primaries(directory.ring().partition(hash))) {
            StorageNode node = directory.nodes().get(device.id());
            Path root = node.devices().resolve(node.device());
            places.add(
                    new Place(
                            root,
                            ObjectFolder.of(root, policy, directory.ring().partPower(), hash),
                            root.resolve(policy.temporaryFolder())));
        }
        return new Replicas(path, hash, List.copyOf(places));
    }

    /** How many copies must be on disk before a change is acknowledged: a majority. */
    int quorum() {
        return places.size() / 2 + 1;
    }
}
