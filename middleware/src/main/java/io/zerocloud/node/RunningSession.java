package io.zerocloud.node;

import io.zerocloud.sandbox.session.Session;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A session that the agent knows: from its order's arrival until its output was dropped. Cancelling
 * works at any moment, whatever the session waits for.
 */
final class RunningSession {
    private final String id;
    private final Resources kept = new Resources();
    private final CountDownLatch bodyKnown = new CountDownLatch(1);
    private @Nullable Session engineSession;
    private @Nullable Thread thread;
    private @Nullable String cancelled;
    private @Nullable Spool spool;
    private long bodyFrom;
    private volatile long touched = System.nanoTime();
    private volatile boolean over;

    RunningSession(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** What outlives the run: the output until it is fetched. */
    Resources kept() {
        return kept;
    }

    /** The thread that prepares and waits; interrupted by {@link #cancel}. */
    synchronized void runsOn(Thread worker) throws InterruptedException {
        if (cancelled != null) {
            throw new InterruptedException(cancelled);
        }
        thread = worker;
    }

    /** The guest, which {@link #cancel} kills. */
    synchronized void guest(Session session) {
        engineSession = session;
        if (cancelled != null) {
            session.cancel(cancelled);
        }
    }

    /** The output that is the session's part of the body. */
    synchronized void body(Spool output) {
        spool = output;
    }

    /** From where the output is the body; readers wait for this. */
    void bodyStartsAt(long offset) {
        synchronized (this) {
            bodyFrom = offset;
        }
        bodyKnown.countDown();
    }

    /** The body's spool once its beginning is known; null if there is none. */
    @Nullable Spool awaitBody() throws InterruptedException {
        bodyKnown.await();
        touch();
        synchronized (this) {
            return spool;
        }
    }

    synchronized long bodyFrom() {
        return bodyFrom;
    }

    synchronized boolean isCancelled() {
        return cancelled != null;
    }

    void cancel(String reason) {
        synchronized (this) {
            if (cancelled == null) {
                cancelled = reason;
            }
            if (engineSession != null) {
                engineSession.cancel(reason);
            } else if (thread != null) {
                thread.interrupt();
            }
        }
        bodyKnown.countDown();
    }

    /** The run is over: an interrupt would hit another's work. */
    synchronized void ended() {
        thread = null;
        over = true;
        touch();
        bodyKnown.countDown();
    }

    void touch() {
        touched = System.nanoTime();
    }

    /** Whether nobody has asked for the output for so long after the end. */
    boolean isForgotten(long nanos) {
        return over && System.nanoTime() - touched > nanos;
    }

    /** Gives everything back. */
    void drop() {
        kept.close();
    }
}
