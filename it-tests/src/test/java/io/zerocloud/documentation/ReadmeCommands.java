package io.zerocloud.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The README's marked blocks, run in a shell as they stand, but against a server of the test's. */
public final class ReadmeCommands {
    /** Uploads two texts, compiles a word count, and posts the job with curl. */
    public static final String FIRST_JOB = "<!-- first-job: run by the tests as written -->";

    /** The server of the README. */
    private static final String SERVER = "127.0.0.1:8080";

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private ReadmeCommands() {}

    /** Puts into a directory what the commands expect to stand in a source tree for. */
    public static Path prepare(Path directory) throws IOException {
        for (String name : new String[] {"zerocloud", "sandbox-engine"}) {
            Files.createSymbolicLink(directory.resolve(name), ROOT.resolve(name));
        }
        return directory;
    }

    /**
     * Runs the first shell block behind a mark; fails unless the shell exits with 0.
     *
     * @param directory made by {@link #prepare}
     * @param server host and port of the one to use
     * @return what the commands printed
     */
    public static String run(String mark, Path directory, String server)
            throws IOException, InterruptedException {
        Path script = directory.resolve("commands");
        Files.writeString(script, "set -e\n" + block(mark).replace(SERVER, server));
        ProcessBuilder builder =
                new ProcessBuilder("bash", script.toString())
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/bin:", (path, debian) -> debian + path);
        Process shell = builder.start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return output;
    }

    private static String block(String mark) throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int from = readme.indexOf(mark);
        assertThat(from).as(mark).isNotNegative();
        int start = readme.indexOf("```sh\n", from) + "```sh\n".length();
        return readme.substring(start, readme.indexOf("```", start));
    }
}
