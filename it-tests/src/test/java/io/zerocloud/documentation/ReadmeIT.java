package io.zerocloud.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's commands, as a newcomer types them: one server process, then its blocks in a shell.
 * Only the port differs, so that the test needs no port of its own.
 */
@Timeout(600)
class ReadmeIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SWIFT = Path.of("/usr/bin/swift");

    @TempDir private static Path directory;
    private static @Nullable Process server;
    private static String port = "";

    @BeforeAll
    static void serve() throws IOException {
        assumeTrue(Files.exists(SWIFT), "needs Debian's python3-swiftclient");
        Files.createSymbolicLink(directory.resolve("zerocloud"), ROOT.resolve("zerocloud"));
        Files.createSymbolicLink(
                directory.resolve("sandbox-engine"), ROOT.resolve("sandbox-engine"));
        server =
                new ProcessBuilder("./zerocloud", "serve", "--embedded", "store", "--port", "0")
                        .directory(directory.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader output = server.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher ready =
                    Pattern.compile("auth http://127\\.0\\.0\\.1:(\\d+)/auth/v1\\.0 .*")
                            .matcher(line);
            if (ready.matches()) {
                port = ready.group(1);
                return;
            }
        }
        throw new IOException("serve ended without being ready: " + said);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS))
                    .as("serve ends within 30 s of SIGTERM")
                    .isTrue();
        }
    }

    @Test
    void theFirstJobCountsTheWordsOfEachObject() throws Exception {
        String answer = shell(block("<!-- first-job: run by the tests as written -->", "sh"));
        assertThat(answer.lines().toList().reversed().subList(0, 2))
                .as(answer)
                .containsExactly("   2000    2000    8893", "   1000    1000    3893");
    }

    /** The first fenced block of a language behind a mark. */
    private static String block(String mark, String language) throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int from = readme.indexOf(mark);
        assertThat(from).as(mark).isNotNegative();
        int start = readme.indexOf("```" + language + "\n", from) + language.length() + 4;
        return readme.substring(start, readme.indexOf("```", start));
    }

    private static String shell(String commands) throws IOException, InterruptedException {
        Path script = directory.resolve("commands");
        Files.writeString(script, "set -e\n" + commands.replace(":8080/", ":" + port + "/"));
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
}
