package io.zerocloud.swift.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Swift on loopback addresses, run by {@code deploy/swift-cluster}: four nodes, policies
 * {@code gold} (three replicas), {@code silver} (two) and {@code ec22} (erasure code), TempAuth.
 *
 * <p>Tests get the JVM's one through {@link RealSwiftExtension}. Its life hangs on a pipe: it ends
 * with this JVM however that ends, and leaves neither processes nor files.
 */
public final class RealSwift implements AutoCloseable {
    /** The command's exit status for missing Debian packages (EX_UNAVAILABLE). */
    private static final int PACKAGES_MISSING = 69;

    private final Process supervisor;
    private final Path folder;
    private final JsonNode description;

    private RealSwift(Process supervisor, Path folder, JsonNode description) {
        this.supervisor = supervisor;
        this.folder = folder;
        this.description = description;
    }

    /**
     * Starts one.
     *
     * @param options of {@code swift-cluster run}: {@code --keystone}, {@code --encryption}, ...
     * @throws org.opentest4j.TestAbortedException if Debian packages are missing; names them
     */
    public static RealSwift start(String... options) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent(), "zerocloud-swift-");
        List<String> command = new ArrayList<>(List.of(tool().toString(), "run"));
        command.add(folder.toString());
        command.addAll(Arrays.asList(options));
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        BufferedReader output = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
        String line = output.readLine();
        if (line == null) {
            int status = process.waitFor();
            String reason = Files.exists(errors) ? Files.readString(errors) : "";
            deleteTree(folder);
            Assumptions.assumeFalse(status == PACKAGES_MISSING, reason.strip());
            throw new IOException("swift-cluster ended with status " + status + ": " + reason);
        }
        return new RealSwift(process, folder, new JsonMapper().readTree(line));
    }

    /** All of the cluster lies below it. */
    public Path folder() {
        return folder;
    }

    /** TempAuth's address. */
    public URI authUrl() {
        return URI.create(description.path("auth_url").asText());
    }

    /** TempAuth's address at the proxy that encrypts; for {@code --encryption}. */
    public URI encryptionAuthUrl() {
        return URI.create(description.path("encryption_auth_url").asText());
    }

    /** TempAuth's address through ZeroCloud's proxy; for {@code --zerocloud}. */
    public URI zerocloudAuthUrl() {
        return URI.create(description.path("zerocloud_auth_url").asText());
    }

    /** Keystone's address; for {@code --keystone}. User tester, password testing, project test. */
    public URI keystoneUrl() {
        return URI.create(description.path("keystone").path("auth_url").asText());
    }

    /** Account URL of {@code test:tester} (key {@code testing}), who owns AUTH_test. */
    public URI storageUrl() {
        return URI.create(description.path("storage_url").asText());
    }

    /** Holds swift.conf and the rings: what is /etc/swift elsewhere. */
    public Path swiftDir() {
        return Path.of(description.path("swift_dir").asText());
    }

    /** The one device of each node. */
    public List<Path> devices() {
        return nodes().map(node -> Path.of(node.path("device").asText())).toList();
    }

    /** The address of each node's object server. */
    public List<String> nodeAddresses() {
        return nodes().map(node -> node.path("ip").asText()).toList();
    }

    /** Process id of what holds the cluster together. */
    public long supervisor() {
        return supervisor.pid();
    }

    /**
     * Runs one of Swift's tools with this cluster's configuration; fails unless it exits with 0.
     */
    public String exec(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("exec", folder.toString()));
        all.addAll(Arrays.asList(command));
        return call(all);
    }

    /** Stops a server by its name: {@code object-1}, {@code proxy-tempauth}, ... */
    public void stopServer(String name) throws IOException, InterruptedException {
        call(List.of("server", folder.toString(), name, "stop"));
    }

    /** Starts a server that was stopped; returns when it answers. */
    public void startServer(String name) throws IOException, InterruptedException {
        call(List.of("server", folder.toString(), name, "start"));
    }

    @Override
    public void close() throws IOException {
        // The end of its input is the supervisor's sign to stop everything.
        supervisor.getOutputStream().close();
        try {
            if (!supervisor.waitFor(30, TimeUnit.SECONDS)) {
                supervisor.destroyForcibly().waitFor();
            }
            // Of a supervisor that was killed the command removes what is left.
            call(List.of("down", folder.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Stream<JsonNode> nodes() {
        return StreamSupport.stream(description.path("nodes").spliterator(), false);
    }

    private static String call(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool().toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            output = reader.readAllAsString();
        }
        if (process.waitFor() != 0) {
            throw new IOException(command + ": status " + process.exitValue() + ": " + output);
        }
        return output;
    }

    /** tmpfs takes Swift's metadata and costs no mount; elsewhere the tool needs root or XFS. */
    private static Path parent() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Path tool() throws IOException {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path tool = folder.resolve("deploy/swift-cluster/swift-cluster");
            if (Files.exists(tool)) {
                return tool;
            }
        }
        throw new IOException("deploy/swift-cluster/swift-cluster: not found above " + start);
    }

    private static void deleteTree(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
