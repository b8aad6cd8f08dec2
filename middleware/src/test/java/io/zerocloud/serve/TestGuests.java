package io.zerocloud.serve;

import io.zerocloud.sandbox.guests.Guests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The guests of these tests. */
final class TestGuests {
    private static final Path SOURCES = Path.of("src/test/guests").toAbsolutePath();

    private TestGuests() {}

    /**
     * Copies one channel to another. Channels: 0 to 2 the streams, from 3 on the others by name.
     */
    static byte[] copy(int from, int to, int code) throws IOException {
        return Guests.assemble(
                Files.readString(SOURCES.resolve("copy.s")),
                "FROM=" + from,
                "TO=" + to,
                "CODE=" + code);
    }

    static byte[] named(String name) throws IOException {
        return Guests.nexe(name);
    }

    /** Writes two texts and exits. */
    static byte[] says(String out, String err, int code) throws IOException {
        return Guests.assemble(
                """
                    .include "zerovm.inc"
                    .globl _start
                    .text
                    .p2align 5
                _start:
                    trap sayout
                    trap sayerr
                    exit_with %d
                    .data
                out: .byte %s
                err: .byte %s
                    call_block sayout, WRITE, 1, out, %d, 0
                    call_block sayerr, WRITE, 2, err, %d, 0
                """
                        .formatted(code, bytes(out), bytes(err), length(out), length(err)));
    }

    /** Writes to stdout without end, whatever becomes of it. */
    static byte[] writesForEver() throws IOException {
        return Guests.assemble(
                """
                    .include "zerovm.inc"
                    .globl _start
                    .text
                    .p2align 5
                _start:
                again:
                    trap put
                    jmp again
                    .data
                    call_block put, WRITE, 1, buffer, 65536, 0
                    .bss
                    .p2align 12
                buffer: .skip 65536
                """);
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String bytes(String text) {
        List<String> numbers = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            numbers.add(Integer.toString(b & 0xff));
        }
        return numbers.isEmpty() ? "0" : String.join(",", numbers);
    }
}
