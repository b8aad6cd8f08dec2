package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Answers the options that only print something. */
final class Queries {
    /** The name that configure scripts know guests by. */
    private static final String MACHINE = "x86_64-nacl";

    private final Invocation invocation;
    private final Tools tools;
    private final Toolchain toolchain;

    Queries(Invocation invocation, Tools tools, Toolchain toolchain) {
        this.invocation = invocation;
        this.tools = tools;
        this.toolchain = toolchain;
    }

    void answer(String query) throws IOException, CompileException {
        int equals = query.indexOf('=');
        String name = query.replaceFirst("^--?", "");
        switch (equals < 0 ? name : name.substring(0, name.indexOf('='))) {
            case "dumpmachine" -> print(MACHINE);
            // Folders by machine are Debian's way; musl has none, and configure scripts compare.
            case "print-multiarch" -> print("");
            case "print-sysroot" -> print(toolchain.sysroot().root().toString());
            case "print-libgcc-file-name" -> print(library("libgcc.a"));
            case "print-file-name" -> print(library(query.substring(equals + 1)));
            case "print-search-dirs" -> print("libraries: =" + toolchain.sysroot().lib());
            case "print-multi-directory", "print-multi-os-directory" -> print(".");
            default -> tools.run(List.of("gcc", query), InputStream.nullInputStream());
        }
    }

    private String library(String file) throws IOException, CompileException {
        Path library = toolchain.sysroot().lib().resolve(file);
        if (Files.exists(library)) {
            return library.toString();
        }
        return file.equals("include") ? toolchain.gccInclude().toString() : file;
    }

    private void print(String line) throws IOException {
        invocation.output().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        invocation.output().flush();
    }
}
