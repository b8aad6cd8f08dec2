package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The guest's headers and libraries.
 *
 * @param root with {@code include/}, {@code include/c++/12/} and {@code lib/}
 */
record Sysroot(Path root) {
    private static final String LINKER_SCRIPT = "/io/zerocloud/sandbox/toolchain/nexe.ld";

    Path include() {
        return root.resolve("include");
    }

    boolean hasCxx() {
        return Files.exists(lib().resolve("libstdc++.a"));
    }

    Path lib() {
        return root.resolve("lib");
    }

    /** Options that make gcc look here instead of in the host's headers. */
    List<String> includeOptions(boolean cxx, Path gccInclude) {
        List<String> c =
                List.of(
                        "-nostdinc",
                        "-isystem",
                        include().toString(),
                        "-isystem",
                        gccInclude.toString());
        if (!cxx) {
            return c;
        }
        Path cxxInclude = include().resolve("c++").resolve("12");
        List<String> options = new java.util.ArrayList<>(List.of("-nostdinc++"));
        for (Path directory :
                List.of(
                        cxxInclude,
                        cxxInclude.resolve("x86_64-linux-muslx32"),
                        cxxInclude.resolve("backward"))) {
            options.add("-isystem");
            options.add(directory.toString());
        }
        options.addAll(c);
        return options;
    }

    /** The layout of executables, as a file for the linker. */
    static void writeLinkerScript(Path file) throws IOException {
        try (InputStream script = Sysroot.class.getResourceAsStream(LINKER_SCRIPT)) {
            if (script == null) {
                throw new IOException("the build left out " + LINKER_SCRIPT);
            }
            Files.copy(script, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
