package io.zerocloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong, a user reads one line that names it, never a stack trace. */
@Timeout(120)
class FailureReportTest {
    @TempDir Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        int code =
                ZeroCloud.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(args);
        assertThat(err.toString()).isNotEmpty().doesNotContain("\tat ").doesNotContain("Exception");
        return code;
    }

    private String config(String text) throws IOException {
        return Files.writeString(dir.resolve("zerocloud.yaml"), text).toString();
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("serve", "--embedded", dir.resolve("store").toString(), "--port", port))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("zerocloud serve: cannot listen on 127.0.0.1:" + port + ": ")
                    .contains("Address already in use");
        }
    }

    @Test
    void aFolderThatCannotBeOneIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "not a folder");
        assertThat(run("serve", "--embedded", file.toString(), "--port", "0")).isEqualTo(1);
        assertThat(err.toString()).startsWith("zerocloud serve: ").contains(file.toString());
    }

    @Test
    void wrongOptionsAreWrongUsage() {
        String store = dir.resolve("store").toString();
        assertThat(run("serve", "--embedded", store, "--user", "nobody")).isEqualTo(2);
        assertThat(err.toString()).contains("--user 'nobody': must be ACCOUNT:USER:KEY");
        assertThat(run("serve", "--embedded", store, "--port", "70000")).isEqualTo(2);
        assertThat(err.toString()).contains("--port: 70000 is not 0 to 65535");
        assertThat(run("serve", "--embedded", store, "--image", "python=/nowhere.tar"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--image python: /nowhere.tar");
        assertThat(dir.resolve("store")).doesNotExist();
    }

    @Test
    void aConfigurationThatBreaksARuleIsWrongUsageAndItsKeyIsNamed() throws IOException {
        assertThat(run("serve", "--config", "/nowhere.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("--config: no file /nowhere.yaml");
        assertThat(run("serve", "--config", config("proxy: [unclosed\n"))).isEqualTo(2);
        assertThat(err.toString()).contains("zerocloud.yaml: not YAML: ");
        assertThat(run("serve", "--config", config("just text\n"))).isEqualTo(2);
        assertThat(err.toString()).contains("not a map of sections");
        assertThat(run("serve", "--config", config("proxy: {}\nswift: {url: 'http://s'}\n")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("neither a proxy nor a node section");
        assertThat(run("serve", "--config", config("proxy: {listen: x}\nswift: {url: 'ftp://s'}")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("swift.url: 'ftp://s' is not http(s)://HOST:PORT");
    }

    @Test
    void aKeyThatEverybodyCanReadIsRefused() throws IOException {
        Path key = Files.writeString(dir.resolve("key"), "00".repeat(32));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        String text =
                """
                proxy: {listen: '127.0.0.1:0'}
                swift: {url: 'http://127.0.0.1:1'}
                cluster: {key_file: '%s'}
                """
                        .formatted(key);
        assertThat(run("serve", "--config", config(text))).isEqualTo(1);
        assertThat(err.toString())
                .contains("cluster.key_file: " + key + " can be read by everybody");
    }

    @Test
    void theTraceIsForWhoAsksForIt() {
        Exception failure =
                new ExecutionException(
                        new UncheckedIOException(new AccessDeniedException("/var/lib/store")));
        assertThat(report(failure, Map.of()))
                .isEqualTo("zerocloud serve: permission denied: /var/lib/store\n");
        assertThat(report(failure, Map.of("ZEROCLOUD_LOG", "debug")))
                .startsWith("zerocloud serve: permission denied: /var/lib/store\n")
                .contains("\tat ");
    }

    @Test
    void aDefectIsCalledOne() {
        assertThat(report(new NullPointerException(), Map.of()))
                .isEqualTo(
                        """
                        zerocloud serve: java.lang.NullPointerException
                          This is a defect; ZEROCLOUD_LOG=DEBUG shows where it happened.
                        """);
    }

    private static String report(Exception failure, Map<String, String> environment) {
        StringWriter text = new StringWriter();
        new FailureReport(environment).report(failure, "zerocloud serve", new PrintWriter(text));
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
