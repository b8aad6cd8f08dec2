package io.zerocloud.sandbox.toolchain.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs gcc, as and ld for one invocation and can end them all at once. */
final class Tools {
    private final Invocation invocation;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean cancelled;

    Tools(Invocation invocation) {
        this.invocation = invocation;
    }

    /** Ends every tool that runs and lets no other start. Safe from any thread. */
    void cancel() {
        cancelled = true;
        running.forEach(Process::destroy);
    }

    /** Standard output of a tool that must succeed; its messages go to the caller. */
    byte[] capture(List<String> command, InputStream input) throws IOException, CompileException {
        ByteArrayOutputStream output = new ByteArrayOutputStream(1 << 16);
        check(command, execute(command, input, output));
        return output.toByteArray();
    }

    /** Runs a tool that must succeed; its output goes to the caller. */
    void run(List<String> command, InputStream input) throws IOException, CompileException {
        check(command, execute(command, input, invocation.output()));
    }

    private static void check(List<String> command, int status) throws CompileException {
        if (status > 128) {
            throw new CompileException(
                    command.getFirst() + " was killed by signal " + (status - 128), 1);
        }
        if (status != 0) {
            throw new CompileException("", status);
        }
    }

    private int execute(List<String> command, InputStream input, OutputStream output)
            throws IOException, CompileException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(invocation.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(invocation.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new CompileException(
                    "cannot start "
                            + command.getFirst()
                            + ": install Debian's gcc and binutils ("
                            + e.getMessage()
                            + ")");
        }
        running.add(process);
        if (cancelled) {
            process.destroy();
        }
        try {
            Thread feeder = Thread.ofVirtual().start(() -> feed(process, input));
            Thread messages =
                    Thread.ofVirtual()
                            .start(() -> pump(process.getErrorStream(), invocation.errors()));
            pump(process.getInputStream(), output);
            int status = process.waitFor();
            messages.join();
            feeder.join();
            return status;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new CompileException("interrupted");
        } finally {
            running.remove(process);
        }
    }

    private static void feed(Process process, InputStream input) {
        try (OutputStream sink = process.getOutputStream()) {
            input.transferTo(sink);
        } catch (IOException e) {
            // A tool that ends early says itself why.
        }
    }

    private static void pump(InputStream source, OutputStream sink) {
        byte[] buffer = new byte[1 << 16];
        try (source) {
            for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                synchronized (sink) {
                    sink.write(buffer, 0, n);
                    sink.flush();
                }
            }
        } catch (IOException e) {
            // The caller is gone, or the tool was ended.
        }
    }

    static List<String> command(String tool, List<String> first, List<String> second) {
        List<String> command = new ArrayList<>();
        command.add(tool);
        command.addAll(first);
        command.addAll(second);
        return command;
    }
}
