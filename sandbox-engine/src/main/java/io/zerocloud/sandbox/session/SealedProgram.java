package io.zerocloud.sandbox.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.elf.Segment;
import io.zerocloud.sandbox.validator.Validator;
import io.zerocloud.sandbox.validator.Verdict;
import io.zerocloud.sandbox.validator.Violation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A program as workers map it: one memory file with text and fill, then rodata, then the file part
 * of data, sealed against every change before its text is validated. What was validated is what is
 * mapped, because the kernel lets nobody, us included, alter a sealed file.
 *
 * @param sha256 of the executable's bytes
 * @param image the sealed file
 * @param bytes its size
 */
record SealedProgram(String sha256, Descriptor image, long bytes, Layout layout) {
    private static final int VIOLATIONS_IN_MESSAGE = 5;
    private static final int CHUNK = 1 << 20;

    /**
     * Where the parts lie in the guest; lengths as in the image. A length 0 means no such part;
     * {@code heapStart} 0 means that there is no data segment.
     */
    record Layout(
            long entry,
            long textEnd,
            long readOnlyAddress,
            long readOnlyLength,
            long dataAddress,
            long dataFileLength,
            long heapStart) {
        static Layout of(NexeImage elf) {
            Optional<Segment> rodata = elf.rodata();
            Optional<Segment> data = elf.data();
            return new Layout(
                    elf.entry(),
                    elf.mappedTextEnd(),
                    rodata.map(Segment::address).orElse(0L),
                    rodata.map(s -> roundUp(s.memorySize(), NexeImage.PAGE)).orElse(0L),
                    data.map(Segment::address).orElse(0L),
                    data.map(s -> roundUp(s.fileSize(), 0x1000)).orElse(0L),
                    elf.heapStart().orElse(0));
        }
    }

    /** Checks, copies, seals and validates an executable. */
    static SealedProgram of(byte[] nexe, String sha256, Validator validator)
            throws EngineException.ProgramRefused, IOException {
        NexeImage elf;
        try {
            elf = NexeImage.parse(nexe);
        } catch (ElfRejected e) {
            throw new EngineException.ProgramRefused(String.valueOf(e.getMessage()));
        }
        SealedProgram program = seal(nexe, sha256, elf);
        try {
            program.validate(validator, elf.mappedTextLength());
        } catch (EngineException.ProgramRefused | IOException | RuntimeException e) {
            program.image.close();
            throw e;
        }
        return program;
    }

    /** Without validation: for tests of the second wall, which must hold when the first is gone. */
    static SealedProgram seal(byte[] nexe, String sha256, NexeImage elf) throws IOException {
        Layout layout = Layout.of(elf);
        Descriptor image = Posix.memoryFile("zerocloud-program");
        try (Arena arena = Arena.ofConfined()) {
            byte[] text = elf.mappedText(ByteBuffer.wrap(nexe));
            Posix.pwriteFully(image.number(), arena.allocateFrom(JAVA_BYTE, text), 0);
            if (elf.rodata().isPresent()) {
                copy(image, nexe, elf.rodata().get(), text.length, arena);
            }
            if (elf.data().isPresent()) {
                copy(image, nexe, elf.data().get(), text.length + layout.readOnlyLength(), arena);
            }
            long size = text.length + layout.readOnlyLength() + layout.dataFileLength();
            Posix.truncate(image.number(), size);
            Posix.fcntl(image.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_ALL);
            return new SealedProgram(sha256, image, size, layout);
        } catch (IOException | RuntimeException e) {
            image.close();
            throw e;
        }
    }

    private void validate(Validator validator, long length)
            throws EngineException.ProgramRefused, IOException {
        Verdict verdict =
                validator.validate(
                        readSealed(image, length),
                        0,
                        Math.toIntExact(length),
                        NexeImage.TEXT_ADDRESS);
        if (!verdict.accepted()) {
            throw new EngineException.ProgramRefused(
                    "the validator refused the program at "
                            + verdict.violations().stream()
                                    .limit(VIOLATIONS_IN_MESSAGE)
                                    .map(SealedProgram::describe)
                                    .collect(Collectors.joining(", "))
                            + (verdict.total() > VIOLATIONS_IN_MESSAGE
                                    ? " and " + (verdict.total() - VIOLATIONS_IN_MESSAGE) + " more"
                                    : ""));
        }
    }

    private static String describe(Violation violation) {
        return "0x"
                + Long.toHexString(NexeImage.TEXT_ADDRESS + violation.offset())
                + " ("
                + violation.reason()
                + ")";
    }

    /** The first bytes of a sealed file. */
    static byte[] readSealed(Descriptor file, long length) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(length)];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK);
            for (int done = 0; done < bytes.length; ) {
                int n = readSome(file, buffer, bytes.length - done, done);
                MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, done, n);
                done += n;
            }
        }
        return bytes;
    }

    /** Copies the first bytes of one file to another. */
    static void copyStart(Descriptor from, Descriptor to, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK);
            for (long done = 0; done < length; ) {
                int n = readSome(from, buffer, length - done, done);
                Posix.pwriteFully(to.number(), buffer.asSlice(0, n), done);
                done += n;
            }
        }
    }

    private static int readSome(Descriptor file, MemorySegment buffer, long most, long offset)
            throws IOException {
        long n = Posix.pread(file.number(), buffer, Math.min(most, CHUNK), offset);
        if (n == 0) {
            throw new IOException("a sealed file is shorter than it was made");
        }
        return (int) n;
    }

    private static void copy(Descriptor image, byte[] nexe, Segment segment, long at, Arena arena)
            throws IOException {
        int size = Math.toIntExact(segment.fileSize());
        MemorySegment bytes = arena.allocate(Math.max(size, 1));
        MemorySegment.copy(nexe, Math.toIntExact(segment.fileOffset()), bytes, JAVA_BYTE, 0, size);
        Posix.pwriteFully(image.number(), bytes.asSlice(0, size), at);
    }

    private static long roundUp(long value, long unit) {
        return (value + unit - 1) & -unit;
    }
}
