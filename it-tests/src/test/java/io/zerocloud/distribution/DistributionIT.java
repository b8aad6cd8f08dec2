package io.zerocloud.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.cluster.ClusterUser;
import io.zerocloud.cluster.Guests;
import io.zerocloud.cluster.Jobs;
import io.zerocloud.testing.Serve;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tar of {@code deploy/distribution/package}, unpacked to a folder whose name has a space, by
 * somebody who has no Java.
 */
@Timeout(180)
class DistributionIT {
    private static final Path PACKAGE = Path.of("../deploy/distribution/package");

    @TempDir private static Path work;

    private static Path home;

    @BeforeAll
    @Timeout(900)
    static void unpack() throws Exception {
        Path made = Files.createDirectory(work.resolve("made"));
        run(PACKAGE.toAbsolutePath().toString(), made.toString());
        home = Files.createDirectory(work.resolve("un packed"));
        try (Stream<Path> files = Files.list(made)) {
            Path tar = files.findFirst().orElseThrow();
            run("tar", "-xzf", tar.toString(), "--strip-components=1", "-C", home.toString());
        }
    }

    @Test
    void itTellsItsVersion() throws Exception {
        assertThat(zerocloud("--version")).matches("zerocloud \\d+\\.\\d+.*\\n");
        // The second start uses what the first has left.
        Path archive = home.resolve("zerocloud.aot");
        FileTime made = Files.getLastModifiedTime(archive);
        assertThat(zerocloud("--version")).matches("zerocloud \\d+\\.\\d+.*\\n");
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);
    }

    @Test
    void itValidatesAndRunsAGuest() throws Exception {
        Path guest = Files.write(work.resolve("copier"), Guests.copier(work));
        assertThat(zerocloud("validate", guest.toString())).contains("accepted");
        Path input = Files.writeString(work.resolve("input"), "read by a guest");
        ProcessBuilder builder = command("run", guest.toString()).redirectInput(input.toFile());
        assertThat(finished(builder)).isEqualTo("read by a guest");
    }

    @Test
    void itServesWithItsOwnRuntimeAndRunsAJob() throws Exception {
        Process server =
                command("serve", "--embedded", work.resolve("store").toString(), "--port", "0")
                        .redirectErrorStream(false)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<ProcessHandle> children = List.of();
        try (BufferedReader output = server.inputReader()) {
            String line = Serve.awaitReady(output, "auth");
            assertThat(Path.of("/proc", Long.toString(server.pid()), "exe").toRealPath())
                    .isEqualTo(home.toRealPath().resolve("runtime/bin/java"));
            children = server.descendants().toList();
            URI auth = URI.create(line.split(" ")[1]);
            ClusterUser user = ClusterUser.tempAuth(auth, "test:tester", "testing");
            user.put("programs", "").put("programs/copy", Guests.copier(work));
            user.put("texts", "").put("texts/a", "one, ").put("texts/b", "two");
            assertThat(user.job(Jobs.copy("swift://~/texts/*")).expect(200).body())
                    .isEqualTo("one, two");
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void systemdUnderstandsItsUnits() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/systemd-analyze")), "needs Debian's systemd");
        // Where the units look for it is where systemd wants to see an executable.
        Path place = Files.createSymbolicLink(work.resolve("zerocloud"), home);
        List<String> verify = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        Path units = Files.createDirectory(work.resolve("units"));
        try (Stream<Path> files = Files.list(home.resolve("systemd"))) {
            for (Path unit : files.sorted().toList()) {
                String text =
                        Files.readString(unit).replace("/usr/lib/zerocloud", place.toString());
                verify.add(Files.writeString(units.resolve(unit.getFileName()), text).toString());
            }
        }
        assertThat(verify).as("units").hasSizeGreaterThan(3);
        assertThat(run(verify.toArray(String[]::new))).isEmpty();
    }

    private static String zerocloud(String... words) throws IOException, InterruptedException {
        return finished(command(words));
    }

    /** The command of the distribution in an environment without Java. */
    private static ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>(List.of(home.resolve("zerocloud").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", work.toString());
        return builder.directory(work.toFile());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        return finished(new ProcessBuilder(command).redirectErrorStream(true));
    }

    private static String finished(ProcessBuilder builder)
            throws IOException, InterruptedException {
        Process process = builder.start();
        String said;
        try (BufferedReader output = process.inputReader()) {
            said = output.readAllAsString();
        }
        assertThat(process.waitFor()).as("%s: %s", builder.command(), said).isZero();
        return said;
    }
}
