package io.zerocloud.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.cluster.ClusterUser;
import io.zerocloud.cluster.Guests;
import io.zerocloud.cluster.Jobs;
import io.zerocloud.testing.ZeroCloudContainer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The distribution on a machine without a JDK, by {@link ZeroCloudContainer}. */
@Timeout(300)
class ZeroCloudContainerIT {
    @TempDir private static Path work;

    @BeforeAll
    @Timeout(1200)
    static void images() throws Exception {
        Docker.requireImages();
    }

    @Test
    void theDistributionRunsWithoutAJdk() throws Exception {
        String said =
                Docker.run(
                        Map.of(),
                        "docker",
                        "run",
                        "--rm",
                        "--entrypoint",
                        "bash",
                        ZeroCloudContainer.IMAGE,
                        "-c",
                        "! command -v java && zerocloud --version");
        assertThat(said).startsWith("zerocloud ");
    }

    @Test
    void aTestUploadsAProgramAndRunsItBesideItsData() throws Exception {
        try (ZeroCloudContainer zerocloud = new ZeroCloudContainer()) {
            zerocloud.start();
            ClusterUser user =
                    ClusterUser.tempAuth(zerocloud.authUrl(), zerocloud.user(), zerocloud.key());
            user.put("programs", "").put("programs/copy", Guests.copier(work));
            user.put("texts", "").put("texts/a", "one, ").put("texts/b", "two");
            String job = Jobs.copy("swift://~/texts/*");
            assertThat(user.job(job).expect(200).body()).isEqualTo("one, two");
            assertThat(user.report(job)).hasSize(2).allMatch(ClusterUser.Ran::local);
        }
    }
}
