package io.zerocloud.swift.store;

import java.io.IOException;

/**
 * The client closed its connection, or took or sent nothing for too long in the middle of an
 * answer.
 */
final class ClientGone extends IOException {
    private static final long serialVersionUID = 1;

    ClientGone(String what) {
        super(what);
    }
}
