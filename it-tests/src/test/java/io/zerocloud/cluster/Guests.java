package io.zerocloud.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Guests in assembly: as and ld make them in no time, without the guests' C library. */
public final class Guests {
    private static final Path MACROS = Path.of("../sandbox-engine/src/main/guests");

    private Guests() {}

    /** Copies its standard input to its standard output. */
    public static byte[] copier(Path work) throws IOException, InterruptedException {
        return copier(work, 0);
    }

    /** Copies its environment, as {@code /dev/nvram} has it, to its standard output. */
    public static byte[] environment(Path work) throws IOException, InterruptedException {
        return copier(work, 3);
    }

    private static byte[] copier(Path work, int from) throws IOException, InterruptedException {
        return assemble(
                work,
                Path.of("../middleware/src/test/guests/copy.s"),
                "FROM=" + from,
                "TO=1",
                "CODE=0");
    }

    /** Says {@code begun} at once, and {@code done} on {@code /dev/output} after some seconds. */
    public static byte[] late(Path work) throws IOException, InterruptedException {
        return assemble(work, Path.of("src/test/guests/late.s"), "TURNS=8000000000");
    }

    private static byte[] assemble(Path work, Path source, String... symbols)
            throws IOException, InterruptedException {
        Path object = work.resolve(source.getFileName() + ".o");
        Path nexe = work.resolve(source.getFileName() + ".nexe");
        List<String> as =
                new ArrayList<>(
                        List.of(
                                "as",
                                "--64",
                                "-I",
                                MACROS.toString(),
                                "-o",
                                object.toString(),
                                source.toString()));
        Arrays.stream(symbols).forEach(symbol -> as.addAll(List.of("--defsym", symbol)));
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
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(command + ": status " + status);
        }
    }
}
