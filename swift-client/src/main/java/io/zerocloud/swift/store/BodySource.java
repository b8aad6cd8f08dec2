package io.zerocloud.swift.store;

import java.io.IOException;

/** Bytes that come piece by piece. */
interface BodySource {
    /** What {@link #next} returns after the last piece. */
    byte[] END = {};

    /** A body without bytes. */
    BodySource EMPTY = () -> END;

    /**
     * The next piece, never empty before the end; waits for it.
     *
     * @throws ClientGone if the other side is gone before the end
     */
    byte[] next() throws IOException;
}
