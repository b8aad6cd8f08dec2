package io.zerocloud.swift.disk;

import io.zerocloud.swift.Timestamp;

/** What a hash folder says about the object that it is named for. */
public sealed interface DiskState {
    /** A {@code .data} file counts; whoever gets this closes {@code object}. May be expired. */
    record Stored(StoredObject object) implements DiskState {}

    /** The newest file is a tombstone. */
    record Deleted(Timestamp timestamp) implements DiskState {}

    /** There is a fragment of an erasure code, which is no object by itself. */
    record Fragment(Timestamp timestamp) implements DiskState {}

    /** Nothing is there, or nothing that counts. */
    record Nothing() implements DiskState {}

    /** Swift would put it into quarantine. */
    record Damaged(String reason) implements DiskState {}
}
