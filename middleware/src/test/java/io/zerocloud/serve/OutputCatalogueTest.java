package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.swift.HeaderText;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a job answers and stores: outputs, their types, {@code message/http}. */
class OutputCatalogueTest extends JobCatalogue {
    @Test
    void c8And12AnImageCarriesTheJobPlainAndGzipped() throws Exception {
        String map =
                "[{'name':'sort',%s,'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout','path':'swift://~/c/o2'}]}]"
                        .formatted(COPY)
                        .replace('\'', '"');
        byte[] plain = tar(Map.of("boot/cluster.map", bytes(map)));
        for (String type : new String[] {"application/x-tar", "application/x-gzip"}) {
            byte[] image = type.equals("application/x-tar") ? plain : gzip(plain);
            HttpResponse<byte[]> answer = post(image, type);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok");
            assertThat(answer.headers().firstValue("X-Nexe-Error")).isEmpty();
            assertThat(answer.headers().firstValue("X-Nexe-Stderr")).isEmpty();
            HttpResponse<byte[]> stored = user.get("c/o2");
            assertThat(text(stored)).isEqualTo("0123456789");
            JsonNode listed =
                    new ObjectMapper().readTree(user.get("c?prefix=o2&format=json").body());
            assertThat(listed).hasSize(1);
            assertThat(listed.at("/0/bytes").asInt()).isEqualTo(10);
            assertThat(listed.at("/0/hash").asText()).isEqualTo(header(stored, "Etag"));
            assertThat(listed.at("/0/last_modified").asText()).isNotEmpty();
            user.call("DELETE", "/v1/" + user.account() + "/c/o2", new byte[0]);
        }
    }

