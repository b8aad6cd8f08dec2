package io.zerocloud.swift.ring;

import java.util.List;

/**
 * A storage policy of swift.conf.
 *
 * @param index what the container remembers; part of folder and ring names
 * @param name what clients send as X-Storage-Policy
 * @param aliases further names, compared without regard to case like the name
 * @param deprecated takes no new containers
 */
public record StoragePolicy(
        int index,
        String name,
        List<String> aliases,
        Type type,
        boolean isDefault,
        boolean deprecated) {
    /** How a policy keeps an object. */
    public enum Type {
        /** Whole copies: a file on disk is the object. */
        REPLICATION,
        /** Fragments of a code: no file on disk is the object. */
        ERASURE_CODING
    }

    public StoragePolicy {
        if (index < 0) {
            throw new IllegalArgumentException("storage policy " + index + ": must be 0 or more");
        }
        aliases = List.copyOf(aliases);
    }

    /** The folder of a device that holds its objects: {@code objects}, {@code objects-1}, ... */
    public String objectsFolder() {
        return withIndex("objects");
    }

    /** The folder of a device where its files are written before they are renamed. */
    public String temporaryFolder() {
        return withIndex("tmp");
    }

    /** File name of its ring: {@code object.ring.gz}, {@code object-1.ring.gz}, ... */
    public String ringName() {
        return withIndex("object") + ".ring.gz";
    }

    private String withIndex(String base) {
        return index == 0 ? base : base + '-' + index;
    }
}
