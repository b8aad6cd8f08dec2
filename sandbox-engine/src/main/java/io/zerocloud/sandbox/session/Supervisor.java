package io.zerocloud.sandbox.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The connection to a pool's parent, and the process itself if this engine started it. The process
 * ends when its standard input is closed, which the kernel does for us however we end.
 */
final class Supervisor implements AutoCloseable {
    private static final String RESOURCE = "zerocloud-supervisor";

    private final Optional<Process> process;
    private final Descriptor socket;

    private Supervisor(Optional<Process> process, Descriptor socket) {
        this.process = process;
        this.socket = socket;
    }

    /** Starts a supervisor, or connects to the one that the configuration names. */
    static Supervisor open(EngineConfig config) throws EngineException.Unavailable {
        try {
            return config.socket().isPresent()
                    ? new Supervisor(
                            Optional.empty(), Posix.connect(config.socket().get().toString()))
                    : start(config);
        } catch (IOException e) {
            throw new EngineException.Unavailable(
                    "cannot reach the supervisor: " + e.getMessage(), e);
        }
    }

    private static Supervisor start(EngineConfig config)
            throws IOException, EngineException.Unavailable {
        Path directory = Files.createTempDirectory("zerocloud-");
        try {
            Path binary =
                    config.supervisor().isPresent()
                            ? config.supervisor().get()
                            : extract(directory);
            Path path = directory.resolve("engine.sock");
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    binary.toString(),
                                    "--socket",
                                    path.toString(),
                                    "--owner-stdin"));
            if (config.debug().isPresent()) {
                command.add("--debug");
            }
            if (config.nice() > 0) {
                command.addAll(0, givingWay(config.nice()));
            }
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try {
                BufferedReader output =
                        new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.US_ASCII));
                if (!"ready".equals(output.readLine())) {
                    throw new EngineException.Unavailable(
                            "the supervisor did not start; its reason is on standard error");
                }
                Descriptor socket = Posix.connect(path.toString());
                if (Posix.peerUid(socket.number()) != Posix.effectiveUid()) {
                    socket.close();
                    throw new EngineException.Unavailable("another user answers at " + path);
                }
                return new Supervisor(Optional.of(process), socket);
            } catch (IOException | EngineException.Unavailable e) {
                process.destroyForcibly();
                throw e;
            }
        } finally {
            delete(directory);
        }
    }

    /**
     * What executes the rest of a command with a lower priority, in the same process. Where the
     * scheduler takes a session for one task (autogroup), priorities count only within it, so it
     * gets a session of its own and that is lowered too.
     */
    private static List<String> givingWay(int nice) {
        return List.of(
                "setsid",
                "sh",
                "-c",
                "{ echo $0 >/proc/self/autogroup; } 2>/dev/null; exec nice -n $0 \"$@\"",
                Integer.toString(nice));
    }

    Descriptor socket() {
        return socket;
    }

    /** Asks for workers. False if the supervisor is too busy to be asked now. */
    boolean spawn(int count) throws IOException {
        return send(Wire.POOL_SPAWN, count, 0);
    }

    /** Asks for the death of a worker. */
    boolean kill(long serial) throws IOException {
        return send(Wire.POOL_KILL, 0, serial);
    }

    /** Ends the connection, its workers, and the process if it is ours. Waits for the process. */
    @Override
    public void close() {
        socket.close();
        process.ifPresent(
                child -> {
                    try {
                        child.getOutputStream().close();
                        if (!child.waitFor(2, TimeUnit.SECONDS)) {
                            child.destroyForcibly().waitFor();
                        }
                    } catch (IOException e) {
                        child.destroyForcibly();
                    } catch (InterruptedException e) {
                        child.destroyForcibly();
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private boolean send(int type, int count, long serial) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(Wire.POOL_REQUEST_BYTES, 8);
            Wire.poolRequest(packet, type, count, serial);
            return Posix.send(socket.number(), packet, new int[0], 0, 0);
        }
    }

    private static Path extract(Path directory) throws IOException, EngineException.Unavailable {
        Path file = directory.resolve(RESOURCE);
        try (InputStream binary = Supervisor.class.getResourceAsStream(RESOURCE)) {
            if (binary == null) {
                throw new EngineException.Unavailable("this build contains no supervisor");
            }
            Files.copy(binary, file);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
