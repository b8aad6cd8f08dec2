package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds the sysroot of the guest's sources in the user's cache and has it built if it is missing.
 * Both are the business of scripts, {@code guest/sysroot.sh} for C and {@code guest/gcc/} for what
 * comes from gcc's sources; this remembers their answers as long as the process lives, since a
 * change of the sources ends the compile server with the build that it belongs to.
 */
final class SysrootCache {
    private static final ConcurrentHashMap<Path, Path> KNOWN = new ConcurrentHashMap<>();
    private static final ReentrantLock BUILDING = new ReentrantLock();

    private final Invocation invocation;
    private final Tools tools;

    SysrootCache(Invocation invocation, Tools tools) {
        this.invocation = invocation;
        this.tools = tools;
    }

    /** The sysroot for the sources as they are, built now if there is none. */
    Sysroot ensure() throws IOException, CompileException {
        Path guest = guestSources();
        Path known = KNOWN.get(guest);
        if (known != null && Files.isDirectory(known)) {
            return new Sysroot(known);
        }
        BUILDING.lock();
        try {
            Path root = Path.of(script(guest, "sysroot.sh", "path"));
            if (!Files.isDirectory(root)) {
                say("building the guest's C library, once (two or three minutes)");
                root = Path.of(script(guest, "sysroot.sh", "build"));
            }
            KNOWN.put(guest, root);
            return new Sysroot(root);
        } finally {
            BUILDING.unlock();
        }
    }

    /** Adds the C++ library to a sysroot that lacks it. */
    void ensureCxx(Sysroot sysroot) throws IOException, CompileException {
        if (sysroot.hasCxx()) {
            return;
        }
        BUILDING.lock();
        try {
            if (!sysroot.hasCxx()) {
                say("building the guest's C++ library, once (some ten minutes)");
                script(guestSources(), "gcc/libstdcxx.sh", sysroot.root().toString());
            }
        } finally {
            BUILDING.unlock();
        }
    }

    /** The last line that a script prints; its other messages go to the caller. */
    private String script(Path guest, String name, String argument)
            throws IOException, CompileException {
        String compiler =
                invocation.environment().getOrDefault("ZEROCLOUD_HOME", "") + "/zerocloud";
        byte[] answer =
                tools.capture(
                        List.of(
                                "env",
                                "ZEROCLOUD_CC=" + compiler + " cc",
                                "ZEROCLOUD_CXX=" + compiler + " c++",
                                guest.resolve(name).toString(),
                                argument),
                        InputStream.nullInputStream());
        List<String> lines = new String(answer, StandardCharsets.UTF_8).lines().toList();
        return lines.isEmpty() ? "" : lines.getLast();
    }

    private Path guestSources() throws CompileException {
        String home = invocation.environment().getOrDefault("ZEROCLOUD_HOME", "");
        for (String folder : List.of("sandbox-engine/guest", "guest")) {
            Path candidate = Path.of(home.isEmpty() ? "." : home).resolve(folder);
            if (!home.isEmpty() && Files.isExecutable(candidate.resolve("sysroot.sh"))) {
                return candidate;
            }
        }
        throw new CompileException(
                "no guest sources at ZEROCLOUD_HOME ("
                        + home
                        + "): set ZEROCLOUD_SYSROOT to a sysroot, or start this by the zerocloud command");
    }

    private void say(String line) throws IOException {
        synchronized (invocation.errors()) {
            invocation
                    .errors()
                    .write(("zerocloud cc: " + line + "\n").getBytes(StandardCharsets.UTF_8));
            invocation.errors().flush();
        }
    }
}
