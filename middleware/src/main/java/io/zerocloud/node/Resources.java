package io.zerocloud.node;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one session has open; closed together, the last opened first, whatever happened. */
final class Resources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    /** Closes it no more: another owns it now. */
    synchronized void handOver(AutoCloseable resource) {
        open.remove(resource);
    }

    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("A session's resource could not be closed", e);
            }
        }
    }
}
