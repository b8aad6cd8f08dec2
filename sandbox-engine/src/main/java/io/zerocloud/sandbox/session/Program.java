package io.zerocloud.sandbox.session;

/**
 * A validated executable, ready to be mapped by any number of sessions. Made by {@link
 * Engine#load}; closing it releases this use of the shared copy.
 */
public sealed interface Program extends AutoCloseable permits Programs.Held {
    /** Longest executable in bytes that an engine loads. */
    long MAX_BYTES = 256L << 20;

    /** Lower-case hex SHA-256 of the executable's bytes. */
    String sha256();

    @Override
    void close();
}
