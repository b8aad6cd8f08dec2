package io.zerocloud.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What teaches gdb a guest, whose pointers have 32 bits and count from {@code 0x440a00000000}: a
 * script for its stack and a library for its memory, in a folder of the user's own that is there
 * until this process ends.
 */
final class GuestDebugger {
    private static final String SCRIPT = "guest-gdb.py";
    private static final String SOURCE = "guest-gdb.c";
    private static final String LIBRARY = "guest-gdb.so";

    private final Path folder;

    private GuestDebugger(Path folder) {
        this.folder = folder;
    }

    /**
     * @throws IOException if the folder cannot be written or the machine's gcc fails
     */
    static GuestDebugger create() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("zerocloud-gdb-");
        // Deleted in the reverse order.
        folder.toFile().deleteOnExit();
        for (String name : List.of(SCRIPT, SOURCE, LIBRARY)) {
            folder.resolve(name).toFile().deleteOnExit();
        }
        for (String name : List.of(SCRIPT, SOURCE)) {
            try (InputStream resource = GuestDebugger.class.getResourceAsStream(name)) {
                Files.copy(Objects.requireNonNull(resource), folder.resolve(name));
            }
        }
        GuestDebugger debugger = new GuestDebugger(folder);
        debugger.compile();
        return debugger;
    }

    private void compile() throws IOException, InterruptedException {
        Process gcc =
                new ProcessBuilder("gcc", "-O1", "-shared", "-fPIC", "-o", LIBRARY, SOURCE, "-ldl")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String messages = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc: " + messages.strip());
        }
    }

    /**
     * The command that attaches gdb and runs the guest to its first instruction. Its text is not
     * mapped before: a hardware breakpoint waits for it.
     */
    String command(int pid, String program) {
        return "LD_PRELOAD=%s gdb -p %d -ex 'add-symbol-file %s -o 0x440a00000000' -x %s"
                        .formatted(folder.resolve(LIBRARY), pid, program, folder.resolve(SCRIPT))
                + " -ex 'hbreak _start' -ex continue";
    }
}
