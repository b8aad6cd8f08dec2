package io.zerocloud.sandbox.toolchain.link;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/** Names code addresses of an executable that our linker has just made. */
final class ElfSymbols {
    private static final int SHT_SYMTAB = 2;
    private static final int SECTION_HEADER = 64;
    private static final int SYMBOL = 24;

    private final TreeMap<Long, String> functions = new TreeMap<>();

    ElfSymbols(byte[] file) {
        ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) elf.getLong(40);
        int count = elf.getShort(60) & 0xFFFF;
        for (int i = 0; i < count; i++) {
            int header = table + i * SECTION_HEADER;
            if (elf.getInt(header + 4) == SHT_SYMTAB) {
                int strings = table + elf.getInt(header + 40) * SECTION_HEADER;
                read(elf, header, (int) elf.getLong(strings + 24));
            }
        }
    }

    private void read(ByteBuffer elf, int header, int strings) {
        int offset = (int) elf.getLong(header + 24);
        int size = (int) elf.getLong(header + 32);
        for (int at = offset; at < offset + size; at += SYMBOL) {
            int kind = elf.get(at + 4) & 0xF;
            int section = elf.getShort(at + 6) & 0xFFFF;
            if (kind <= 2 && section != 0 && section < 0xFF00) {
                functions.put(elf.getLong(at + 8), name(elf, strings + elf.getInt(at)));
            }
        }
    }

    private static String name(ByteBuffer elf, int at) {
        StringBuilder name = new StringBuilder();
        for (int i = at; elf.get(i) != 0; i++) {
            name.append((char) (elf.get(i) & 0xFF));
        }
        return name.toString();
    }

    /** {@code function+0x1a (0x20340)}, or the address alone in a stripped file. */
    String describe(long address) {
        String number = "0x" + Long.toHexString(address);
        Map.Entry<Long, String> function = functions.floorEntry(address);
        if (function == null) {
            return number;
        }
        long distance = address - function.getKey();
        return function.getValue()
                + (distance == 0 ? "" : "+0x" + Long.toHexString(distance))
                + " ("
                + number
                + ")";
    }
}
