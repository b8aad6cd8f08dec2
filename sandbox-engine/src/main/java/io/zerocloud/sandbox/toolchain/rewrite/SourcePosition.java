package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Statement.Directive;
import io.zerocloud.sandbox.toolchain.asm.Statement.Marker;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Knows which source line the current statement comes from. */
final class SourcePosition {
    private final String assemblyFile;
    private final Map<String, String> files = new HashMap<>();
    private Optional<Marker> marker = Optional.empty();
    private String location = "";

    SourcePosition(String assemblyFile) {
        this.assemblyFile = assemblyFile;
    }

    void marker(Marker seen) {
        marker = seen.ends() ? Optional.empty() : Optional.of(seen);
    }

    /** Follows {@code .file} and {@code .loc}, which gcc writes with -g. */
    void directive(Directive directive) {
        String[] words = directive.arguments().split("\\s+");
        if (directive.name().equals(".file") && words.length >= 2) {
            files.put(words[0], words[words.length - 1].replace("\"", ""));
            if (words.length >= 3 && words[1].startsWith("\"") && words[2].startsWith("\"")) {
                files.put(words[0], words[2].replace("\"", ""));
            }
        } else if (directive.name().equals(".loc") && words.length >= 2) {
            location = files.getOrDefault(words[0], assemblyFile) + ":" + words[1];
        }
    }

    /** {@code file:line} of a statement on a line of the assembly file. */
    String of(int line) {
        if (marker.isPresent()) {
            Marker last = marker.get();
            String file = last.file().isEmpty() ? assemblyFile : last.file();
            return file + ":" + (last.sourceLine() + Math.max(0, line - last.line() - 1));
        }
        return location.isEmpty() ? assemblyFile + ":" + line : location;
    }
}
