package io.zerocloud.sandbox.elf;

import io.zerocloud.sandbox.elf.ElfRejected.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The layout of a guest executable, checked: what a loader needs and nothing that it must check
 * again, apart from what depends on a session's memory limit.
 *
 * <p>Accepted are ELF64 ET_EXEC files for x86-64 with exactly one R+X segment at {@link
 * #TEXT_ADDRESS}, at most one R and one RW segment behind it in this order, and headers without
 * effect on loading. The ZeroVM loader accepts a little more (an entry point in the trampoline, any
 * byte order); no tool chain makes such files.
 *
 * @param entry guest address of the first instruction, a multiple of 32, inside {@code text}
 * @param text code; file size = memory size
 * @param rodata constants, if any; its address is a multiple of 64 KiB
 * @param data variables and bss, if any; its address is a multiple of 64 KiB
 */
public record NexeImage(
        long entry, Segment text, Optional<Segment> rodata, Optional<Segment> data) {
    /** Where text begins in every guest. */
    public static final long TEXT_ADDRESS = 0x20000;

    /** Granularity of mappings in the guest's address space. */
    public static final long PAGE = 0x10000;

    /** First address that no segment may reach: the user manifest's page below the stack. */
    public static final long SEGMENTS_END = 0xFEFF_0000L;

    /** What fills the text's last page behind the code: hlt, one byte. */
    public static final byte FILL = (byte) 0xF4;

    /** Fill that must at least follow the text. */
    private static final long MINIMUM_FILL = 32;

    /** Most program headers looked at; linkers write about eight. */
    private static final int MAX_HEADERS = 32;

    private static final int HEADER_SIZE = 64;
    private static final int ET_EXEC = 2;
    private static final int EM_X86_64 = 62;

    /**
     * Guest address of the first byte behind the executable pages: {@code text} runs to {@code
     * text.end()}, {@link #FILL} from there to here. The range to validate is {@link #TEXT_ADDRESS}
     * to this.
     */
    public long mappedTextEnd() {
        return roundUp(text.end() + MINIMUM_FILL);
    }

    /** Bytes from {@link #TEXT_ADDRESS} to {@link #mappedTextEnd()}, a multiple of 64 KiB. */
    public long mappedTextLength() {
        return mappedTextEnd() - TEXT_ADDRESS;
    }

    /**
     * Where the heap begins: the unaligned end of data and bss. A program without a data segment
     * has no heap.
     */
    public OptionalLong heapStart() {
        return data.map(segment -> OptionalLong.of(segment.end())).orElse(OptionalLong.empty());
    }

    /**
     * The executable pages as they are to be mapped: text and fill.
     *
     * @param file the file that this image was parsed from
     * @return a new array of {@link #mappedTextLength()} bytes
     */
    public byte[] mappedText(ByteBuffer file) {
        byte[] pages = new byte[Math.toIntExact(mappedTextLength())];
        int size = Math.toIntExact(text.fileSize());
        file.duplicate().get(file.position() + Math.toIntExact(text.fileOffset()), pages, 0, size);
        Arrays.fill(pages, size, pages.length, FILL);
        return pages;
    }

    /**
     * Checks a file.
     *
     * @param file the whole file between position and limit, which stay as they are
     * @throws ElfRejected for the first rule that it breaks
     */
    public static NexeImage parse(ByteBuffer file) throws ElfRejected {
        ByteBuffer elf = file.slice().order(ByteOrder.LITTLE_ENDIAN);
        checkHeader(elf);
        int headers = checkHeaderTable(elf);
        Layout layout = new Layout(elf.limit());
        for (int i = 0; i < headers; i++) {
            int position = (int) elf.getLong(32) + i * ProgramHeader.SIZE;
            layout.add(ProgramHeader.read(elf, position));
        }
        return layout.finish(elf.getLong(24));
    }

    /** Checks a file. */
    public static NexeImage parse(byte[] file) throws ElfRejected {
        return parse(ByteBuffer.wrap(file));
    }

    private static void checkHeader(ByteBuffer elf) throws ElfRejected {
        if (elf.limit() < HEADER_SIZE) {
            throw new ElfRejected(
                    Reason.TRUNCATED, "file size", elf.limit(), "an ELF header has 64 bytes");
        }
        int magic = elf.getInt(0);
        if (magic != 0x464C457F) {
            throw new ElfRejected(
                    Reason.NOT_ELF,
                    "e_ident",
                    Integer.toUnsignedLong(magic),
                    "must be 7f 45 4c 46");
        }
        kind("EI_CLASS", elf.get(4), 2, "must be 2 (64 bits)");
        kind("EI_DATA", elf.get(5), 1, "must be 1 (little endian)");
        kind("EI_VERSION", elf.get(6), 1, "must be 1");
        int system = Byte.toUnsignedInt(elf.get(7));
        if (system != 0 && system != 3 && system != 123) {
            throw new ElfRejected(
                    Reason.WRONG_KIND,
                    "EI_OSABI",
                    system,
                    "must be 0 (System V), 3 (GNU) or 123 (Native Client)");
        }
        kind("e_type", elf.getShort(16), ET_EXEC, "must be 2 (ET_EXEC), statically linked");
        kind("e_machine", elf.getShort(18), EM_X86_64, "must be 62 (x86-64)");
        kind("e_version", elf.getInt(20), 1, "must be 1");
    }

    private static void kind(String field, long value, long expected, String rule)
            throws ElfRejected {
        if (value != expected) {
            throw new ElfRejected(Reason.WRONG_KIND, field, value, rule);
        }
    }

    /** Checks where the program headers are and returns how many there are. */
    private static int checkHeaderTable(ByteBuffer elf) throws ElfRejected {
        int headerSize = Short.toUnsignedInt(elf.getShort(52));
        if (headerSize != HEADER_SIZE) {
            throw new ElfRejected(Reason.BAD_HEADER, "e_ehsize", headerSize, "must be 64");
        }
        int entrySize = Short.toUnsignedInt(elf.getShort(54));
        if (entrySize != ProgramHeader.SIZE) {
            throw new ElfRejected(Reason.BAD_HEADER, "e_phentsize", entrySize, "must be 56");
        }
        int count = Short.toUnsignedInt(elf.getShort(56));
        if (count == 0 || count > MAX_HEADERS) {
            throw new ElfRejected(
                    Reason.BAD_HEADER, "e_phnum", count, "must be 1 to " + MAX_HEADERS);
        }
        long offset = elf.getLong(32);
        if (offset < HEADER_SIZE || offset % 8 != 0) {
            throw new ElfRejected(
                    Reason.BAD_HEADER, "e_phoff", offset, "must be a multiple of 8 from 64 on");
        }
        if (offset > elf.limit() - (long) count * ProgramHeader.SIZE) {
            throw new ElfRejected(
                    Reason.TRUNCATED, "e_phoff", offset, "the program headers must be in the file");
        }
        return count;
    }

    static long roundUp(long address) {
        return (address + PAGE - 1) & -PAGE;
    }
}
