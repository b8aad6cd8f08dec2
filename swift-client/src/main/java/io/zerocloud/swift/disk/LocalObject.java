package io.zerocloud.swift.disk;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.Timestamp;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether an object can be read from a disk of this node. Only {@link Present} can; every other
 * answer says why not, and the object is then read through Swift.
 */
public sealed interface LocalObject {
    /** The file is the object that was pinned. Whoever gets this closes {@code object}. */
    record Present(StoredObject object) implements LocalObject {}

    /** No device of this node has it. */
    record Absent() implements LocalObject {}

    /** Another version than the pinned one lies here. */
    record OtherVersion(ObjectPin found, Timestamp written) implements LocalObject {}

    /** Deleted here; another replica may be newer. */
    record Deleted(Timestamp timestamp) implements LocalObject {}

    /** Its X-Delete-At has passed. */
    record Expired(Instant deleteAt) implements LocalObject {}

    /**
     * A file is here, but its bytes are not those that a GET gives.
     *
     * @param target for a symbolic link and a versioned object, the object that holds the bytes; it
     *     may be local
     */
    record NotItself(Reason reason, Optional<ObjectPath> target) implements LocalObject {}

    /** A file is here that Swift would put into quarantine, or the disk fails. */
    record Damaged(String reason) implements LocalObject {}

    /** Why a file is not the object. */
    enum Reason {
        /** The file is a JSON list of segments. */
        STATIC_LARGE_OBJECT,
        /** The object is what a container's listing of a prefix gives. */
        DYNAMIC_LARGE_OBJECT,
        /** The file only names another object. */
        SYMLINK,
        /** The file only names the current version in a hidden container. */
        VERSIONED,
        /** The bytes, or metadata, are ciphertext. */
        ENCRYPTED,
        /** The file is one fragment of an erasure code. */
        ERASURE_CODED
    }
}
