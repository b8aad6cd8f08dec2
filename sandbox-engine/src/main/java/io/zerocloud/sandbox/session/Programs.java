package io.zerocloud.sandbox.session;

import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.validator.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sealed programs by the SHA-256 of their bytes. One validator with one set of options serves an
 * engine and text always lies at the same address, so the digest is the whole key. Programs that
 * nobody holds stay until others need the room.
 */
final class Programs implements AutoCloseable {
    /** Memory for programs that nobody holds. */
    private static final long IDLE_BYTES = 256L << 20;

    private final Validator validator;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long idleBytes;

    Programs(Validator validator) {
        this.validator = validator;
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
        lock.lock();
        try {
            Entry known = entries.get(sha256);
            if (known != null) {
                return hold(known);
            }
        } finally {
            lock.unlock();
        }
        SealedProgram program = SealedProgram.of(bytes, sha256, validator);
        lock.lock();
        try {
            Entry raced = entries.get(sha256);
            if (raced != null) {
                program.image().close();
                return hold(raced);
            }
            Entry entry = new Entry(program);
            idleBytes += program.bytes();
            entries.put(sha256, entry);
            return hold(entry);
        } finally {
            lock.unlock();
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
            Iterator<Entry> oldest = entries.values().iterator();
            while (idleBytes > IDLE_BYTES && oldest.hasNext()) {
                Entry candidate = oldest.next();
                if (candidate.holders == 0) {
                    oldest.remove();
                    idleBytes -= candidate.program.bytes();
                    candidate.program.image().close();
                }
            }
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
