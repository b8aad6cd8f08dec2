package io.zerocloud.sandbox.toolchain.driver;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the fast path in place while a JVM is running anyway: builds the small native front from its
 * source with the host's gcc, and starts the server for the calls to come. Failing at either costs
 * speed only, so it is silent.
 */
public final class CompileFront {
    private static final String SOURCE = "/io/zerocloud/sandbox/toolchain/front.c";

    /** Where the front looks for the server; set by the front when it found none. */
    private static final String SOCKET_VARIABLE = "ZEROCLOUD_CC_SOCKET";

    private CompileFront() {}

    /** Prepares the fast path for later calls with this environment. */
    public static void prepare(Map<String, String> environment) {
        try {
            Path directory = CacheDirectory.of(environment).resolve("cc");
            Files.createDirectories(Optional.ofNullable(directory.getParent()).orElseThrow());
            CacheDirectory.makePrivate(directory);
            build(directory);
            String socket = environment.getOrDefault(SOCKET_VARIABLE, "");
            if (socket.startsWith(directory + "/")) {
                startServer(socket);
            }
        } catch (IOException e) {
            // Without a cache every call starts a JVM, which is slow and right.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void build(Path directory) throws IOException, InterruptedException {
        byte[] source;
        try (InputStream in = CompileFront.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IOException("the build left out " + SOURCE);
            }
            source = in.readAllBytes();
        }
        Path front = directory.resolve("front");
        Path kept = directory.resolve("front.c");
        if (Files.isExecutable(front)
                && Files.exists(kept)
                && Arrays.equals(Files.readAllBytes(kept), source)) {
            return;
        }
        Path partial = Files.createTempFile(directory, "front", ".c");
        Path binary = Path.of(partial + ".bin");
        try {
            Files.write(partial, source);
            int status =
                    new ProcessBuilder("gcc", "-O2", "-o", binary.toString(), partial.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
            if (status == 0) {
                Files.move(
                        binary,
                        front,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                Files.move(
                        partial,
                        kept,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(binary);
            Files.deleteIfExists(partial);
        }
    }

    /** In a session of its own, so that an interrupt from the terminal ends only the build. */
    private static void startServer(String socket) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>(List.of("setsid", "-f", java));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-"))
                .forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g"));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        CompileServer.class.getName(),
                        socket));
        new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
