package io.zerocloud.faults;

import io.zerocloud.testing.Serve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code zerocloud serve --config} in a process of its own, which may be killed and started again.
 */
public final class Role implements AutoCloseable {
    private final Path config;
    private final Path log;
    private final Map<String, String> environment;
    private Process process;
    private String address = "";

    private Role(Path config, Path log, Map<String, String> environment) throws IOException {
        this.config = config;
        this.log = log;
        this.environment = environment;
        this.process = launch();
    }

    /**
     * Starts it; from its second start on it listens where it did at first.
     *
     * @param yaml with {@code listen: 127.0.0.1:0}
     */
    static Role start(Path folder, String name, String yaml) throws IOException {
        Path config = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        Role role = new Role(config, folder.resolve(name + ".log"), Map.of());
        role.awaitReady();
        Files.writeString(config, yaml.replace("127.0.0.1:0", role.address));
        return role;
    }

    /** Starts it as a file says that is there already, with some variables more. */
    public static Role start(Path config, Path log, Map<String, String> environment)
            throws IOException {
        Role role = new Role(config, log, environment);
        try {
            role.awaitReady();
        } catch (IOException notReady) {
            role.process.destroyForcibly();
            throw notReady;
        }
        return role;
    }

    /** Host and port. */
    public String address() {
        return address;
    }

    void start() throws IOException {
        process = launch();
        awaitReady();
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = Serve.command(List.of("-Xmx256m"), "--config", config.toString());
        builder.environment().putAll(environment);
        return builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }

    private void awaitReady() throws IOException {
        try {
            String line = Serve.awaitReady(process.inputReader(), "ready");
            address = line.substring(line.lastIndexOf(' ') + 1);
        } catch (IOException e) {
            throw new IOException(config + " did not start: " + Files.readString(log), e);
        }
    }

    /** Whether some guest of it has computed for a while. */
    boolean computes() {
        return process.descendants()
                .anyMatch(
                        guest ->
                                guest.info()
                                        .totalCpuDuration()
                                        .map(time -> time.toMillis() >= 300)
                                        .orElse(false));
    }

    /** Whether none of its sandboxes is left. */
    boolean isBare() {
        return process.descendants().noneMatch(ProcessHandle::isAlive);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (process.waitFor(30, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IOException(config + " did not end within 30 s of SIGTERM");
    }
}
