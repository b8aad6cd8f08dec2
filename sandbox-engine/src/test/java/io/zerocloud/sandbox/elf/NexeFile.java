package io.zerocloud.sandbox.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** A small good executable whose fields can be changed, by their names in the ELF specification. */
final class NexeFile {
    private static final int HEADER = 64;
    private static final Map<String, int[]> HEADER_FIELDS =
            Map.ofEntries(
                    Map.entry("EI_MAG0", new int[] {0, 1}),
                    Map.entry("EI_MAG1", new int[] {1, 1}),
                    Map.entry("EI_MAG3", new int[] {3, 1}),
                    Map.entry("EI_CLASS", new int[] {4, 1}),
                    Map.entry("EI_DATA", new int[] {5, 1}),
                    Map.entry("EI_VERSION", new int[] {6, 1}),
                    Map.entry("EI_OSABI", new int[] {7, 1}),
                    Map.entry("EI_ABIVERSION", new int[] {8, 1}),
                    Map.entry("e_type", new int[] {16, 2}),
                    Map.entry("e_machine", new int[] {18, 2}),
                    Map.entry("e_version", new int[] {20, 4}),
                    Map.entry("e_entry", new int[] {24, 8}),
                    Map.entry("e_phoff", new int[] {32, 8}),
                    Map.entry("e_shoff", new int[] {40, 8}),
                    Map.entry("e_flags", new int[] {48, 4}),
                    Map.entry("e_ehsize", new int[] {52, 2}),
                    Map.entry("e_phentsize", new int[] {54, 2}),
                    Map.entry("e_phnum", new int[] {56, 2}),
                    Map.entry("e_shnum", new int[] {60, 2}));
    private static final Map<String, int[]> PROGRAM_FIELDS =
            Map.of(
                    "p_type", new int[] {0, 4},
                    "p_flags", new int[] {4, 4},
                    "p_offset", new int[] {8, 8},
                    "p_vaddr", new int[] {16, 8},
                    "p_paddr", new int[] {24, 8},
                    "p_filesz", new int[] {32, 8},
                    "p_memsz", new int[] {40, 8},
                    "p_align", new int[] {48, 8});

    private byte[] bytes = new byte[0x4000];

    NexeFile() {
        change("EI_MAG0=0x7f EI_MAG1=0x45 EI_MAG3=0x46 EI_CLASS=2 EI_DATA=1 EI_VERSION=1");
        bytes[2] = 0x4C;
        change("e_type=2 e_machine=62 e_version=1 e_entry=0x20000 e_phoff=64 e_ehsize=64");
        change("e_phentsize=56 e_phnum=4");
        change("p0.p_type=1 p0.p_flags=5 p0.p_offset=0x1000 p0.p_vaddr=0x20000 p0.p_align=0x1000");
        change("p0.p_filesz=0x40 p0.p_memsz=0x40");
        change("p1.p_type=1 p1.p_flags=4 p1.p_offset=0x2000 p1.p_vaddr=0x30000 p1.p_align=0x1000");
        change("p1.p_filesz=0x10 p1.p_memsz=0x10");
        change("p2.p_type=1 p2.p_flags=6 p2.p_offset=0x3000 p2.p_vaddr=0x40000 p2.p_align=0x1000");
        change("p2.p_filesz=0x10 p2.p_memsz=0x123");
        change("p3.p_type=0x6474e551 p3.p_flags=6");
        Arrays.fill(bytes, 0x1000, 0x1040, (byte) 0x90);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** Applies changes such as {@code e_type=3 p0.p_flags=7 size=100}. */
    NexeFile change(String changes) {
        for (String change : changes.strip().split("\\s+")) {
            String name = change.substring(0, change.indexOf('='));
            String number = change.substring(change.indexOf('=') + 1);
            long value =
                    number.startsWith("0x")
                            ? Long.parseUnsignedLong(number.substring(2), 16)
                            : Long.parseLong(number);
            set(name, value);
        }
        return this;
    }

    private void set(String name, long value) {
        if (name.equals("size")) {
            bytes = Arrays.copyOf(bytes, Math.toIntExact(value));
            return;
        }
        boolean program = name.startsWith("p");
        int[] field = program ? PROGRAM_FIELDS.get(name.substring(3)) : HEADER_FIELDS.get(name);
        if (field == null) {
            throw new IllegalArgumentException(name);
        }
        int base = program ? HEADER + ProgramHeader.SIZE * (name.charAt(1) - '0') : 0;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int position = base + field[0];
        switch (field[1]) {
            case 1 -> buffer.put(position, (byte) value);
            case 2 -> buffer.putShort(position, (short) value);
            case 4 -> buffer.putInt(position, (int) value);
            default -> buffer.putLong(position, value);
        }
    }
}
