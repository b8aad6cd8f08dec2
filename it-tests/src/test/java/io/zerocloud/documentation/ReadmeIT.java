package io.zerocloud.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
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
    private static final Path SWIFT = Path.of("/usr/bin/swift");

    @TempDir private static Path directory;
    private static @Nullable Process server;
    private static String port = "";

    @BeforeAll
    static void serve() throws IOException {
        assumeTrue(Files.exists(SWIFT), "needs Debian's python3-swiftclient");
        ReadmeCommands.prepare(directory);
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
        String answer =
                ReadmeCommands.run(ReadmeCommands.FIRST_JOB, directory, "127.0.0.1:" + port);
        assertThat(answer.lines().toList().reversed().subList(0, 2))
                .as(answer)
                .containsExactly("   2000    2000    8893", "   1000    1000    3893");
    }
}
