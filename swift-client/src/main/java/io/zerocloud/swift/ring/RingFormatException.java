package io.zerocloud.swift.ring;

import java.io.IOException;

/** A ring file that cannot be used; the message says which file and what is wrong with it. */
public final class RingFormatException extends IOException {
    private static final long serialVersionUID = 1;

    public RingFormatException(String message) {
        super(message);
    }
}
