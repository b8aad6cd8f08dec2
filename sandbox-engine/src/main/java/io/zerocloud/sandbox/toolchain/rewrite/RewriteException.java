package io.zerocloud.sandbox.toolchain.rewrite;

import java.util.List;
import java.util.stream.Collectors;

/** An assembly file holds code that has no safe translation. */
public final class RewriteException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    RewriteException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
        this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
