package io.zerocloud.sandbox.validator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes refused instructions as a guest's author knows them (AT&amp;T syntax, without operand size
 * suffixes). For messages only: nothing is decided here. Knows what {@code rules.txt} knows.
 */
public final class Disassembler {
    private static final int MAX_LENGTH = 15;
    private static final String[] CONDITIONS = {
        "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"
    };
    private static final String[] NAMES = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] HIGH_BYTES = {"ah", "ch", "dh", "bh"};

    private final Tables tables = Tables.of(RuleOptions.standard());

    /**
     * An instruction for people.
     *
     * @param bytes its bytes in hex, separated by blanks; a few if its length is unknown
     * @param text mnemonic and operands, {@code (bad)} if it is not known
     */
    public record Line(String bytes, String text) {}

    /**
     * Describes what begins at {@code offset}, looking at no byte from {@code end} on.
     *
     * @param address guest address of that byte, for relative targets
     */
    public Line line(byte[] code, int offset, int end, long address) {
        int limit = Math.min(end, offset + MAX_LENGTH);
        byte[] bytes = new byte[3 * MAX_LENGTH];
        System.arraycopy(code, offset, bytes, 0, limit - offset);
        Cursor cursor = new Cursor(bytes, address);
        String text = cursor.describe().orElse("(bad)");
        int length = text.equals("(bad)") ? Math.min(8, limit - offset) : cursor.position;
        HexFormat hex = HexFormat.ofDelimiter(" ");
        int shown = Math.min(length, limit - offset);
        return new Line(hex.formatHex(bytes, 0, shown), text);
    }

    /** Decodes one instruction. */
    private final class Cursor {
        private final byte[] bytes;
        private final long address;
        private int position;
        private int rex;
        private int modRm;
        private boolean size16;
        private boolean mandatory66;
        private String memory = "";

        Cursor(byte[] bytes, long address) {
            this.bytes = bytes;
            this.address = address;
        }

        private int next() {
            return bytes[position++] & 0xFF;
        }

        Optional<String> describe() {
            StringBuilder prefixes = new StringBuilder();
            int select = Tables.NO_PREFIX;
            int b = next();
            for (String name = prefix(b); !name.isEmpty() && position < MAX_LENGTH; ) {
                size16 |= b == 0x66;
                select =
                        switch (b) {
                            case 0x66 -> select == 0 ? Tables.PREFIX_66 : select;
                            case 0xF2 -> Tables.PREFIX_F2;
                            case 0xF3 -> Tables.PREFIX_F3;
                            default -> select;
                        };
                prefixes.append(name).append(' ');
                b = next();
                name = prefix(b);
            }
            if ((b & 0xF0) == 0x40) {
                rex = b;
                b = next();
            }
            int map = 0;
            if (b == 0x0F) {
                map = 1;
                b = next();
                if (b == 0x38 || b == 0x3A) {
                    map = b == 0x38 ? 2 : 3;
                    b = next();
                }
            }
            int index = Tables.index(map, select, (rex >> 3) & 1, b);
            if (!tables.isKnown(index, bytes[position] & 0xFF)) {
                index = Tables.index(map, Tables.NO_PREFIX, (rex >> 3) & 1, b);
            }
            Optional<Rule> found = tables.rule(index, bytes[position] & 0xFF);
            int opcode = b;
            return found.map(rule -> prefixText(rule, prefixes) + instruction(rule, opcode));
        }

        /** Mandatory prefixes are part of the mnemonic, 66 shows in the registers. */
        private String prefixText(Rule rule, StringBuilder prefixes) {
            mandatory66 = rule.prefix() == 0x66;
            String text = prefixes.toString().replace("data16 ", "");
            return switch (rule.prefix()) {
                case 0xF2 -> text.replaceFirst("repnz ", "");
                case 0xF3 -> text.replaceFirst("rep ", "");
                default -> text;
            };
        }

        private static String prefix(int b) {
            return switch (b) {
                case 0x66 -> "data16";
                case 0xF2 -> "repnz";
                case 0xF3 -> "rep";
                case 0xF0 -> "lock";
                case 0x67 -> "addr32";
                case 0x2E -> "cs";
                case 0x36 -> "ss";
                case 0x3E -> "ds";
                case 0x26 -> "es";
                case 0x64 -> "fs";
                case 0x65 -> "gs";
                default -> "";
            };
        }

        private String instruction(Rule rule, int opcode) {
            String mnemonic = rule.mnemonic().replace("<cc>", CONDITIONS[opcode & 15]);
            if (rule.hasModRm()) {
                modRm = next();
                if (modRm < 0xC0) {
                    memory = memory();
                }
            }
            List<String> operands = new ArrayList<>();
            for (Operand operand : rule.operands()) {
                operands.add(operand(operand, opcode));
            }
            if (rule.lastModRm() > rule.firstModRm()) {
                operands.add("%st(" + (modRm & 7) + ")");
            }
            Collections.reverse(operands);
            return operands.isEmpty() ? mnemonic : mnemonic + " " + String.join(",", operands);
        }

        private String operand(Operand operand, int opcode) {
            int reg = ((modRm >> 3) & 7) | ((rex & 4) << 1);
            int rm = (modRm & 7) | ((rex & 1) << 3);
            boolean inMemory = operand.isRm() && modRm < 0xC0;
            if (inMemory) {
                return memory;
            }
            return switch (operand.kind()) {
                case 'E', 'R' -> general(rm, operand.size());
                case 'G' -> general(reg, operand.size());
                case 'Z' -> general((opcode & 7) | ((rex & 1) << 3), operand.size());
                case 'A' -> general(0, operand.size());
                case 'V' -> "%xmm" + reg;
                case 'W', 'U' -> "%xmm" + rm;
                case 'P' -> "%mm" + (reg & 7);
                case 'Q', 'N' -> "%mm" + (rm & 7);
                case 'I' -> "$" + hex(immediate(operand));
                case 'J' -> {
                    long relative = immediate(operand);
                    yield hex(address + position + relative);
                }
                default -> memory;
            };
        }

        private long immediate(Operand operand) {
            int size = operand.immediateBytes(size16 && !mandatory66, (rex & 8) != 0);
            return little(size);
        }

        /** The next bytes as a signed little-endian number. */
        private long little(int size) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= (long) next() << (8 * i);
            }
            int unused = 64 - 8 * size;
            return size == 0 ? 0 : value << unused >> unused;
        }

        private String memory() {
            int mod = modRm >> 6;
            int rm = modRm & 7;
            String index = "";
            int base = rm | ((rex & 1) << 3);
            boolean hasBase = true;
            if (rm == 4) {
                int sib = next();
                base = (sib & 7) | ((rex & 1) << 3);
                hasBase = mod != 0 || (sib & 7) != 5;
                int register = ((sib >> 3) & 7) | ((rex & 2) << 2);
                if (register != 4) {
                    index = "," + general(register, 'q') + "," + (1 << (sib >> 6));
                }
            }
            boolean rip = mod == 0 && rm == 5;
            long displacement = little(mod == 1 ? 1 : mod == 2 || rip || !hasBase ? 4 : 0);
            String inner = (rip ? "%rip" : hasBase ? general(base, 'q') : "") + index;
            return (displacement == 0 && !inner.isEmpty() ? "" : hex(displacement))
                    + (inner.isEmpty() ? "" : "(" + inner + ")");
        }

        private String general(int number, char size) {
            int bits =
                    switch (size) {
                        case 'b' -> 8;
                        case 'w' -> 16;
                        case 'd' -> 32;
                        case 'q' -> 64;
                        default -> (rex & 8) != 0 ? 64 : size16 && !mandatory66 ? 16 : 32;
                    };
            if (number >= 8) {
                return "%r" + number + (bits == 8 ? "b" : bits == 16 ? "w" : bits == 32 ? "d" : "");
            }
            String name = NAMES[number];
            return "%"
                    + switch (bits) {
                        case 8 ->
                                number < 4
                                        ? name.charAt(0) + "l"
                                        : rex == 0 ? HIGH_BYTES[number - 4] : name + "l";
                        case 16 -> name;
                        case 32 -> "e" + name;
                        default -> "r" + name;
                    };
        }
    }

    private static String hex(long value) {
        return value < 0
                ? "-0x" + Long.toHexString(-value).toLowerCase(Locale.ROOT)
                : "0x" + Long.toHexString(value);
    }
}
