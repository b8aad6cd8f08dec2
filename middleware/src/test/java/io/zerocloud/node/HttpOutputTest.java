package io.zerocloud.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the original's section on message/http and message/cgi. */
class HttpOutputTest {
    private static Optional<HttpOutput> http(String text) {
        return HttpOutput.parse("message/http; charset=x", text.getBytes(ISO_8859_1));
    }

    private static HttpOutput cgi(String text) {
        return HttpOutput.parse("message/cgi", text.getBytes(ISO_8859_1)).orElseThrow();
    }

    @Test
    void statusReasonTypeAndHeadersAreTakenFromTheHeadWithEitherLineEnd() {
        HttpOutput output =
                http("HTTP/1.1 201 Made It\r\nContent-Type: a/b\nX-One: 1\r\nX-One: 2\n\r\nbody")
                        .orElseThrow();
        assertThat(output.status()).isEqualTo(201);
        assertThat(output.reason()).isEqualTo("Made It");
        assertThat(output.contentType()).contains("a/b");
        assertThat(output.headers()).containsEntry("X-One", "1, 2");
        assertThat(output.bodyAt())
                .isEqualTo(
                        "HTTP/1.1 201 Made It\r\nContent-Type: a/b\nX-One: 1\r\nX-One: 2\n\r\n"
                                .length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no head",
                "HTTP/1.1 100 C\n\n",
                "HTTP/1.1 abc\n\n",
                "HTTP/1.1 600 x\n\n",
                "HTTP/1.1 200 OK\nX: 1",
                "Status: 200\n\nx"
            })
    void whatIsNoHttpHeadIsABody(String text) {
        assertThat(http(text)).isEmpty();
    }

    @Test
    void aTrailingBlankInTheReasonIsNoMatter() {
        assertThat(http("HTTP/1.1 200 OK \nContent-Type: image/jpeg\n\nx").orElseThrow().reason())
                .isEqualTo("OK");
    }

    @Test
    void cgiTakesItsStatusFromAHeader() {
        assertThat(cgi("Status: 404 Not Here\nContent-Type: a/b\n\n").status()).isEqualTo(404);
        assertThat(cgi("Content-Type: a/b\n\nx").status()).isEqualTo(200);
    }

    @Test
    void headersOfTheConnectionAndOfTheServiceAreDropped() {
        HttpOutput output =
                cgi(
                        """
                        Connection: close
                        Transfer-Encoding: chunked
                        X-Nexe-Status: lie
                        Etag: e
                        Content-Length: 9
                        X-Object-Meta-A: 1
                        Bad Name: 1
                        X-B: a\001b
                        not a header

                        """);
        assertThat(output.headers()).containsOnlyKeys("X-Object-Meta-A");
        assertThat(output.objectMeta()).containsEntry("X-Object-Meta-A", "1");
        assertThat(output.contentLength()).contains(9L);
    }
}
