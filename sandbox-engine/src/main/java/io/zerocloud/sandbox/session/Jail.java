package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.zerocloud.sandbox.validator.Validator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges code that a guest made. The pages are copied out of the worker's reach, sealed, and only
 * then validated; the worker gets the sealed copy to map.
 */
final class Jail {
    private static final Logger LOG = LoggerFactory.getLogger(Jail.class);

    /** Longest range in bytes: validation needs it in this process's heap. */
    private static final int MAX_BYTES = 64 << 20;

    private static final int PAGE = 0x1000;
    private static final int REFUSED = -1;
    private static final int OUT_OF_MEMORY = -12;

    private Jail() {}

    /** Copies, seals, validates and answers. Whatever fails leaves the guest without the code. */
    static void answer(
            Descriptor control,
            Descriptor buffer,
            Wire.JailQuestion question,
            Validator validator) {
        // Held here: the session may end meanwhile and its numbers pass to other files.
        try (Descriptor worker = control.share();
                Descriptor pages = buffer.share()) {
            judge(worker, pages, question, validator);
        } catch (IllegalStateException e) {
            LOG.debug("the worker that asked has ended", e);
        }
    }

    private static void judge(
            Descriptor control,
            Descriptor buffer,
            Wire.JailQuestion question,
            Validator validator) {
        try {
            int size = question.size();
            if (size <= 0
                    || size % PAGE != 0
                    || size > MAX_BYTES
                    || question.address() % PAGE != 0) {
                send(control, OUT_OF_MEMORY, new int[0]);
                return;
            }
            try (Descriptor copy = Posix.memoryFile("zerocloud-jailed");
                    Arena arena = Arena.ofConfined()) {
                Posix.pwriteFully(
                        copy.number(),
                        arena.allocateFrom(JAVA_BYTE, SealedProgram.readSealed(buffer, size)),
                        0);
                Posix.fcntl(copy.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_ALL);
                byte[] code = SealedProgram.readSealed(copy, size);
                boolean accepted = validator.validate(code, 0, size, question.address()).accepted();
                send(
                        control,
                        accepted ? 0 : REFUSED,
                        accepted ? new int[] {copy.number()} : new int[0]);
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            LOG.debug("a jailed range was not judged", e);
            refuse(control);
        }
    }

    private static void refuse(Descriptor control) {
        try {
            send(control, REFUSED, new int[0]);
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
