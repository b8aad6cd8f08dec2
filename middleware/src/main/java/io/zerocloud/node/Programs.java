package io.zerocloud.node;

import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.Program;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Validated programs by where they came from. The engine shares equal bytes among programs; this
 * cache spares fetching and hashing them. A key holds everything that identifies a version: never
 * an ETag alone, since MD5 can be made to collide.
 */
final class Programs implements AutoCloseable {
    /** Loads a program that is not here. */
    interface Loader<X extends Exception> {
        Program load() throws IOException, EngineException, X;
    }

    private static final int MOST = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** One use of a program; close it when the session has started. */
    final class Lease implements AutoCloseable {
        private final Entry entry;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        Program program() {
            Program program = entry.program;
            if (program == null) {
                throw new IllegalStateException("not loaded");
            }
            return program;
        }

        @Override
        public void close() {
            release(entry);
        }
    }

    /**
     * The program of a key, loaded once however many ask for it at the same time.
     *
     * @param key equal for equal versions
     */
    <X extends Exception> Lease get(Object key, Loader<X> loader)
            throws IOException, EngineException, X {
        Entry entry;
        lock.lock();
        try {
            entry = entries.computeIfAbsent(key, _ -> new Entry());
            entry.leases++;
            evict();
        } finally {
            lock.unlock();
        }
        entry.loading.lock();
        try {
            if (entry.program == null) {
                entry.program = loader.load();
            }
        } catch (Throwable e) {
            forget(key, entry);
            throw e;
        } finally {
            entry.loading.unlock();
        }
        return new Lease(entry);
    }

    private void evict() {
        Iterator<Entry> oldest = entries.values().iterator();
        while (entries.size() > MOST && oldest.hasNext()) {
            Entry entry = oldest.next();
            if (entry.leases == 0) {
                oldest.remove();
                entry.close();
            }
        }
    }

    private void forget(Object key, Entry entry) {
        lock.lock();
        try {
            entry.leases--;
            entries.remove(key, entry);
        } finally {
            lock.unlock();
        }
    }

    private void release(Entry entry) {
        lock.lock();
        try {
            entry.leases--;
            if (entry.leases == 0 && !entries.containsValue(entry)) {
                entry.close();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            entries.values().forEach(Entry::close);
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    private static final class Entry {
        private final ReentrantLock loading = new ReentrantLock();
        private @Nullable Program program;
        private int leases;

        void close() {
            Program loaded = program;
            if (loaded != null) {
                loaded.close();
            }
        }
    }
}
