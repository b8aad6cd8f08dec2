package io.zerocloud.swift.disk;

import java.io.IOException;

/** The metadata of a file that Swift would put into quarantine; the message says why. */
public final class DamagedMetadataException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedMetadataException(String message) {
        super(message);
    }
}
