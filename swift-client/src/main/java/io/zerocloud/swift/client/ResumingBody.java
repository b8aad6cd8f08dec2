package io.zerocloud.swift.client;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A body that outlives its connections: when one breaks or stalls, the rest is asked for anew.
 *
 * <p>All state is guarded by {@code this}; handlers are called outside of it, one at a time,
 * because only one response is attached at any moment and Vert.x serialises its events.
 */
final class ResumingBody implements ReadStream<Buffer> {
    private final Vertx vertx;
    private final SwiftClientOptions options;
    private final String action;
    private final LongFunction<Future<SwiftResponse>> reopen;
    private final long end;
    private final boolean resumable;
    private final long watchdog;

    /** The response that bytes are taken from; none while the rest is being asked for anew. */
    private @Nullable SwiftResponse live;

    /** Broken off while nobody wanted bytes: the rest is asked for when somebody does. */
    private boolean dormant;

    private long position;
    private long demand;
    private long lastActivity = System.nanoTime();
    private int failuresInARow;
    private boolean done;
    private boolean untoldEnd;
    private @Nullable Throwable untoldFailure;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;

    /**
     * @param first offset in the object of the response's first byte
     * @param end offset after the last one, or -1 if unknown: then nothing is resumed
     * @param reopen asks for the rest from an offset on, of the same version
     */
    ResumingBody(
            Vertx vertx,
            SwiftClientOptions options,
            SwiftResponse response,
            long first,
            long end,
            boolean resumable,
            LongFunction<Future<SwiftResponse>> reopen) {
        this.vertx = vertx;
        this.options = options;
        this.action = response.action();
        this.live = response;
        this.position = first;
        this.end = end;
        this.resumable = resumable && end >= 0;
        this.reopen = reopen;
        long stall = options.stallTimeout().toMillis();
        this.watchdog = vertx.setPeriodic(Math.max(1, stall / 4), id -> checkStall());
        attach(response);
    }

    private void attach(SwiftResponse attached) {
        ReadStream<Buffer> body = attached.body();
        body.exceptionHandler(e -> broken(attached, e));
        body.endHandler(v -> ended(attached));
        body.handler(chunk -> arrived(attached, chunk));
    }

    private void arrived(SwiftResponse from, Buffer chunk) {
        Handler<Buffer> receiver;
        synchronized (this) {
            if (done || from != live) {
                return;
            }
            position += chunk.length();
            lastActivity = System.nanoTime();
            failuresInARow = 0;
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            receiver = handler;
        }
        if (receiver != null) {
            receiver.handle(chunk);
        }
    }

    private void ended(SwiftResponse from) {
        synchronized (this) {
            if (done || from != live) {
                return;
            }
        }
        if (end < 0 || position() == end) {
            finish();
        } else {
            long missing = end - position();
            broken(from, new SwiftException(action, "ended " + missing + " bytes early", null));
        }
    }

    private void finish() {
        Handler<Void> receiver;
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            receiver = endHandler;
            untoldEnd = receiver == null;
        }
        vertx.cancelTimer(watchdog);
        if (receiver != null) {
            receiver.handle(null);
        }
    }

    private void broken(SwiftResponse from, Throwable cause) {
        synchronized (this) {
            if (done || from != live) {
                return;
            }
            // What the old response still holds would come twice.
            live = null;
            if (resumable && position < end && demand == 0) {
                dormant = true;
                return;
            }
        }
        again(cause);
    }

    /** Asks for the rest, unless that has failed too often without a byte in between. */
    private void again(Throwable cause) {
        long rest;
        int failures;
        synchronized (this) {
            failures = ++failuresInARow;
            rest = position;
        }
        if (rest == end) {
            finish();
            return;
        }
        if (!resumable || failures > options.retries()) {
            fail(
                    new SwiftException(
                            action,
                            "broke off at byte " + rest + ": " + cause.getMessage(),
                            cause));
            return;
        }
        reopen(rest, options.retryDelay().toMillis() * failures + 1);
    }

    private void reopen(long rest, long pause) {
        vertx.timer(pause)
                .compose(v -> reopen.apply(rest))
                .onSuccess(this::resumed)
                .onFailure(
                        e -> {
                            if (e instanceof SwiftException swift && !swift.isTransient()) {
                                fail(e);
                            } else {
                                again(e);
                            }
                        });
    }

    private void resumed(SwiftResponse next) {
        long wanted;
        synchronized (this) {
            if (done) {
                next.abort();
                return;
            }
            live = next;
            lastActivity = System.nanoTime();
            wanted = demand;
        }
        attach(next);
        if (wanted > 0) {
            next.body().fetch(wanted);
            if (isPaused()) {
                // Paused while the demand was being passed on.
                next.body().pause();
            }
        }
    }

    private synchronized boolean isPaused() {
        return demand == 0;
    }

    private void checkStall() {
        SwiftResponse stalled;
        synchronized (this) {
            stalled = live;
            long silent = System.nanoTime() - lastActivity;
            if (done || demand == 0 || silent < options.stallTimeout().toNanos()) {
                return;
            }
            lastActivity = System.nanoTime();
        }
        if (stalled != null) {
            stalled.abort();
        }
    }

    private void fail(Throwable cause) {
        Handler<Throwable> receiver;
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            receiver = exceptionHandler;
            if (receiver == null) {
                untoldFailure = cause;
            }
        }
        vertx.cancelTimer(watchdog);
        if (receiver != null) {
            receiver.handle(cause);
        }
    }

    /** Gives the rest up: no handler is called any more. */
    void cancel() {
        SwiftResponse open;
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            open = live;
        }
        vertx.cancelTimer(watchdog);
        if (open != null) {
            open.abort();
        }
    }

    private synchronized long position() {
        return position;
    }

    @Override
    public synchronized ResumingBody handler(@Nullable Handler<Buffer> receiver) {
        handler = receiver;
        return this;
    }

    @Override
    public synchronized ResumingBody endHandler(@Nullable Handler<Void> receiver) {
        endHandler = receiver;
        if (receiver != null && untoldEnd) {
            untoldEnd = false;
            vertx.runOnContext(v -> receiver.handle(null));
        }
        return this;
    }

    /** Tells a failure that came before anybody listened, too: the body is handed over paused. */
    @Override
    public ResumingBody exceptionHandler(@Nullable Handler<Throwable> receiver) {
        Throwable untold;
        synchronized (this) {
            exceptionHandler = receiver;
            if (receiver == null || untoldFailure == null) {
                return this;
            }
            untold = untoldFailure;
            untoldFailure = null;
        }
        vertx.runOnContext(v -> receiver.handle(untold));
        return this;
    }

    @Override
    public ResumingBody pause() {
        SwiftResponse source;
        synchronized (this) {
            demand = 0;
            source = live;
        }
        if (source != null) {
            source.body().pause();
        }
        return this;
    }

    @Override
    public ResumingBody resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public ResumingBody fetch(long amount) {
        SwiftResponse source;
        boolean wake;
        long rest;
        synchronized (this) {
            if (demand == 0) {
                lastActivity = System.nanoTime();
            }
            demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
            source = live;
            rest = position;
            wake = dormant && demand > 0;
            if (wake) {
                dormant = false;
            }
        }
        if (wake) {
            reopen(rest, 1);
        } else if (source != null) {
            source.body().fetch(amount);
        }
        return this;
    }
}
