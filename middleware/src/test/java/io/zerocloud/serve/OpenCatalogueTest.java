package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects and apps that are opened by URL, or called through the endpoint of a container. */
class OpenCatalogueTest extends AppCatalogue {
    @Test
    void c34And35AProgramIsReadPlainlyAndRunWhenOpened() throws Exception {
        assertThat(user.get("c/hello").body()).startsWith(0x7f, 'E', 'L', 'F');
        for (String name : new String[] {"c/hello", "c/hello.nexe"}) {
            HttpResponse<byte[]> answer =
                    user.call("GET", "/open/" + user.account() + "/" + name, new byte[0]);
            assertThat(text(answer)).isEqualTo("hello, world");
            assertThat(header(answer, "Content-Type")).isEqualTo("text/plain");
            answer =
                    user.call(
                            "GET",
                            "/v1/" + user.account() + "/" + name + "?content_type=text/html",
                            new byte[0],
                            "X-Zerovm-Execute",
                            "open/1.0");
            assertThat(text(answer)).isEqualTo("hello, world");
            assertThat(header(answer, "Content-Type")).isEqualTo("text/html");
        }
    }

    @Test
    void c36ATemplateSaysWhatOpensObjectsOfAType() throws Exception {
        user.put(
                ".zvm/application/octet-stream/config",
                bytes(
                        "[{\"name\":\"sort\",\"exec\":{\"path\":\"swift://~/c/copy\"},\"devices\":[{\"name\":\"stdin\",\"path\":\"{.object_path}\"},{\"name\":\"stdout\",\"content_type\":\"{.t=text/x-sorted}\"}]}]"));
        HttpResponse<byte[]> answer =
                user.call("GET", "/open/" + user.account() + "/c/o", new byte[0]);
        assertThat(text(answer)).isEqualTo("0123456789");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/x-sorted");
        answer =
                user.call(
                        "GET",
                        "/open/" + user.account() + "/c/o?t=a%2Fb&t2=%22,%22env",
                        new byte[0]);
        assertThat(header(answer, "Content-Type")).isEqualTo("a/b");
        user.put("c/odd", bytes("x"), "Content-Type", "text/x-unknown; a=b");
        answer = user.call("GET", "/open/" + user.account() + "/c/odd", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).isEqualTo("No application registered for text/x-unknown");
        user.put("c/large", bytes("x"), "Content-Type", "text/x-large");
        user.put(".zvm/text/x-large/config", new byte[70_000]);
        answer = user.call("GET", "/open/" + user.account() + "/c/large", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(text(answer))
                .startsWith(
                        "Config file at /"
                                + user.account()
                                + "/.zvm/text/x-large/config is too large");
    }

    @Test
    void c37And85AnOpenedAppReadsThePayload() throws Exception {
        HttpResponse<byte[]> answer =
                user.call("POST", "/open/" + user.account() + "/c/app", bytes("payload"));
        assertThat(text(answer)).isEqualTo("payload");
    }

    @ParameterizedTest
    @CsvSource({"missing,404", "empty,501", "o,501", "nomap,501", "broken,422", "bare.json,501"})
    void c38WhatIsNoAppCannotBePostedTo(String name, int status) throws Exception {
        user.put("c/empty", new byte[0]);
        user.put(
                "c/nomap",
                JobCatalogue.tar(Map.of("x", new byte[9])),
                "Content-Type",
                "application/x-tar");
        user.put(
                "c/broken",
                new byte[] {0x1f, (byte) 0x8b, 8, 0, 1},
                "Content-Type",
                "application/x-gzip");
        user.put("c/bare.json", json(COPY), "Content-Type", "application/json");
        assertThat(
                        user.call(
                                        "POST",
                                        "/open/" + user.account() + "/c/" + name,
                                        bytes("payload"))
                                .statusCode())
                .isEqualTo(status);
    }

    @Test
    void c39To41AnAppSeesItsRequestAndChoosesItsAnswer() throws Exception {
        String base = "/open/" + user.account() + "/c/";
        for (String method : new String[] {"GET", "PUT", "DELETE", "POST"}) {
            String environment =
                    text(user.call(method, base + "envapp?x=1", new byte[0], "X-Mine", "seen"));
            assertThat(environment)
                    .contains("name=REQUEST_METHOD, value=" + method)
                    .contains("name=REQUEST_URI, value=" + base + "envapp?x=1")
                    .contains("name=PATH_INFO, value=/" + user.account() + "/c/envapp")
                    .contains("name=QUERY_STRING, value=x=1")
                    .contains("name=SCRIPT_NAME, value=n")
                    .contains("name=REMOTE_USER, value=a\\x2ca:user\\x2cAUTH_a")
                    .contains("name=HTTP_X_MINE, value=seen");
        }
        user.put(
                "c/created",
                TestGuests.says("Status: 201 Created\nContent-Type: a/b\n\nmade", "", 0));
        app("c/createdapp", one("c/created", "message/cgi"));
        HttpResponse<byte[]> answer = user.call("PUT", base + "createdapp", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(text(answer)).isEqualTo("made");
        user.put(
                "c/headed",
                TestGuests.says(
                        "HTTP/1.1 200 OK\nContent-Type: a/b\nContent-Length: 7\nX-Other: 1\n\n",
                        "",
                        0));
        app("c/headedapp", one("c/headed", "message/http"));
        answer = user.call("HEAD", base + "headedapp", new byte[0]);
        assertThat(header(answer, "Content-Length")).isEqualTo("7");
        assertThat(header(answer, "X-Other")).isEqualTo("1");
    }

    @Test
    void anEndpointServesEverythingBelowItsContainer() throws Exception {
        endpoint("api", "c/envapp", "");
        for (String method : new String[] {"GET", "PUT", "DELETE", "POST"}) {
            String path = "/api/" + user.account() + "/api/any%20thing/here?q";
            assertThat(text(user.call(method, path, new byte[0])))
                    .contains("name=REQUEST_METHOD, value=" + method)
                    .contains("name=PATH_INFO, value=/" + user.account() + "/api/any thing/here")
                    .contains("name=REQUEST_URI, value=" + path);
        }
        user.put("bare", new byte[0]);
        HttpResponse<byte[]> answer =
                user.call("GET", "/api/" + user.account() + "/bare/x", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).isEqualTo("No API endpoint configured for container bare");
        user.put("odd", new byte[0], "X-Container-Meta-Rest-Endpoint", "/c/app");
        assertThat(user.call("GET", "/api/" + user.account() + "/odd", new byte[0]).statusCode())
                .isEqualTo(404);
    }

    @Test
    void anEndpointMayBeABareDescription() throws Exception {
        user.put("c/description", json(COPY), "Content-Type", "application/json");
        user.put("jsonapi", new byte[0]);
        endpoint("jsonapi", "c/description", "");
        assertThat(
                        text(
                                user.call(
                                        "PUT",
                                        "/api/" + user.account() + "/jsonapi/x",
                                        bytes("payload"))))
                .isEqualTo("payload");
    }

    @Test
    void c67AJobWithAnOriginRunsAndTellsTheBrowserWhatSwiftWould() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(one("c/hello", "a/b"), "Origin", "http://site.example");
        assertThat(text(answer)).isEqualTo("hello, world");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        user.put(
                "cors",
                new byte[0],
                "X-Container-Meta-Access-Control-Allow-Origin",
                "http://site.example");
        for (String origin : new String[] {"http://site.example", "http://other.example"}) {
            boolean allowed = origin.equals("http://site.example");
            answer =
                    user.call(
                            "POST",
                            "/v1/" + user.account() + "/cors",
                            json(one("c/hello", "a/b")),
                            "Origin",
                            origin,
                            "X-Zerovm-Execute",
                            "1.0",
                            "Content-Type",
                            "application/json");
            assertThat(text(answer)).isEqualTo("hello, world");
            assertThat(header(answer, "Access-Control-Allow-Origin"))
                    .isEqualTo(allowed ? origin : "");
            assertThat(header(answer, "Access-Control-Expose-Headers").contains("x-nexe-status"))
                    .isEqualTo(allowed);
            HttpResponse<byte[]> preflight =
                    user.anonymous()
                            .call(
                                    "OPTIONS",
                                    "/open/" + user.account() + "/cors/x",
                                    new byte[0],
                                    "Origin",
                                    origin,
                                    "Access-Control-Request-Method",
                                    "POST",
                                    "Access-Control-Request-Headers",
                                    "X-Zerovm-Execute");
            assertThat(preflight.statusCode()).isEqualTo(allowed ? 200 : 401);
            if (allowed) {
                assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("POST");
                assertThat(header(preflight, "Access-Control-Allow-Headers"))
                        .containsIgnoringCase("x-zerovm-execute");
            }
        }
    }
}
