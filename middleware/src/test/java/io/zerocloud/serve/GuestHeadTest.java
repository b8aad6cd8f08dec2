package io.zerocloud.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that writes HTTP can say nothing that is taken for another answer. */
@Timeout(120)
class GuestHeadTest {
    private static final String ANOTHER = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedCluster.Config.in(folder).withNodes(1, 1));
        user = Client.login(cluster.url(), "test:tester", "testing");
        user.put("c", new byte[0]);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** All bytes of the answer to a job whose guest writes a text. */
    private static String answer(String text) throws Exception {
        user.put("c/http", TestGuests.says(text, "", 0));
        String job =
                "[{\"name\":\"n\",\"exec\":{\"path\":\"swift://~/c/http\"},\"devices\":"
                        + "[{\"name\":\"stdout\",\"content_type\":\"message/http\"}]}]";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port())) {
            socket.getOutputStream().write(post(job).getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String post(String job) throws IOException {
        return "POST /v1/"
                + user.account()
                + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Auth-Token: "
                + user.token()
                + "\r\nX-Zerovm-Execute: 1.0\r\nContent-Type: application/json\r\nContent-Length: "
                + job.length()
                + "\r\n\r\n"
                + job;
    }

    @Test
    void aStatusThatHasNoBodyGetsNone() throws Exception {
        for (String status : new String[] {"204 No Content", "304 Not Modified"}) {
            assertThat(answer("HTTP/1.1 " + status + "\r\nX-A: b\r\n\r\n" + ANOTHER))
                    .startsWith("HTTP/1.1 " + status + "\r\n")
                    .containsIgnoringCase("x-a: b\r\n")
                    .endsWith("\r\n\r\n")
                    .doesNotContain("evil");
        }
    }

    @Test
    void anInterimStatusIsNoneOfAGuests() throws Exception {
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n";
        assertThat(answer(head + ANOTHER))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("content-type: message/http\r\n")
                .endsWith("\r\n\r\n" + head + ANOTHER);
    }

    @Test
    void itCannotEndTheHeadOrSetHeadersOfTheService() throws Exception {
        assertThat(
                        answer(
                                "HTTP/1.1 200 OK\r\nX-Good: 1\r\nX Bad: 1\r\nTransfer-Encoding: chunked\r\n"
                                        + "X-Nexe-Status : mine\r\nX-Trans-Id: mine\r\n\r\nbody"))
                .containsIgnoringCase("x-good: 1\r\n")
                .doesNotContain("X Bad")
                .doesNotContain("mine")
                .doesNotContainIgnoringCase("transfer-encoding")
                .endsWith("\r\n\r\nbody");
    }
}
