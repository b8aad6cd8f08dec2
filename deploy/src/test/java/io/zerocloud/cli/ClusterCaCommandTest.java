package io.zerocloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCaCommandTest {
    @TempDir Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return ZeroCloud.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void oneCommandMakesWhatAClusterNeedsAndSaysWhereItGoes() {
        Path made = dir.resolve("cluster");
        assertThat(run("cluster-ca", made.toString(), "--agent", "node1=10.0.0.1,store1")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "cluster.key_file: " + made.resolve("cluster.key"),
                        "cluster.ca: " + made.resolve("ca.pem"),
                        "node1: node.tls_certificate: " + made.resolve("node1.pem"),
                        "node1: node.tls_key: " + made.resolve("node1.key"));
        assertThat(made.resolve("node1.key")).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(made.resolve("ca.pem")).content().startsWith("-----BEGIN CERTIFICATE-----\n");
    }

    @Test
    void aNameThatIsNoneIsWrongUsage() {
        assertThat(run("cluster-ca", dir.toString(), "--agent", "ca=10.0.0.1")).isEqualTo(2);
        assertThat(err.toString()).contains("--agent 'ca'");
        assertThat(run("cluster-ca", dir.toString(), "--agent", "node1=a b")).isEqualTo(2);
        assertThat(err.toString()).contains("--agent node1: 'a b' is no host name");
    }
}
