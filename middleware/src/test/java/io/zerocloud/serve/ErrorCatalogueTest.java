package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a request is named. */
class ErrorCatalogueTest extends JobCatalogue {
    @Test
    void c54AClientThatSendsTooLittleRunsNothing() throws Exception {
        byte[] json =
                bytes(hello("{'name':'stdout','path':'swift://~/c_out1/c54'}").replace('\'', '"'));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    bytes(
                            "POST /v1/%s HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nX-Zerovm-Execute: 1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                                    .formatted(user.account(), user.token(), json.length + 1)));
            out.write(json);
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 499 Client Disconnect\r\n");
        }
        assertThat(user.get("c_out1/c54").statusCode()).isEqualTo(404);
    }

    @Test
    void aHeaderWithANonsensicalValueIsNamedWithItsValueAndItsRule() throws Exception {
        String job = hello("{'name':'stdout'}");
        assertThat(text(user.job(job, "X-Zerovm-Timeout", "abc")))
                .startsWith("Invalid header X-Zerovm-Timeout (abc: a timeout is a number of");
        assertThat(text(user.job(job, "X-Zerovm-Report", "maybe")))
                .isEqualTo("Invalid header X-Zerovm-Report (maybe: it is 1 or 0)");
        assertThat(text(user.job(job, "X-Zerovm-Execute", "9.0")))
                .endsWith("(X-Zerovm-Execute = 9.0: it is 1.0, open/1.0 or api/1.0)");
        assertThat(text(post(bytes("{"), "application/json")))
                .contains("(start marker at line: 1, column: 1)")
                .doesNotContain("Source");
    }

