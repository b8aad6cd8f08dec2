package io.zerocloud.sandbox.session;

import java.util.Optional;

/** A worker process from its birth to its end: first idle in the pool, then a session's. */
final class Worker {
    private final long serial;
    private final int pid;
    private final Descriptor control;
    private volatile Optional<LiveSession> session = Optional.empty();

    Worker(long serial, int pid, Descriptor control) {
        this.serial = serial;
        this.pid = pid;
        this.control = control;
    }

    long serial() {
        return serial;
    }

    int pid() {
        return pid;
    }

    Descriptor control() {
        return control;
    }

    Optional<LiveSession> session() {
        return session;
    }

    void serve(LiveSession live) {
        session = Optional.of(live);
    }
}
