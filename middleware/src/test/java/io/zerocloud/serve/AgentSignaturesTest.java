package io.zerocloud.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.wire.ClusterKey;
import io.zerocloud.wire.Signer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of request to an agent is refused unless it is signed, for it and as it is, once. */
@Timeout(120)
class AgentSignaturesTest {
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

    /** The status line of the answer; the agent must hang up behind a refusal. */
    private static String send(
            String method, String target, String signature, byte[] signed, byte[] body)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
            socket.setSoTimeout(60_000);
            String head =
                    method
                            + " "
                            + target
                            + " HTTP/1.1\r\nHost: a\r\nConnection: "
                            + (target.contains("/relay/")
                                    ? "Upgrade\r\nUpgrade: zerocloud-relay-1"
                                    : "close")
                            + "\r\n"
                            + (signature.isEmpty()
                                    ? ""
                                    : "X-Zerocloud-Signature: " + signature + "\r\n")
                            + (signed.length == 0
                                    ? ""
                                    : "X-Zerocloud-Body: " + Signer.sha256(signed) + "\r\n")
                            + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n")
                            + "\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            return answer.lines().findFirst().orElse("");
        }
    }

    /** The peer of the relay is one that this agent does not take, so that it, too, hangs up. */
    @ParameterizedTest
    @CsvSource({
        "POST,   /v1/sessions/s1,              {}, 400",
        "GET,    /v1/sessions/s1/output,       '', 404",
        "DELETE, /v1/sessions/s1,              '', 204",
        "HEAD,   /v1/blobs/BLOB,               '', 404",
        "PUT,    /v1/blobs/BLOB,               '', 201",
        "POST,   /v1/networks/n1,              {}, 400",
        "DELETE, /v1/networks/n1,              '', 204",
        "GET,    /v1/relay/node9,              '', 409",
        "GET,    /v1/status,                   '', 200",
        "GET,    /v1/kept/AUTH_a/node1/s/out,  '', 404",
        "HEAD,   /v1/kept/AUTH_a/node1/s/out,  '', 404",
        "DELETE, /v1/kept/AUTH_a/node1/s/out,  '', 404",
        "GET,    /v1/nothing,                  '', 404"
    })
    void aRequestIsGoodOnlyAsItWasSignedAndOnce(String method, String path, String text, int status)
            throws Exception {
        byte[] body = text.getBytes(UTF_8);
        // Of nothing: the digest in its name is that of its bytes.
        String target = path.replace("BLOB", Signer.sha256(Signer.NO_BODY));
        String refused = "HTTP/1.1 401 Unauthorized";
        Clock now = Clock.systemUTC();

        assertThat(send(method, target, "", body, body)).as("unsigned").isEqualTo(refused);
        for (Signer wrong :
                new Signer[] {
                    new Signer(ClusterKey.random(), now),
                    new Signer(TestAgent.KEY, Clock.offset(now, Duration.ofHours(-1))),
                    new Signer(TestAgent.KEY, Clock.offset(now, Duration.ofHours(1)))
                }) {
            assertThat(send(method, target, wrong.sign("node1", method, target, body), body, body))
                    .as("another key, or a time that is not now")
                    .isEqualTo(refused);
        }
        Signer signer = TestAgent.SIGNER;
        assertThat(send(method, target, signer.sign("node2", method, target, body), body, body))
                .as("for another agent")
                .isEqualTo(refused);
        assertThat(
                        send(
                                method,
                                target,
                                signer.sign("node1", method, target + "x", body),
                                body,
                                body))
                .as("for another path")
                .isEqualTo(refused);
        assertThat(send(method, target, signer.sign("node1", "PATCH", target, body), body, body))
                .as("for another method")
                .isEqualTo(refused);
        byte[] other = "[]".getBytes(UTF_8);
        assertThat(send(method, target, signer.sign("node1", method, target, body), other, other))
                .as("for another body")
                .isEqualTo(refused);
        if (body.length > 0) {
            assertThat(
                            send(
                                    method,
                                    target,
                                    signer.sign("node1", method, target, body),
                                    body,
                                    other))
                    .as("with another body than it says")
                    .isEqualTo(refused);
        }
        String good = signer.sign("node1", method, target, body);
        assertThat(send(method, target, good, body, body)).startsWith("HTTP/1.1 " + status + " ");
        assertThat(send(method, target, good, body, body)).as("replayed").isEqualTo(refused);
        assertThat(agent.server().sessions()).isZero();
        assertThat(agent.server().networks()).isZero();
    }
}
