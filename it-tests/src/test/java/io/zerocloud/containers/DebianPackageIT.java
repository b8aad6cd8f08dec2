package io.zerocloud.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.cluster.Guests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Debian package in a fresh Debian with a Swift, from its installation to its purge, as the
 * operators' guide has it. What happens there is in {@code src/test/packages/debian.sh}.
 */
class DebianPackageIT {
    @TempDir private Path made;

    @Test
    @Timeout(1800)
    void itIsInstalledServesBesideSwiftIsUpgradedAndGoes() throws Exception {
        Docker.requireEngine();
        Docker.run(Map.of(), "deploy/docker/images", "swift-packages");
        String files =
                Docker.run(Map.of(), "deploy/distribution/package", "--deb", made.toString());
        String deb = files.lines().filter(file -> file.endsWith(".deb")).findFirst().orElseThrow();
        Files.write(made.resolve("copier"), Guests.copier(made));
        String said =
                Docker.run(
                        Map.of(),
                        "docker",
                        "run",
                        "--rm",
                        "--init",
                        // Where that Swift keeps its objects: a tmpfs takes their metadata.
                        "--shm-size=1g",
                        "--volume=" + made + ":/made:ro",
                        "--volume=" + Docker.ROOT.resolve("deploy/swift-cluster") + ":/cluster:ro",
                        "--volume="
                                + Docker.ROOT.resolve("it-tests/src/test/packages")
                                + ":/packages:ro",
                        "zerocloud/swift-packages",
                        "/packages/debian.sh",
                        "/made/" + Path.of(deb).getFileName(),
                        "/cluster/swift-cluster",
                        "/made/copier");
        assertThat(said.lines())
                .containsExactly(
                        "ok installed", "ok configured", "ok served", "ok upgraded", "ok removed");
    }
}
