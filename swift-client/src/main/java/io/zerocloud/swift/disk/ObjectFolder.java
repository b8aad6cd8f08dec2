package io.zerocloud.swift.disk;

import io.zerocloud.swift.ring.PathHash;
import io.zerocloud.swift.ring.StoragePolicy;
import java.nio.file.Path;

/** Where a device keeps an object: {@code <device>/objects[-N]/<partition>/<suffix>/<hash>}. */
public final class ObjectFolder {
    private ObjectFolder() {}

    /**
     * The hash folder; no part of it comes from a client's text, so it cannot leave the device.
     *
     * @param device the device's root folder
     * @param partPower of the policy's ring
     */
    public static Path of(Path device, StoragePolicy policy, int partPower, PathHash hash) {
        return device.resolve(policy.objectsFolder())
                .resolve(Integer.toString(hash.partition(partPower)))
                .resolve(hash.suffix())
                .resolve(hash.hex());
    }
}
