package io.zerocloud.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Guests from assembly, built with the machine's as and ld; macros and layout are the engine's. */
final class TestGuests {
    private static final Path MACROS =
            Path.of("../sandbox-engine/src/main/guests").toAbsolutePath();
    private static final Path SOURCES = Path.of("src/test/guests").toAbsolutePath();

    private TestGuests() {}

    /**
     * Copies one channel to another. Channels: 0 to 2 the streams, from 3 on the others by name.
     */
    static byte[] copy(int from, int to, int code) throws IOException {
        return assemble(
                Files.readString(SOURCES.resolve("copy.s")),
                "FROM=" + from,
                "TO=" + to,
                "CODE=" + code);
    }

    static byte[] named(String name) throws IOException {
        return assemble(Files.readString(SOURCES.resolve(name + ".s")));
    }

    /** Writes two texts and exits. */
    static byte[] says(String out, String err, int code) throws IOException {
        return assemble(
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

    private static byte[] assemble(String source, String... symbols) throws IOException {
        Path directory = Files.createTempDirectory("guest-");
        Path text = directory.resolve("guest.s");
        Path object = directory.resolve("guest.o");
        Path nexe = directory.resolve("guest.nexe");
        try {
            Files.writeString(text, source);
            List<String> as = new ArrayList<>(List.of("as", "--64", "-I", MACROS.toString()));
            Arrays.stream(symbols).forEach(symbol -> as.addAll(List.of("--defsym", symbol)));
            as.addAll(List.of("-o", object.toString(), text.toString()));
            run(as);
            run(
                    List.of(
                            "ld",
                            "-m",
                            "elf_x86_64",
                            "-static",
                            "-nostdlib",
                            "-z",
                            "max-page-size=0x10000",
                            "--build-id=none",
                            "-T",
                            MACROS.resolve("guest.ld").toString(),
                            "-o",
                            nexe.toString(),
                            object.toString()));
            return Files.readAllBytes(nexe);
        } finally {
            for (Path file : List.of(text, object, nexe)) {
                Files.deleteIfExists(file);
            }
            Files.delete(directory);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
