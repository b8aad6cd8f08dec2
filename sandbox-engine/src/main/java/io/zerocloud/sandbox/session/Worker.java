package io.zerocloud.sandbox.session;

import java.util.Optional;

/** A worker process from its birth to its end: first idle in the pool, then a session's. */
final class Worker {
    private final long serial;
    private final int pid;
    private final Descriptor control;
    private volatile Optional<LiveSession> session = Optional.empty();
    private boolean greeted;

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

    /**
     * Notes that its next packet is its hello. On the poller's thread.
     *
     * @return whether it is: one that has said hello says nothing until it serves a session
     */
    boolean greets() {
        boolean first = !greeted;
        greeted = true;
        return first;
    }

    Optional<LiveSession> session() {
        return session;
    }

    void serve(LiveSession live) {
        session = Optional.of(live);
    }
}
