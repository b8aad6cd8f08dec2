package io.zerocloud.cli;

import java.io.EOFException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * What a user sees of a failed command: one line that says what failed, and exit code 1. The trace
 * is for whoever sets {@code ZEROCLOUD_LOG=DEBUG}.
 */
final class FailureReport implements IExecutionExceptionHandler {
    private final boolean traces;

    /**
     * @param environment of the process
     */
    FailureReport(Map<String, String> environment) {
        String level = environment.getOrDefault("ZEROCLOUD_LOG", "");
        this.traces = level.equalsIgnoreCase("DEBUG") || level.equalsIgnoreCase("TRACE");
    }

    @Override
    public int handleExecutionException(Exception cause, CommandLine command, ParseResult result) {
        report(cause, command.getCommandSpec().qualifiedName(), command.getErr());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /**
     * Prints a failure.
     *
     * @param command as its user typed it, for example {@code zerocloud serve}
     */
    void report(Throwable cause, String command, PrintWriter err) {
        err.println(command + ": " + message(cause));
        if (traces) {
            cause.printStackTrace(err);
        } else if (isDefect(unwrapped(cause))) {
            err.println("  This is a defect; ZEROCLOUD_LOG=DEBUG shows where it happened.");
        }
        err.flush();
    }

    /** What failed, in a line for people. */
    static String message(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return switch (cause) {
            case NoSuchFileException e -> "no file or folder " + e.getFile();
            case AccessDeniedException e -> "permission denied: " + e.getFile();
            case FileAlreadyExistsException e -> e.getFile() + " exists and is no folder";
            case NotDirectoryException e -> e.getFile() + " is no folder";
            case FileSystemException e -> fileSystem(e);
            case UnknownHostException e -> "unknown host " + e.getMessage();
            case ConnectException e -> "cannot connect: " + text(e);
            case EOFException e ->
                    "ends too early" + (e.getMessage() == null ? "" : ": " + text(e));
            case OutOfMemoryError e -> "out of memory: " + text(e);
            default -> isDefect(cause) ? cause.toString() : text(cause);
        };
    }

    private static String fileSystem(FileSystemException e) {
        String reason = e.getReason();
        return e.getFile() + ": " + (reason == null ? "cannot be used" : reason);
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException
                || cause instanceof CompletionException
                || cause instanceof UncheckedIOException) {
            @Nullable Throwable inner = cause.getCause();
            if (inner == null) {
                break;
            }
            cause = inner;
        }
        return cause;
    }

    /** Whether only a mistake of ours can be behind it: its text may mean nothing to a user. */
    private static boolean isDefect(Throwable cause) {
        boolean said = cause instanceof IllegalArgumentException && cause.getMessage() != null;
        return (cause instanceof RuntimeException || cause instanceof Error)
                && !said
                && !(cause instanceof OutOfMemoryError)
                && !(cause instanceof UncheckedIOException);
    }
}
