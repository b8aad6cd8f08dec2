package io.zerocloud.sandbox.session;

import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.validator.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sealed programs by the SHA-256 of their bytes. One validator with one set of options serves an
 * engine and text always lies at the same address, so the digest is the whole key. Each is judged
 * by one thread, whoever else wants it waits for the verdict. All take their bytes from the memory
 * budget; those that nobody holds stay, the one used last the longest, until there are more than
 * {@link #IDLE_BYTES} of them or a session needs the memory.
 */
final class Programs implements AutoCloseable {
    /** Memory for programs that nobody holds. */
    private static final long IDLE_BYTES = 256L << 20;

    private final Validator validator;
    private final MemoryBudget budget;
    private final Duration patience;
    private final ConcurrentHashMap<String, CompletableFuture<Boolean>> loading =
            new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long idleBytes;

    /**
     * @param patience how long to wait for memory
     */
    Programs(Validator validator, MemoryBudget budget, Duration patience) {
        this.validator = validator;
        this.budget = budget;
        this.patience = patience;
    }

    static final class Entry {
        final SealedProgram program;
        int holders;

        Entry(SealedProgram program) {
            this.program = program;
        }
    }

    Program load(InputStream nexe) throws EngineException, IOException {
        byte[] bytes = nexe.readNBytes((int) Program.MAX_BYTES + 1);
        if (bytes.length > Program.MAX_BYTES) {
            throw new EngineException.ProgramRefused(
                    "the program is longer than " + Program.MAX_BYTES + " bytes");
        }
        String sha256 = HexFormat.of().formatHex(sha256().digest(bytes));
        for (; ; ) {
            Optional<Program> known = known(sha256);
            if (known.isPresent()) {
                return known.get();
            }
            CompletableFuture<Boolean> mine = new CompletableFuture<>();
            CompletableFuture<Boolean> other = loading.putIfAbsent(sha256, mine);
            if (other != null) {
                other.join();
                continue;
            }
            try {
                // Between the look and the claim another may have done all of it.
                known = known(sha256);
                return known.isPresent() ? known.get() : enter(seal(bytes, sha256));
            } finally {
                loading.remove(sha256, mine);
                mine.complete(true);
            }
        }
    }

    private Optional<Program> known(String sha256) {
        lock.lock();
        try {
            return Optional.ofNullable(entries.get(sha256)).map(this::hold);
        } finally {
            lock.unlock();
        }
    }

    private SealedProgram seal(byte[] nexe, String sha256) throws EngineException, IOException {
        SealedProgram program = SealedProgram.of(nexe, sha256, validator);
        try {
            if (budget.reserve(program.bytes(), patience.toNanos())) {
                return program;
            }
            throw new EngineException.Busy(
                    "memory of " + program.bytes() + " bytes for the program is not free");
        } catch (InterruptedException e) {
            program.image().close();
            Thread.currentThread().interrupt();
            throw new EngineException.Unavailable("interrupted while waiting for memory", e);
        } catch (EngineException.Busy e) {
            program.image().close();
            throw e;
        }
    }

    private Program enter(SealedProgram program) {
        lock.lock();
        try {
            Entry entry = new Entry(program);
            idleBytes += program.bytes();
            entries.put(program.sha256(), entry);
            return hold(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Gives up programs that nobody holds, until that many bytes are free or there are no more. */
    void giveUp(long bytes) {
        lock.lock();
        try {
            shrink(Math.max(idleBytes - bytes, 0));
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock. */
    private void shrink(long most) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (idleBytes > most && oldest.hasNext()) {
            Entry candidate = oldest.next();
            if (candidate.holders == 0) {
                oldest.remove();
                idleBytes -= candidate.program.bytes();
                budget.release(candidate.program.bytes());
                candidate.program.image().close();
            }
        }
    }

    /** Not entered in the cache, so that nobody else can get it. */
    Program loadUnvalidated(byte[] nexe) throws EngineException, IOException {
        try {
            return new Held(
                    new Entry(SealedProgram.seal(nexe, "unvalidated", NexeImage.parse(nexe))));
        } catch (ElfRejected e) {
            throw new EngineException.ProgramRefused(String.valueOf(e.getMessage()));
        }
    }

    /** Releases all; programs still held become unusable. */
    @Override
    public void close() {
        lock.lock();
        try {
            entries.values().forEach(entry -> entry.program.image().close());
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    private Program hold(Entry entry) {
        if (entry.holders++ == 0) {
            idleBytes -= entry.program.bytes();
        }
        return new Held(entry);
    }

    private void release(Entry entry) {
        lock.lock();
        try {
            if (entries.get(entry.program.sha256()) != entry) {
                entry.program.image().close();
                return;
            }
            if (--entry.holders == 0) {
                idleBytes += entry.program.bytes();
            }
            shrink(IDLE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One caller's hold on a program. */
    final class Held implements Program {
        private final Entry entry;
        private final AtomicBoolean released = new AtomicBoolean();

        Held(Entry entry) {
            this.entry = entry;
        }

        SealedProgram sealed() throws EngineException.InvalidSpec {
            if (released.get()) {
                throw new EngineException.InvalidSpec("the program has been closed");
            }
            return entry.program;
        }

        @Override
        public String sha256() {
            return entry.program.sha256();
        }

        @Override
        public void close() {
            if (released.compareAndSet(false, true)) {
                release(entry);
            }
        }
    }
}
