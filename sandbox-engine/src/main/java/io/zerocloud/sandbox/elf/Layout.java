package io.zerocloud.sandbox.elf;

import static io.zerocloud.sandbox.elf.ProgramHeader.PF_R;
import static io.zerocloud.sandbox.elf.ProgramHeader.PF_W;
import static io.zerocloud.sandbox.elf.ProgramHeader.PF_X;

import io.zerocloud.sandbox.elf.ElfRejected.Reason;
import java.util.Optional;

/**
 * Collects program headers and checks each alone, then against each other. All values are hostile
 * 64-bit numbers: they are compared unsigned, and added only after they were bounded.
 */
final class Layout {
    private final long fileLength;
    private Optional<Segment> text = Optional.empty();
    private Optional<Segment> rodata = Optional.empty();
    private Optional<Segment> data = Optional.empty();
    private boolean stack;

    Layout(long fileLength) {
        this.fileLength = fileLength;
    }

    void add(ProgramHeader header) throws ElfRejected {
        switch (header.type()) {
            case ProgramHeader.PT_LOAD -> addLoad(header);
            case ProgramHeader.PT_GNU_STACK -> {
                if (stack) {
                    throw duplicate("GNU_STACK", header);
                }
                requireFlags(header, PF_R | PF_W, "GNU_STACK p_flags", "must be RW");
                stack = true;
            }
            case ProgramHeader.PT_PHDR,
                    ProgramHeader.PT_TLS,
                    ProgramHeader.PT_NOTE,
                    ProgramHeader.PT_GNU_EH_FRAME,
                    ProgramHeader.PT_GNU_RELRO ->
                    requireFlags(
                            header, PF_R, "p_flags", "must be R for a header that is not loaded");
            default ->
                    throw new ElfRejected(
                            Reason.FORBIDDEN_SEGMENT,
                            "p_type",
                            Integer.toUnsignedLong(header.type()),
                            "must be LOAD, PHDR, NOTE, TLS, GNU_EH_FRAME, GNU_RELRO or GNU_STACK");
        }
    }

    private void addLoad(ProgramHeader header) throws ElfRejected {
        if (header.flags() != (PF_R | PF_X)
                && header.vaddr() == 0
                && header.memorySize() == 0
                && header.fileSize() == 0) {
            return; // what the linker script of 2013 writes, at address 0, for a program without
            // data
        }
        switch (header.flags()) {
            case PF_R | PF_X -> {
                if (text.isPresent()) {
                    throw duplicate("text", header);
                }
                text = Optional.of(text(header));
            }
            case PF_R -> {
                if (rodata.isPresent()) {
                    throw duplicate("rodata", header);
                }
                rodata = Optional.of(rodata(header));
            }
            case PF_R | PF_W -> {
                if (data.isPresent()) {
                    throw duplicate("data", header);
                }
                data = Optional.of(aligned("data", header));
            }
            default ->
                    throw new ElfRejected(
                            Reason.FORBIDDEN_SEGMENT,
                            "LOAD p_flags",
                            Integer.toUnsignedLong(header.flags()),
                            "must be R+X, R or RW");
        }
    }

    private Segment text(ProgramHeader header) throws ElfRejected {
        if (header.vaddr() != NexeImage.TEXT_ADDRESS) {
            throw new ElfRejected(
                    Reason.BAD_ADDRESS, "text p_vaddr", header.vaddr(), "must be 0x20000");
        }
        Segment segment = segment("text", header);
        if (segment.fileSize() != segment.memorySize()) {
            throw new ElfRejected(
                    Reason.BAD_SIZE,
                    "text p_filesz",
                    segment.fileSize(),
                    "must equal p_memsz: all code comes from the file");
        }
        return segment;
    }

    /**
     * Constants come from the file too: what memory adds to them would be pages that no limit of
     * the session counts.
     */
    private Segment rodata(ProgramHeader header) throws ElfRejected {
        Segment segment = aligned("rodata", header);
        if (pages(segment.memorySize()) != pages(segment.fileSize())) {
            throw new ElfRejected(
                    Reason.BAD_SIZE,
                    "rodata p_memsz",
                    segment.memorySize(),
                    "must not reach into a page of 0x10000 behind p_filesz "
                            + segment.fileSize()
                            + ": all constants come from the file");
        }
        return segment;
    }

    private static long pages(long size) {
        return (size + NexeImage.PAGE - 1) / NexeImage.PAGE;
    }

    private Segment aligned(String name, ProgramHeader header) throws ElfRejected {
        if (header.vaddr() % NexeImage.PAGE != 0) {
            throw new ElfRejected(
                    Reason.BAD_ADDRESS,
                    name + " p_vaddr",
                    header.vaddr(),
                    "must be a multiple of 0x10000");
        }
        return segment(name, header);
    }

