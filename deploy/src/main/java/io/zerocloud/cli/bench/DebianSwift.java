package io.zerocloud.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.cli.bench.Benchmark.BenchmarkSkipped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A real Swift from Debian's packages; it ends with its standard input. */
final class DebianSwift implements AutoCloseable {
    /** EX_UNAVAILABLE: the set-up says on standard error which packages are missing. */
    private static final int PACKAGES_MISSING = 69;

    private final Process process;
    private final JsonNode description;

    private DebianSwift(Process process, JsonNode description) {
        this.process = process;
        this.description = description;
    }

    /**
     * @param options of {@code swift-cluster run}
     */
    static DebianSwift start(Path folder, String... options)
            throws IOException, InterruptedException, BenchmarkSkipped {
        String home = System.getenv("ZEROCLOUD_HOME");
        Path command =
                Path.of(home == null ? "." : home, "deploy", "swift-cluster", "swift-cluster");
        if (!Files.isExecutable(command)) {
            throw new BenchmarkSkipped(command + ", which sets up a Swift");
        }
        List<String> words = new ArrayList<>(List.of(command.toString(), "run", folder.toString()));
        words.addAll(Arrays.asList(options));
        Process process =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = process.inputReader().readLine();
        if (line == null) {
            int status = process.waitFor();
            if (status == PACKAGES_MISSING) {
                throw new BenchmarkSkipped("Debian packages of Swift");
            }
            throw new IOException(command + " ended with status " + status);
        }
        return new DebianSwift(process, new ObjectMapper().readTree(line));
    }

    /** TempAuth's address. */
    URI authUrl() {
        return URI.create(description.path("auth_url").asText());
    }

    /** The same through ZeroCloud's proxy; with {@code --zerocloud}. */
    URI zerocloudAuthUrl() {
        return URI.create(description.path("zerocloud_auth_url").asText());
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
