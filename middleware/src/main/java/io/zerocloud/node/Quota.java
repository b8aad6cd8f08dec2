package io.zerocloud.node;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that several users share; taking more than is left is refused at once. */
final class Quota {
    private final String what;
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param what names it in messages
     */
    Quota(String what, long limit) {
        this.what = what;
        this.limit = limit;
    }

    /**
     * @throws Exceeded if fewer bytes are left; then nothing was taken
     */
    void take(long bytes) throws Exceeded {
        if (!tryTake(bytes)) {
            throw new Exceeded(what + ": all of its " + limit + " bytes are in use");
        }
    }

    /** Whether so many bytes were left and are now taken. */
    boolean tryTake(long bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }

    /** The quota is used up. */
    static final class Exceeded extends IOException {
        private static final long serialVersionUID = 1;

        Exceeded(String message) {
            super(message);
        }
    }
}
