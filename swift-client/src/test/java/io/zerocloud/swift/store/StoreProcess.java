package io.zerocloud.swift.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A store in a process of its own, which can be killed. */
final class StoreProcess implements AutoCloseable {
    private final Process process;
    private final String url;

    private StoreProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Serves a directory until the process is killed. Arguments: the directory, nodes, replicas.
     */
    public static void main(String[] arguments) throws Exception {
        StoreConfig config =
                new StoreConfig(
                        Path.of(arguments[0]),
                        StoreFixture.USERS,
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        "127.0.0.1",
                        0,
                        Duration.ofSeconds(60));
        EmbeddedStore store = EmbeddedStore.start(config);
        System.out.println(store.url());
        Thread.currentThread().join();
    }

    static StoreProcess start(Path directory, int nodes, int replicas, String... jvmOptions)
            throws IOException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmOptions));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreProcess.class.getName(),
                        directory.toString(),
                        Integer.toString(nodes),
                        Integer.toString(replicas)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("http://")) {
                return new StoreProcess(process, line);
            }
        }
        throw new IOException("the store's process ended before it served");
    }

    String url() {
        return url;
    }

    /** SIGKILL, and waits for the end. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
