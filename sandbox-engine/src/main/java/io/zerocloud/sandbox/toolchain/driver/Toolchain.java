package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where gcc, its own headers and the guest's libraries are. */
final class Toolchain {
    /** gcc's answer to -print-file-name=include, by the PATH it was found with. */
    private static final Map<String, Path> GCC_INCLUDE = new ConcurrentHashMap<>();

    private final Invocation invocation;
    private final Tools tools;

    Toolchain(Invocation invocation, Tools tools) {
        this.invocation = invocation;
        this.tools = tools;
    }

    /** The headers of the compiler itself, such as stdarg.h. */
    Path gccInclude() throws IOException, CompileException {
        String key = invocation.environment().getOrDefault("PATH", "");
        Path known = GCC_INCLUDE.get(key);
        if (known != null) {
            return known;
        }
        byte[] answer =
                tools.capture(
                        List.of("gcc", "-print-file-name=include"), InputStream.nullInputStream());
        Path directory = Path.of(new String(answer, StandardCharsets.UTF_8).strip());
        GCC_INCLUDE.put(key, directory);
        return directory;
    }

    /** The guest's headers and libraries, built first if need be. */
    Sysroot sysroot() throws IOException, CompileException {
        String given = invocation.environment().getOrDefault("ZEROCLOUD_SYSROOT", "");
        if (given.isEmpty()) {
            return new SysrootCache(invocation, tools).ensure();
        }
        Path root = invocation.resolve(given);
        if (!Files.isDirectory(root)) {
            throw new CompileException("ZEROCLOUD_SYSROOT is not a directory: " + given);
        }
        return new Sysroot(root);
    }

    /** The same with the C++ headers and library. */
    Sysroot sysrootWithCxx() throws IOException, CompileException {
        Sysroot sysroot = sysroot();
        if (invocation.environment().getOrDefault("ZEROCLOUD_SYSROOT", "").isEmpty()) {
            new SysrootCache(invocation, tools).ensureCxx(sysroot);
        }
        return sysroot;
    }
}
