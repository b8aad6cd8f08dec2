package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.zerocloud.sandbox.validator.Validator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges code that a guest made. The pages are copied out of the worker's reach, sealed, and only
 * then validated; the worker gets the sealed copy to map.
 */
final class Jail {
    private static final Logger LOG = LoggerFactory.getLogger(Jail.class);

    /** Longest range in bytes, JAIL_MAX of wire.h: validation needs it in this process's heap. */
    static final int MAX_BYTES = 64 << 20;

    private static final int PAGE = 0x1000;
    private static final int REFUSED = -1;
    private static final int OUT_OF_MEMORY = -12;

    private Jail() {}

    /**
     * Where the worker writes what it wants judged: a memory file that the kernel lets nobody make
     * longer, so that a worker whose guest broke out cannot fill this machine's memory with it.
     */
    static Descriptor buffer() throws IOException {
        Descriptor file = Posix.memoryFile("zerocloud-jail");
        try {
            Posix.truncate(file.number(), MAX_BYTES);
            Posix.fcntl(file.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_SHRINK_GROW);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Copies, seals, validates and answers, on a thread of its own. Whatever fails leaves the guest
     * without the code.
     *
     * @param judges bounds how many do this at once
     * @param judged run just before the answer leaves
     */
    static void answer(
            Descriptor control,
            Descriptor buffer,
            Wire.JailQuestion question,
            Validator validator,
            Semaphore judges,
            Runnable judged) {
        // Held from now on: the session may end meanwhile and its numbers pass to other files.
        Descriptor worker = control.share();
        Descriptor pages = buffer.share();
        Thread.startVirtualThread(
                () -> {
                    try (worker;
                            pages) {
                        judges.acquireUninterruptibly();
                        try {
                            judge(worker, pages, question, validator, judged);
                        } finally {
                            judges.release();
                        }
                    }
                });
    }

    private static void judge(
            Descriptor control,
            Descriptor buffer,
            Wire.JailQuestion question,
            Validator validator,
            Runnable judged) {
        int size = question.size();
        int refusal = OUT_OF_MEMORY;
        try {
            if (size > 0
                    && size % PAGE == 0
                    && size <= MAX_BYTES
                    && question.address() % PAGE == 0) {
                try (Descriptor copy = Posix.memoryFile("zerocloud-jailed")) {
                    SealedProgram.copyStart(buffer, copy, size);
                    Posix.fcntl(copy.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_ALL);
                    byte[] code = SealedProgram.readSealed(copy, size);
                    refusal = REFUSED;
                    if (validator.validate(code, 0, size, question.address()).accepted()) {
                        judged.run();
                        send(control, 0, new int[] {copy.number()});
                        return;
                    }
                }
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            LOG.debug("a jailed range was not judged", e);
        }
        try {
            judged.run();
            send(control, refusal, new int[0]);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("the worker that asked has ended", e);
        }
    }

    private static void send(Descriptor control, int result, int[] descriptors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(Wire.JAIL_ANSWER_BYTES, 8);
            packet.set(JAVA_INT, 0, result);
            Posix.send(control.number(), packet, descriptors, 0, descriptors.length);
        }
    }
}