    @Test
    void c13StdoutAndStderrAreBothStored() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'sort','exec':{'path':'swift://~/c/hello'},
                          'devices':[{'name':'stdout','path':'swift://~/c_out1/o3'},
                                     {'name':'stderr','path':'swift://~/c_out1/e3'}]}]
                        """);
        assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok");
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("sort");
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("0");
        assertThat(text(user.get("c_out1/o3"))).isEqualTo("hello, world");
        assertThat(text(user.get("c_out1/e3"))).isEqualTo("\nfinished\n");
    }

    @Test
    void c14And16APathlessStdoutIsTheBodyWithItsType() throws Exception {
        HttpResponse<byte[]> answer = user.job(hello("{'name':'stdout'}"));
        assertThat(text(answer)).isEqualTo("hello, world");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/html");
        assertThat(header(answer, "Content-Length")).isEqualTo("12");
        answer = user.job(hello("{'name':'stdout','content_type':'text/x-odd'}"));
        assertThat(header(answer, "Content-Type")).isEqualTo("text/x-odd");
        assertThat(answer.headers().firstValue("Etag")).isEmpty();
    }

    @Test
    void c15StoredOutputsHaveTheirTypeAndMetadata() throws Exception {
        user.job(
                hello(
                        "{'name':'stdout','path':'swift://~/c_out1/typed','content_type':'text/x-odd','meta':{'key1':'v1','Key2':'größe 日'}}"));
        HttpResponse<byte[]> stored = user.get("c_out1/typed");
        assertThat(text(stored)).isEqualTo("hello, world");
        assertThat(header(stored, "Content-Type")).isEqualTo("text/x-odd");
        assertThat(header(stored, "X-Object-Meta-Key1")).isEqualTo("v1");
        // Metadata are UTF-8 on the wire, which Java's client shows as one character a byte.
        assertThat(header(stored, "X-Object-Meta-Key2")).isEqualTo(HeaderText.encode("größe 日"));
        String environment =
                text(
                        user.job(
                                """
                                [{'name':'n','exec':{'path':'swift://~/c/envwithinput'},
                                  'devices':[{'name':'input','path':'swift://~/c_out1/typed'},{'name':'stdout'}]}]
                                """));
        assertThat(environment).contains("LOCAL_HTTP_X_OBJECT_META_KEY2, value=größe 日");
        environment =
                text(
                        user.job(
                                """
                                [{'name':'n','exec':{'path':'swift://~/c/envwithinput'},
                                  'devices':[{'name':'input','path':'swift://~/c_out1/type*'},{'name':'stdout'}]}]
                                """));
        assertThat(environment).contains("LOCAL_HTTP_X_OBJECT_META_KEY2, value=größe 日");
    }

    @Test
    void c18And21OneStreamIsStoredAndTheOtherIsTheBody() throws Exception {
        assertThat(
                        text(
                                user.job(
                                        hello(
                                                "{'name':'stdout'},{'name':'stderr','path':'swift://~/c_out1/e18'}"))))
                .isEqualTo("hello, world");
        assertThat(
                        text(
                                user.job(
                                        hello(
                                                "{'name':'stdout','path':'swift://~/c_out1/o21'},{'name':'stderr'}"))))
                .isEqualTo("\nfinished\n");
        assertThat(text(user.get("c_out1/o21"))).isEqualTo("hello, world");
    }

    @Test
    void c19And20DotPathsAndTheOldSpellingWork() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'sort','exec':{'path':'swift://./c/copy'},
                          'file_list':[{'device':'stdin','path':'swift://./c/o'},{'device':'stdout'}]}]
                        """);
        assertThat(text(answer)).isEqualTo("0123456789");
    }

    @Test
    void c22TwoNodesGiveTwoBodiesAndTheSumOfTheirLengths() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'n','count':2,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]");
        assertThat(text(answer)).isEqualTo("hello, worldhello, world");
        assertThat(header(answer, "Content-Length")).isEqualTo("24");
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("n-1,n-2");
        assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok,ok");
        String[] cdr = header(answer, "X-Nexe-Cdr-Line").split(",");
        assertThat(cdr).hasSize(5);
        assertThat(cdr[2].strip().split(" ")).hasSize(10);
        assertThat(
                        text(
                                user.job(
                                        "[{'name':'n','count':2,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stderr'}]}]")))
                .isEqualTo("\nfinished\n\nfinished\n");
    }

    @Test
    void c23SmallOutputsAreNotStoredIfTheJobSaysSo() throws Exception {
        user.job(hello("{'name':'stdout','path':'swift://~/c_out1/kept','min_size':12}"));
        user.job(hello("{'name':'stdout','path':'swift://~/c_out1/small','min_size':13}"));
        assertThat(user.get("c_out1/kept").statusCode()).isEqualTo(200);
        assertThat(user.get("c_out1/small").statusCode()).isEqualTo(404);
        user.put("c/mute", TestGuests.says("", "", 0));
        for (int size : new int[] {0, 1}) {
            user.job(
                    "[{'name':'n','exec':{'path':'swift://~/c/mute'},'devices':[{'name':'stdout','path':'swift://~/c_out1/empty%1$d','min_size':%1$d}]}]"
                            .formatted(size));
        }
        assertThat(user.get("c_out1/empty0").statusCode()).isEqualTo(200);
        assertThat(user.get("c_out1/empty0").body()).isEmpty();
        assertThat(user.get("c_out1/empty1").statusCode()).isEqualTo(404);
    }

    @Test
    void c24AGuestThatDiesIsA500WithWhatItWroteAndOneThatExitsBadlyIsA200() throws Exception {
        HttpResponse<byte[]> exit =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/fails'},'devices':[{'name':'stdout'}]}]");
        assertThat(exit.statusCode()).isEqualTo(200);
        assertThat(text(exit)).isEqualTo("partly\n");
        assertThat(header(exit, "X-Nexe-Retcode")).isEqualTo("4");
        assertThat(header(exit, "X-Nexe-Error")).isEqualTo("bad return code");
        assertThat(header(exit, "X-Nexe-Stderr")).isEqualTo("could not go on");
        user.put("c/crash", TestGuests.named("crash"));
        HttpResponse<byte[]> crash =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/crash'},'devices':[{'name':'stdout'}]}]");
        assertThat(crash.statusCode()).isEqualTo(500);
        assertThat(text(crash))
                .contains("ERROR OBJ.QUERY retcode=Error")
                .contains("about to fail: no such luck");
        assertThat(header(crash, "X-Nexe-Status")).contains("SIG");
        crash =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/crash'},'devices':[{'name':'stderr'}]}]");
        assertThat(crash.statusCode()).isEqualTo(500);
        assertThat(text(crash)).isEqualTo("about to fail: no such luck\n");
        assertThat(header(crash, "X-Nexe-Error")).isEqualTo("bad return code");
        assertThat(header(crash, "X-Nexe-Stderr")).isEqualTo("about to fail: no such luck");
    }

    @Test
    void c25OtherMethodsAreNotImplementedOrHaveABadUrl() throws Exception {
        for (String method : new String[] {"GET", "HEAD", "DELETE", "PUT"}) {
            assertThat(
                            user.call(
                                            method,
                                            "/v1/" + user.account(),
                                            new byte[0],
                                            "X-Zerovm-Execute",
                                            "1.0")
                                    .statusCode())
                    .as(method)
                    .isEqualTo(501);
            assertThat(user.call(method, "/open/" + user.account(), new byte[0]).statusCode())
                    .as(method)
                    .isEqualTo(412);
        }
        for (String method : new String[] {"POST", "HEAD", "DELETE", "PUT"}) {
            for (String command : new String[] {"/open/", "/v1/"}) {
                assertThat(
                                user.call(
                                                method,
                                                command + user.account() + "/c/o",
                                                new byte[0],
                                                "X-Zerovm-Execute",
                                                "open/1.0")
                                        .statusCode())
                        .as(method + " " + command)
                        .isEqualTo(501);
            }
        }
        assertThat(
                        user.call(
                                        "POST",
                                        "/v1/" + user.account(),
                                        bytes("[]"),
                                        "X-Zerovm-Execute",
                                        "2.0")
                                .statusCode())
                .isEqualTo(400);
    }

    @Test
    void c26And27HttpOutputsAreParsedForTheAnswerAndForTheStore() throws Exception {
        user.put(
                "c/http",
                TestGuests.says(
                        "HTTP/1.1 404 Nothing Here\r\nContent-Type: text/x-mine\nX-Object-Meta-Key: v\nX-Nexe-Status: lie\nX-Nexe-Retcode: 9\nX-Other: 1\nConnection: close\n\nbody",
                        "",
                        0));
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/http'},'devices':[{'name':'stdout','content_type':'message/http'}]}]");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).isEqualTo("body");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/x-mine");
        assertThat(header(answer, "X-Object-Meta-Key")).isEqualTo("v");
        assertThat(header(answer, "X-Other")).isEqualTo("1");
        assertThat(header(answer, "X-Nexe-Status")).isEqualTo("ok");
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("0");
        answer =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/http'},'devices':[{'name':'stdout','path':'swift://~/c_out1/http','content_type':'message/http'}]}]");
        assertThat(answer.statusCode()).isEqualTo(200);
        HttpResponse<byte[]> stored = user.get("c_out1/http");
        assertThat(text(stored)).isEqualTo("body");
        assertThat(header(stored, "Content-Type")).isEqualTo("text/x-mine");
        assertThat(header(stored, "X-Object-Meta-Key")).isEqualTo("v");
        assertThat(header(stored, "X-Other")).isEmpty();
    }
}
