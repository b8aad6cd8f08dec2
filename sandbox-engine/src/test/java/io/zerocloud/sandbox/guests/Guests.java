package io.zerocloud.sandbox.guests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds guests from assembly with the machine's own as and ld, for the tests of every module.
 * Sources are in sandbox-engine/src/main/guests and in the module's own src/test/guests; the macros
 * of zerovm.inc in the former are found by {@code .include}.
 */
public final class Guests {
    private static final Path SHIPPED = shipped();
    private static final Path OURS = Path.of("src/test/guests").toAbsolutePath();

    private Guests() {}

    private static Path shipped() {
        Path here = Path.of("").toAbsolutePath();
        for (Path at = here; at != null; at = at.getParent()) {
            Path guests = at.resolve("sandbox-engine/src/main/guests");
            if (Files.isDirectory(guests)) {
                return guests;
            }
        }
        throw new IllegalStateException("no sandbox-engine/src/main/guests above " + here);
    }

    /** The executable made from {@code NAME.s}. */
    public static byte[] nexe(String name) throws IOException {
        Path ours = OURS.resolve(name + ".s");
        return assemble(Files.readString(Files.exists(ours) ? ours : SHIPPED.resolve(name + ".s")));
    }

    /**
     * The executable made from assembly text.
     *
     * @param symbols absolute symbols to define, {@code NAME=VALUE} each
     */
    public static byte[] assemble(String source, String... symbols) throws IOException {
        Path directory = Files.createTempDirectory("guest-");
        Path text = directory.resolve("guest.s");
        Path object = directory.resolve("guest.o");
        Path nexe = directory.resolve("guest.nexe");
        try {
            Files.writeString(text, source);
            List<String> as =
                    new ArrayList<>(
                            List.of("as", "--64", "-I", SHIPPED.toString(), "-I", OURS.toString()));
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
                            SHIPPED.resolve("guest.ld").toString(),
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
            throw new IOException(e);
        }
    }
}
