package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes objects whose X-Delete-At has passed. Readers do not see them from that moment on; this
 * gives the room back and takes them out of listings.
 */
final class Expirer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Expirer.class);
    private static final long PAUSE_MILLIS = 1_000;
    private static final int BATCH = 100;

    private final Site site;
    private final Thread thread;

    Expirer(Site site) {
        this.site = site;
        thread = Thread.ofVirtual().name("store-expirer").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                if (!deleteBatch()) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Whether there may be more to do at once. */
    private boolean deleteBatch() throws InterruptedException {
        try {
            List<Catalog.Expired> due = site.catalog().expired(Timestamps.nowSeconds(), BATCH);
            for (Catalog.Expired object : due) {
                SwiftPath path =
                        new SwiftPath(object.account(), object.container(), object.object());
                site.objects()
                        .delete(
                                path,
                                Optional.of(object.ticks()),
                                ticks -> site.catalog().deleteObject(path, ticks));
            }
            return due.size() == BATCH;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            LOG.warn("deleting expired objects: {}", e.toString());
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
