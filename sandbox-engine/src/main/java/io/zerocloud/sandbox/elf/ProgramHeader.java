package io.zerocloud.sandbox.elf;

import java.nio.ByteBuffer;

/** An entry of the program header table (Elf64_Phdr) as it is in the file, nothing checked. */
record ProgramHeader(
        int type,
        int flags,
        long offset,
        long vaddr,
        long fileSize,
        long memorySize,
        long alignment) {
    static final int SIZE = 56;

    static final int PT_LOAD = 1;
    static final int PT_NOTE = 4;
    static final int PT_PHDR = 6;
    static final int PT_TLS = 7;
    static final int PT_GNU_EH_FRAME = 0x6474e550;
    static final int PT_GNU_STACK = 0x6474e551;
    static final int PT_GNU_RELRO = 0x6474e552;

    static final int PF_X = 1;
    static final int PF_W = 2;
    static final int PF_R = 4;

    /** Reads the entry at {@code position} of a little-endian buffer. */
    static ProgramHeader read(ByteBuffer file, int position) {
        return new ProgramHeader(
                file.getInt(position),
                file.getInt(position + 4),
                file.getLong(position + 8),
                file.getLong(position + 16),
                // p_paddr, at 24, has no meaning here
                file.getLong(position + 32),
                file.getLong(position + 40),
                file.getLong(position + 48));
    }
}
