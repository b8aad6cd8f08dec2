package io.zerocloud.sandbox.toolchain.rewrite;

/**
 * Why a file could not be rewritten.
 *
 * @param where {@code file:line} of the source if known, else of the assembly file
 * @param function symbol whose code it is in, or empty
 * @param statement the offending statement
 * @param reason the rule that it breaks
 */
public record Diagnostic(String where, String function, String statement, String reason) {
    @Override
    public String toString() {
        String place = function.isEmpty() ? "" : " in " + function;
        return where + ": error: `" + statement.replace('\t', ' ') + "'" + place + ": " + reason;
    }
}