    private Segment segment(String name, ProgramHeader header) throws ElfRejected {
        long address = header.vaddr();
        long size = header.memorySize();
        if (Long.compareUnsigned(address, NexeImage.TEXT_ADDRESS) < 0
                || Long.compareUnsigned(address, NexeImage.SEGMENTS_END) >= 0) {
            throw new ElfRejected(
                    Reason.BAD_ADDRESS,
                    name + " p_vaddr",
                    address,
                    "must be from 0x20000 on and below 0xfeff0000");
        }
        if (size == 0) {
            throw new ElfRejected(Reason.BAD_SIZE, name + " p_memsz", size, "must not be empty");
        }
        if (Long.compareUnsigned(size, NexeImage.SEGMENTS_END - address) > 0) {
            throw new ElfRejected(
                    Reason.BAD_SIZE,
                    name + " p_memsz",
                    size,
                    "the segment must end below 0xfeff0000, where manifest and stack begin");
        }
        if (Long.compareUnsigned(header.fileSize(), size) > 0) {
            throw new ElfRejected(
                    Reason.BAD_SIZE,
                    name + " p_filesz",
                    header.fileSize(),
                    "must not exceed p_memsz");
        }
        if (Long.compareUnsigned(header.offset(), fileLength) > 0
                || header.fileSize() > fileLength - header.offset()) {
            throw new ElfRejected(
                    Reason.TRUNCATED,
                    name + " p_offset",
                    header.offset(),
                    "offset and size must lie in the file of " + fileLength + " bytes");
        }
        checkAlignment(name, header);
        return new Segment(header.offset(), address, header.fileSize(), size);
    }

    /** ELF: p_align is 0 or a power of two, and address and offset are congruent modulo it. */
    private static void checkAlignment(String name, ProgramHeader header) throws ElfRejected {
        long alignment = header.alignment();
        if (alignment < 0 || (alignment & (alignment - 1)) != 0) {
            throw new ElfRejected(
                    Reason.BAD_ADDRESS, name + " p_align", alignment, "must be a power of two");
        }
        if (alignment > 1 && ((header.vaddr() - header.offset()) & (alignment - 1)) != 0) {
            throw new ElfRejected(
                    Reason.BAD_ADDRESS,
                    name + " p_offset",
                    header.offset(),
                    "must equal p_vaddr modulo p_align");
        }
    }

    NexeImage finish(long entry) throws ElfRejected {
        if (text.isEmpty()) {
            throw new ElfRejected(
                    Reason.NO_TEXT, "LOAD p_flags", 0, "there must be one LOAD segment R+X");
        }
        Segment code = text.get();
        long end = NexeImage.roundUp(code.end() + 32);
        if (rodata.isPresent()) {
            requireOrder("rodata p_vaddr", rodata.get().address(), end, "text and 32 bytes");
            end = rodata.get().end();
        }
        if (data.isPresent()) {
            requireOrder(
                    "data p_vaddr",
                    data.get().address(),
                    end,
                    rodata.isPresent() ? "rodata" : "text and 32 bytes");
        }
        if (end > NexeImage.SEGMENTS_END) {
            throw new ElfRejected(
                    Reason.BAD_SIZE,
                    "text p_memsz",
                    code.memorySize(),
                    "text and its fill must end at or below 0xfeff0000");
        }
        if (entry % 32 != 0) {
            throw new ElfRejected(Reason.BAD_ENTRY, "e_entry", entry, "must be a multiple of 32");
        }
        if (Long.compareUnsigned(entry, code.address()) < 0
                || Long.compareUnsigned(entry, code.end()) >= 0) {
            throw new ElfRejected(Reason.BAD_ENTRY, "e_entry", entry, "must be inside the text");
        }
        return new NexeImage(entry, code, rodata, data);
    }

    private static void requireOrder(String field, long address, long end, String before)
            throws ElfRejected {
        if (address < end) {
            throw new ElfRejected(
                    Reason.BAD_ORDER,
                    field,
                    address,
                    "must be behind " + before + ", which end at 0x" + Long.toHexString(end));
        }
    }

    private static void requireFlags(ProgramHeader header, int flags, String field, String rule)
            throws ElfRejected {
        if (header.flags() != flags) {
            throw new ElfRejected(
                    Reason.FORBIDDEN_SEGMENT, field, Integer.toUnsignedLong(header.flags()), rule);
        }
    }

    private static ElfRejected duplicate(String name, ProgramHeader header) {
        return new ElfRejected(
                Reason.DUPLICATE_SEGMENT,
                name + " p_vaddr",
                header.vaddr(),
                "there must be at most one " + name + " segment");
    }
}
