package io.zerocloud.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.zerocloud.node.AgentServer;
import io.zerocloud.run.AgentClient;
import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.SignatureCheck;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody gets who can reach an agent's port and is no proxy of its cluster. */
@Timeout(120)
class AgentPortTest {
    @TempDir static Path folder;

    private static TestAgent agent;

    @BeforeAll
    static void start() throws Exception {
        agent = new TestAgent(folder, "node1", 1);
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    /** Sends a request as it is and returns all that comes until the agent hangs up. */
    private static String exchange(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String order(String id, String signature, byte[] signed, String body) {
        return "POST /v1/sessions/"
                + id
                + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + body.length()
                + "\r\nX-Zerocloud-Signature: "
                + signature
                + "\r\nX-Zerocloud-Body: "
                + Signer.sha256(signed)
                + "\r\n\r\n"
                + body;
    }

    private static String sign(String id, byte[] body) {
        return TestAgent.SIGNER.sign("node1", "POST", "/v1/sessions/" + id, body);
    }

    @Test
    void aStrangerIsRefusedBeforeHisBodyIsRead() throws IOException {
        String head =
                "POST /v1/sessions/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nX-Zerocloud-Signature: v1 9 9 9\r\n\r\n";
        assertThat(exchange(head))
                .startsWith("HTTP/1.1 401 ")
                .containsIgnoringCase("connection: close");
        String blob =
                "PUT /v1/blobs/"
                        + "0".repeat(64)
                        + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000000\r\n\r\n";
        assertThat(exchange(blob)).startsWith("HTTP/1.1 401 ");
        assertThat(exchange("GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain("node1");
        assertThat(exchange("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aBodyUnderAnothersSignatureIsRefused() throws IOException {
        byte[] signed = "{}".getBytes(UTF_8);
        assertThat(exchange(order("2", sign("2", signed), signed, "[]")))
                .startsWith("HTTP/1.1 401 ");
        // With the digest of the false body the signature does not hold.
        assertThat(exchange(order("2", sign("2", signed), "[]".getBytes(UTF_8), "[]")))
                .startsWith("HTTP/1.1 401 ");
        // For another session, too.
        assertThat(exchange(order("3", sign("2", signed), signed, "{}")))
                .startsWith("HTTP/1.1 401 ");
        assertThat(agent.server().sessions()).isZero();
    }

    @Test
    void aRecordedRequestIsGoodForNothing() throws IOException {
        String signature = TestAgent.SIGNER.sign("node1", "GET", "/v1/status", Signer.NO_BODY);
        String request =
                "GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Zerocloud-Signature: "
                        + signature
                        + "\r\n\r\n";
        assertThat(exchange(request)).startsWith("HTTP/1.1 200 ");
        assertThat(exchange(request)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void whatWasSignedBeforeTheAgentStartedIsRefusedSinceItMayHaveBeenUsed() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Signer before =
                new Signer(TestAgent.KEY, Clock.fixed(start.minusSeconds(1), ZoneOffset.UTC));
        SignatureCheck check =
                new SignatureCheck(TestAgent.KEY, "node1", Clock.fixed(start, ZoneOffset.UTC));
        assertThat(
                        check.check(
                                before.sign("node1", "GET", "/v1/status", Signer.NO_BODY),
                                "GET",
                                "/v1/status",
                                Signer.NO_BODY))
                .isEqualTo(SignatureCheck.Verdict.EXPIRED);
    }

    @Test
    void headsAreShort() throws IOException {
        assertThat(
                        exchange(
                                "GET /v1/status HTTP/1.1\r\nHost: a\r\nX: "
                                        + "x".repeat(10_000)
                                        + "\r\n\r\n"))
                .doesNotStartWith("HTTP/1.1 2");
        assertThat(exchange("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .doesNotStartWith("HTTP/1.1 2");
    }

    @Test
    void offLoopbackThereIsNoAgentWithoutTls() {
        assertThatThrownBy(() -> agent.another("open", "0.0.0.0", Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node.listen: 0.0.0.0 is not a loopback address")
                .hasMessageContaining("node.tls_certificate");
    }

    @Test
    void overTlsAProxyTalksOnlyToAgentsOfItsCluster() throws Exception {
        ClusterAuthority ours = ClusterAuthority.in(folder.resolve("ours"));
        ClusterAuthority theirs = ClusterAuthority.in(folder.resolve("theirs"));
        ClusterAuthority.Issued issued = ours.issue("tls", List.of("127.0.0.1", "localhost"));
        try (AgentServer tls = agent.another("tls", "127.0.0.1", Optional.of(pem(issued)))) {
            try (AgentClient proxy = client("tls", tls.port(), ours)) {
                // A first handshake on a busy machine can take longer than a probe waits.
                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptionsMatching(SocketTimeoutException.class::isInstance)
                        .untilAsserted(() -> assertThat(proxy.status().name()).isEqualTo("tls"));
            }
            try (AgentClient proxy = client("tls", tls.port(), theirs)) {
                assertThatThrownBy(proxy::status).isInstanceOf(IOException.class);
            }
        }
        ClusterAuthority.Issued elsewhere = ours.issue("other", List.of("10.0.0.1"));
        try (AgentServer tls = agent.another("other", "127.0.0.1", Optional.of(pem(elsewhere)));
                AgentClient proxy = client("other", tls.port(), ours)) {
            assertThatThrownBy(proxy::status).isInstanceOf(IOException.class);
        }
    }

    @Test
    void theAuthorityIsKeptAndItsFilesAreForTheirOwner() throws IOException {
        Path dir = folder.resolve("kept");
        ClusterAuthority.in(dir)
                .issue("node1", List.of("10.0.0.1", "fe80::1", "store.example.org"));
        String certificate = Files.readString(dir.resolve("ca.pem"));
        String secret = Files.readString(dir.resolve("cluster.key"));
        ClusterAuthority.in(dir).issue("node2", List.of("10.0.0.2"));
        assertThat(dir.resolve("ca.pem")).hasContent(certificate);
        assertThat(dir.resolve("cluster.key")).hasContent(secret);
        assertThat(ClusterKey.read(dir.resolve("cluster.key"))).isNotNull();
        try (var files = Files.list(dir)) {
            assertThat(files)
                    .hasSize(7)
                    .allSatisfy(
                            file ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(file)))
                                            .isEqualTo("rw-------"));
        }
        ClusterAuthority authority = ClusterAuthority.in(dir);
        for (String host : new String[] {"a b", "x,san=dns:y", "", "-a"}) {
            assertThatThrownBy(() -> authority.issue("node3", List.of(host)))
                    .as(host)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String name : new String[] {"ca", "cluster", "../x", ""}) {
            assertThatThrownBy(() -> authority.issue(name, List.of("10.0.0.1")))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static PemKeyCertOptions pem(ClusterAuthority.Issued issued) {
        return new PemKeyCertOptions()
                .setCertPath(issued.certificate().toString())
                .setKeyPath(issued.key().toString());
    }

    private static AgentClient client(String name, int port, ClusterAuthority authority) {
        return new AgentClient(
                agent.vertx(),
                new AgentClient.Address(name, URI.create("https://127.0.0.1:" + port), Set.of()),
                TestAgent.SIGNER,
                Optional.of(new PemTrustOptions().addCertPath(authority.certificate().toString())));
    }
}
