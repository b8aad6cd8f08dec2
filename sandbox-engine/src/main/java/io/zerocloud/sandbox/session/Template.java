package io.zerocloud.sandbox.session;

/**
 * A guest's memory and registers at its fork trap: sessions that start from it find the trap
 * returning 0. It fits sessions with the same program, the same memory limit and the same channel
 * aliases and types, whose sources may differ. Its pages are shared between all sessions that use
 * it.
 *
 * <p>It may hold anything that the session it was taken from had read, so whoever takes one decides
 * who may use it.
 */
public sealed interface Template extends AutoCloseable permits Snapshot {
    /** Bytes of the memory budget that its copy takes, shared by all sessions started from it. */
    long bytes();

    /** Releases the copy; sessions that run keep what they need. */
    @Override
    void close();
}
