package io.zerocloud.swift.disk;

import java.util.Locale;

/**
 * What Swift told the caller about an object when it granted the read: a file on disk is used only
 * if it says the same.
 *
 * @param etag without quotes, lower case
 * @param length bytes
 */
public record ObjectPin(String etag, long length) {
    public ObjectPin {
        String bare = etag.strip();
        if (bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")) {
            bare = bare.substring(1, bare.length() - 1);
        }
        if (bare.isEmpty()) {
            throw new IllegalArgumentException("etag: must not be empty");
        }
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + ": must not be negative");
        }
        etag = bare.toLowerCase(Locale.ROOT);
    }
}
