package io.zerocloud.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.node.AgentServer;
import io.zerocloud.wire.NetworkOrder;
import io.zerocloud.wire.Signer;
import io.zerocloud.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a peer gets by not keeping to the protocol of agents: nothing, and the agent lives on. */
@Timeout(60)
class RelayPortTest {
    private static final int SLOTS = 3;

    @TempDir static Path folder;

    private static TestAgent node;
    private static AgentServer agent;

    @BeforeAll
    static void start() throws Exception {
        node = new TestAgent(folder, "node2", SLOTS);
        agent = node.server();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void drop() throws IOException {
        request("DELETE", "/v1/networks/n", new byte[0], "");
        assertThat(agent.networks()).isZero();
    }

    /** Sends a signed request and reads the first line of the answer. */
    private static String request(String method, String target, byte[] body, String headers)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
            send(socket, method, target, body, headers);
            return line(new DataInputStream(socket.getInputStream()));
        }
    }

    private static void send(
            Socket socket, String method, String target, byte[] body, String headers)
            throws IOException {
        socket.setSoTimeout(20_000);
        String head =
                method
                        + " "
                        + target
                        + " HTTP/1.1\r\nHost: a\r\nX-Zerocloud-Signature: "
                        + TestAgent.SIGNER.sign("node2", method, target, body)
                        + "\r\n"
                        + (body.length > 0
                                ? "X-Zerocloud-Body: "
                                        + Signer.sha256(body)
                                        + "\r\nContent-Length: "
                                        + body.length
                                        + "\r\n"
                                : "")
                        + headers
                        + "\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
    }

    private static String line(DataInputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(ISO_8859_1).strip();
    }

    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: zerocloud-relay-1\r\n";

    /** A connection of frames in the name of an agent. */
    private static Socket peer(String name) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port());
        send(socket, "GET", "/v1/relay/" + name, new byte[0], UPGRADE);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        assertThat(line(in)).startsWith("HTTP/1.1 101");
        for (String more = line(in); !more.isEmpty(); more = line(in)) {
            assertThat(more).contains(":");
        }
        return socket;
    }

    private static void frame(Socket socket, int type, int stream, byte[] payload)
            throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeByte(type);
        out.writeInt(stream);
        out.writeInt(payload.length);
        out.write(payload);
        out.flush();
    }

    private static byte[] open(int connection, int window, String network) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(connection);
        out.writeInt(window);
        out.write(network.getBytes(UTF_8));
        return bytes.toByteArray();
    }

    private static byte[] number(int value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeInt(value);
        return bytes.toByteArray();
    }

    /** The next frame that is no sign of life: its type, and its payload as text. */
    private static String next(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int type = in.read();
            if (type < 0) {
                return "hung up";
            }
            in.readInt();
            byte[] payload = in.readNBytes(in.readInt());
            if (type != 7) {
                return type + " " + new String(payload, UTF_8);
            }
        }
    }

    private static void reserve(int sessions) throws IOException {
        NetworkOrder order =
                new NetworkOrder(
                        "job",
                        sessions,
                        20_000,
                        30_000,
                        false,
                        Map.of("node1", URI.create("http://127.0.0.1:1")),
                        List.of(7),
                        Map.of(),
                        Map.of("node1", List.of(3)));
        assertThat(request("POST", "/v1/networks/n", WireJson.write(order), ""))
                .startsWith(sessions <= SLOTS ? "HTTP/1.1 201" : "HTTP/1.1 503");
    }

    @Test
    void slotsAreReservedTogetherOrNotAtAllAndGivenBack() throws Exception {
        reserve(SLOTS + 1);
        assertThat(agent.networks()).isZero();
        reserve(SLOTS);
        NetworkOrder one =
                new NetworkOrder(
                        "job", 1, 20_000, 30_000, false, Map.of(), List.of(), Map.of(), Map.of());
        assertThat(request("POST", "/v1/networks/m", WireJson.write(one), ""))
                .startsWith("HTTP/1.1 503");
        assertThat(request("POST", "/v1/networks/n", WireJson.write(one), ""))
                .startsWith("HTTP/1.1 409");
        assertThat(request("DELETE", "/v1/networks/n", new byte[0], "")).contains("204");
        reserve(SLOTS);
    }

    @Test
    void aReservationThatIsNotUsedExpires() throws Exception {
        NetworkOrder brief =
                new NetworkOrder(
                        "job", SLOTS, 1, 1, false, Map.of(), List.of(1), Map.of(), Map.of());
        assertThat(request("POST", "/v1/networks/n", WireJson.write(brief), ""))
                .startsWith("HTTP/1.1 201");
        await().atMost(Duration.ofSeconds(20)).until(() -> agent.networks() == 0);
        reserve(SLOTS);
    }

    @Test
    void ordersThatMakeNoSenseAreRefused() throws Exception {
        for (String order : new String[] {"", "{}", "[]", "{\"sessions\":-1}"}) {
            assertThat(request("POST", "/v1/networks/n", order.getBytes(UTF_8), ""))
                    .startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void onlyTheAgentWhoseNameComesFirstConnectsAndOnlyWithASignature() throws Exception {
        assertThat(request("GET", "/v1/relay/node3", new byte[0], UPGRADE))
                .startsWith("HTTP/1.1 409");
        assertThat(request("GET", "/v1/relay/node1", new byte[0], "")).startsWith("HTTP/1.1 400");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
            socket.setSoTimeout(20_000);
            String head = "GET /v1/relay/node1 HTTP/1.1\r\nHost: a\r\n" + UPGRADE + "\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            assertThat(line(new DataInputStream(socket.getInputStream())))
                    .startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void aReaderGetsOnlyWhatItsOwnAgentMayRead() throws Exception {
        reserve(1);
        try (Socket other = peer("node0");
                Socket socket = peer("node1")) {
            frame(other, 1, 1, open(3, 1000, "n"));
            assertThat(next(other)).isEqualTo("6 its writer is gone");
            frame(socket, 1, 1, open(4, 1000, "n"));
            assertThat(next(socket)).isEqualTo("6 its writer is gone");
            frame(socket, 1, 2, open(3, 1000, "no-such-network"));
            assertThat(next(socket)).isEqualTo("6 its writer is gone");
            // What crosses the end of a stream means nothing.
            frame(socket, 4, 2, number(5));
            frame(socket, 5, 2, new byte[0]);
            frame(socket, 1, 3, open(3, 1000, "n"));
            frame(socket, 5, 3, new byte[0]);
            assertThat(next(socket)).isEqualTo("3 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unknown type, 9, 1, 0",
        "data of no stream, 2, 1, 5",
        "end of no stream, 3, 1, 0",
        "break of no stream, 6, 1, 3",
        "too much data in a frame, 2, 1, 70000",
        "an opening without a network, 1, 1, 8",
        "an opening with a long name, 1, 1, 500",
        "a window of three bytes, 4, 1, 3",
        "a sign of life with a body, 7, 0, 1"
    })
    void whoBreaksTheProtocolIsHungUpOn(String what, int type, int stream, int length)
            throws Exception {
        try (Socket socket = peer("node1")) {
            frame(socket, type, stream, new byte[length]);
            assertThat(next(socket)).as(what).isEqualTo("hung up");
        } catch (java.net.SocketException e) {
            // It hung up while we wrote.
            assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*");
        }
    }

    @Test
    void aWindowBeyondTheLimitIsRefusedAndFailsItsNetworkOnly() throws Exception {
        reserve(1);
        try (Socket socket = peer("node1")) {
            frame(socket, 1, 1, open(3, 256 << 10, "n"));
            frame(socket, 4, 1, number(1));
            assertThat(next(socket)).isEqualTo("hung up");
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*");
        }
        await().until(() -> agent.networks() == 0);
        reserve(SLOTS);
    }
}
