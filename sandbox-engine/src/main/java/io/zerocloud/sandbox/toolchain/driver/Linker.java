package io.zerocloud.sandbox.toolchain.driver;

import io.zerocloud.sandbox.toolchain.link.Nexe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Links objects into an executable that the validator has accepted, or writes nothing. */
final class Linker {
    private final Tools tools;
    private final Toolchain toolchain;
    private final GccArguments arguments;
    private final Path temporary;

    Linker(Tools tools, Toolchain toolchain, GccArguments arguments, Path temporary) {
        this.tools = tools;
        this.toolchain = toolchain;
        this.arguments = arguments;
        this.temporary = temporary;
    }

    /**
     * @param inputs objects, archives and linker options in order
     * @param cxx whether to add the C++ library
     */
    void link(List<String> inputs, boolean cxx, Path output) throws IOException, CompileException {
        refuseSharedObjects(inputs);
        Path linked = temporary.resolve("linked");
        List<String> command = new ArrayList<>(List.of("ld", "-m", "elf_x86_64"));
        command.addAll(arguments.link());
        if (arguments.relocatable()) {
            command.addAll(List.of("-r", "-o", linked.toString()));
            command.addAll(inputs);
        } else {
            Path script = temporary.resolve("nexe.ld");
            Sysroot.writeLinkerScript(script);
            command.addAll(
                    List.of(
                            "-static",
                            "-nostdlib",
                            "-z",
                            "max-page-size=0x10000",
                            "-z",
                            "noseparate-code",
                            "-z",
                            "noexecstack",
                            "--build-id=none",
                            "--no-warn-rwx-segments",
                            "-T",
                            script.toString(),
                            "-o",
                            linked.toString()));
            command.addAll(withLibraries(inputs, cxx));
        }
        tools.run(command, InputStream.nullInputStream());
        byte[] file = Files.readAllBytes(linked);
        if (!arguments.relocatable()) {
            try {
                Nexe.finish(file);
            } catch (Nexe.RejectedException e) {
                throw new CompileException(output.getFileName() + ": " + e.getMessage());
            }
        }
        write(file, output);
    }

    private List<String> withLibraries(List<String> inputs, boolean cxx)
            throws IOException, CompileException {
        List<String> words = new ArrayList<>();
        if (!arguments.standardLibraries() && !arguments.startFiles()) {
            words.addAll(inputs);
            return words;
        }
        Path lib = (cxx ? toolchain.sysrootWithCxx() : toolchain.sysroot()).lib();
        if (arguments.startFiles()) {
            // The C library is what calls main, but comes last: main may be in any archive before.
            words.addAll(List.of("-u", "main"));
            words.add(lib.resolve("crt1.o").toString());
            words.add(lib.resolve("crti.o").toString());
        }
        words.addAll(inputs);
        words.add("-L" + lib);
        if (arguments.standardLibraries()) {
            words.add("--start-group");
            if (cxx) {
                words.addAll(List.of("-lstdc++", "-lm"));
            }
            words.addAll(List.of("-lc", "-lgcc"));
            if (Files.exists(lib.resolve("libgcc_eh.a"))) {
                words.add("-lgcc_eh");
            }
            words.add("--end-group");
        }
        if (arguments.startFiles()) {
            words.add(lib.resolve("crtn.o").toString());
        }
        return words;
    }

    private static void refuseSharedObjects(List<String> inputs) throws CompileException {
        for (String input : inputs) {
            if (!input.startsWith("-") && (input.endsWith(".so") || input.contains(".so."))) {
                throw new CompileException(
                        input + ": guests are statically linked: there are no shared objects");
            }
        }
    }

    /** In one step, so that a failed or interrupted link leaves no half-written executable. */
    private static void write(byte[] file, Path output) throws CompileException {
        try {
            if (Files.exists(output) && !Files.isRegularFile(output)) {
                Files.write(output, file);
                return;
            }
            Path parent = output.toAbsolutePath().getParent();
            Path partial =
                    Files.createTempFile(
                            parent == null ? Path.of("/") : parent, ".zerocloud-cc", "");
            Files.write(partial, file);
            Files.setPosixFilePermissions(
                    partial,
                    EnumSet.of(
                            PosixFilePermission.OWNER_READ,
                            PosixFilePermission.OWNER_WRITE,
                            PosixFilePermission.OWNER_EXECUTE,
                            PosixFilePermission.GROUP_READ,
                            PosixFilePermission.GROUP_EXECUTE,
                            PosixFilePermission.OTHERS_READ,
                            PosixFilePermission.OTHERS_EXECUTE));
            Files.move(
                    partial,
                    output,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CompileException("cannot write " + output + ": " + e.getMessage());
        }
    }
}