    @Test
    void c55AnUploadThatTricklesIsCutOff(@TempDir Path directory) throws Exception {
        try (EmbeddedCluster small =
                        EmbeddedCluster.start(
                                EmbeddedCluster.Config.in(directory)
                                        .withNodes(1, 2)
                                        .withJobs(
                                                settings ->
                                                        settings.withTimes(
                                                                Duration.ofMillis(300),
                                                                Duration.ofSeconds(10),
                                                                Duration.ofSeconds(20))));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            Client tester = Client.login(small.url(), "test:tester", "testing");
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    bytes(
                            "POST /v1/%s HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nX-Zerovm-Execute: 1.0\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
                                    .formatted(tester.account(), tester.token())));
            Thread trickle =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            for (int i = 0; i < 60_000; i++) {
                                                out.write(' ');
                                                Thread.sleep(5);
                                            }
                                        } catch (IOException | InterruptedException e) {
                                            // Cut off, which is what is waited for.
                                        }
                                    });
            byte[] status = socket.getInputStream().readNBytes(12);
            assertThat(new String(status, UTF_8)).isEqualTo("HTTP/1.1 408");
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void c56AWrongEtagIsRefused() throws Exception {
        assertThat(user.job(hello("{'name':'stdout'}"), "Etag", "0123").statusCode())
                .isEqualTo(422);
    }

    @Test
    void c57To61WhatIsMissingIsNamed() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'sort','exec':{'path':'swift://~/c/error'},'devices':[{'name':'stdout'}]}]");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer))
                .startsWith("Error 404 Not Found while fetching /" + user.account() + "/c/error");
        assertThat(text(user.job("[{'exec':{}}]"))).startsWith("Must specify node name");
        assertThat(text(user.job("[{'name':'n'}]"))).startsWith("Must specify exec stanza for n");
        assertThat(text(user.job("[{'name':'n','exec':{'args':'x'}}]")))
                .startsWith("Must specify executable path for n");
        assertThat(text(user.job(hello("{'path':'swift://~/c/o'}"))))
                .startsWith("Must specify device for file in");
        assertThat(text(user.job(hello("{'name':'stdtest'}"))))
                .startsWith("Could not resolve channel path \"\" for device: stdtest");
        assertThat(
                        text(
                                user.job(
                                        "[{'name':'sort',%s,'devices':[{'name':'stdin','path':'swift://*'},{'name':'stdout'}]}]"
                                                .formatted(COPY))))
                .startsWith("Invalid path swift://* in sort");
        for (String attach : new String[] {"default", "stdin", "input", "stdout"}) {
            answer =
                    user.job(
                            """
                            [{'name':'sort',%s,'attach':'%s',
                              'devices':[{'name':'stdin','path':'swift://~/c/missing'},
                                         {'name':'input','path':'swift://~/c/o'},
                                         {'name':'stdout'}]}]
                            """
                                    .formatted(COPY, attach));
            assertThat(answer.statusCode()).as(attach).isEqualTo(404);
            assertThat(text(answer))
                    .startsWith(
                            "Error 404 Not Found while fetching /" + user.account() + "/c/missing");
            assertThat(header(answer, "X-Nexe-System")).isEqualTo("sort");
            assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ZeroVM did not run");
            assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("0");
        }
        answer =
                user.job(
                        "[{'name':'sort',%s,'devices':[{'name':'stdin','path':'swift://~/error/o'},{'name':'stdout'}]}]"
                                .formatted(COPY));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).startsWith("Error while fetching /" + user.account() + "/error");
    }

    @Test
    void c62AnObjectMayBeReadAndWrittenByOneNode() throws Exception {
        user.put("c_out2/both", bytes("before"));
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'n',%s,'devices':[{'name':'stdin','path':'swift://~/c_out2/both'},
                                                   {'name':'stdout','path':'swift://~/c_out2/both'}]}]
                        """
                                .formatted(COPY));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(text(user.get("c_out2/both"))).isEqualTo("before");
    }

    @Test
    void c63AnAccountThatMayNotBeListedIsNamed() throws Exception {
        HttpResponse<byte[]> answer =
                other.job(wild("c_in*/*", "").replace("~/c_in", user.account() + "/c_in"));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(text(answer))
                .startsWith("Error querying object server for account: " + user.account());
    }

    @Test
    void anEmptyBodyAndAnUnknownTypeAndABrokenImageSayWhatIsWanted() throws Exception {
        assertThat(post(new byte[0], "text/plain").statusCode()).isEqualTo(400);
        assertThat(text(post(bytes("no"), "text/plain"))).startsWith("Unsupported Content-Type");
        assertThat(text(post(bytes("no"), "application/json")))
                .startsWith("Could not parse system map");
        assertThat(post(bytes("no"), "application/json").statusCode()).isEqualTo(422);
        assertThat(text(post(tar(Map.of("x", new byte[3])), "application/x-tar")))
                .startsWith("System boot map was not found in request");
        assertThat(post(new byte[] {0x1f, (byte) 0x8b, 8, 0, 1}, "application/x-gzip").statusCode())
                .isEqualTo(422);
        assertThat(post(new byte[70_000], "application/json").statusCode()).isEqualTo(413);
    }

    @Test
    void anImageThatEndsEarlyIsItsClientsFaultAtEachOfItsNodes() throws Exception {
        String map =
                "[{'name':'n','count':2,'exec':{'path':'file://image:copy'},'devices':[{'name':'stdout'}]}]"
                        .replace('\'', '"');
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("boot/system.map", bytes(map));
        files.put("copy", TestGuests.copy(0, 1, 0));
        byte[] whole = tar(files);
        // Within the program, and within the head of its member.
        HttpResponse<byte[]> answer = post(Arrays.copyOf(whole, 1836), "application/x-tar");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(422);
        assertThat(text(answer))
                .isEqualTo(
                        """
                        Error reading application/x-tar stream: the image of file://image:copy is damaged or ends early
                        Error reading application/x-tar stream: the image of file://image:copy is damaged or ends early
                        """);
        answer = post(Arrays.copyOf(whole, 1124), "application/x-tar");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
        assertThat(text(answer).lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith("file://image:copy is not in its image"));
    }

    @Test
    void aBodyWithoutATypeIsLookedAt() throws Exception {
        byte[] json = bytes(hello("{'name':'stdout'}").replace('\'', '"'));
        assertThat(text(post(json, "application/x-www-form-urlencoded"))).isEqualTo("hello, world");
        assertThat(text(post(tar(Map.of("boot/system.map", json)), "application/octet-stream")))
                .isEqualTo("hello, world");
    }
}
