package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.swift.store.StoreUser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The behaviours of the original's own tests that a client can see, by their numbers in the
 * catalogue, against a running cluster. The guest {@code copy} stands for the original's sorter: it
 * copies stdin to stdout.
 */
@Timeout(180)
class JobCatalogueTest {
    private static final String COPY = "'exec':{'path':'swift://~/c/copy'}";

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;
    private static Client other;

    @BeforeAll
    static void start() throws Exception {
        Path image = folder.resolve("sys.tar");
        Files.write(
                image,
                tar(
                        Map.of(
                                "bin/copy",
                                TestGuests.copy(0, 1, 0),
                                "bin/nvram",
                                TestGuests.copy(3, 1, 0),
                                "bin/second",
                                TestGuests.copy(4, 1, 0))));
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder.resolve("cluster"))
                                .withUsers(
                                        List.of(
                                                StoreUser.admin("a", "user", "key"),
                                                StoreUser.admin("a1", "user1", "key1"),
                                                StoreUser.admin("a1", "user2", "key2")))
                                .withSystemImages(Map.of("sysimage1", image)));
        user = Client.login(cluster.url(), "a:user", "key");
        other = Client.login(cluster.url(), "a1:user1", "key1");
        for (String container : new String[] {"c", "c_in1", "c_in2", "c_out1", "c_out2"}) {
            user.put(container, new byte[0]);
        }
        user.put(
                "c/o",
                bytes("0123456789"),
                "Content-Type",
                "text/plain",
                "X-Object-Meta-Key1",
                "value1");
        for (String container : new String[] {"c_in1", "c_in2"}) {
            for (String name : new String[] {"input1", "input2", "junk"}) {
                user.put(
                        container + "/" + name,
                        bytes(container + "/" + name + "\n"),
                        "Content-Type",
                        "text/plain");
            }
        }
        user.put("c/copy", TestGuests.copy(0, 1, 0), "Content-Type", "application/x-nexe");
        user.put("c/fails", TestGuests.says("partly\n", "could not go on\n", 4));
        user.put("c/env", TestGuests.copy(3, 1, 0));
        user.put("c/envwithinput", TestGuests.copy(4, 1, 0));
        user.put("c/toerr", TestGuests.copy(0, 2, 0));
        user.put("c/input", TestGuests.copy(3, 1, 0));
        user.put("c/hello", TestGuests.says("hello, world", "\nfinished\n", 0));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    // ------------------------------------------------------------ basic output

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

    // --------------------------------------------------------------------- CGI

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

    @Test
    void c28To31TheGuestSeesTheRequestAndItsObjectButNoSecrets() throws Exception {
        String environment =
                text(
                        user.call(
                                "POST",
                                "/v1/" + user.account() + "?a=b&c",
                                bytes(
                                        """
                                        [{"name":"sort","exec":{"path":"swift://~/c/envwithinput","name":"called"},
                                          "devices":[{"name":"input","path":"swift://~/c/o"},{"name":"stdout"}]}]
                                        """),
                                "Content-Type",
                                "application/json",
                                "X-Zerovm-Execute",
                                "1.0",
                                "Cookie",
                                "secret=1",
                                "X-Storage-Token",
                                "secret",
                                "X-Backend-Thing",
                                "secret",
                                "X-Mine",
                                "seen"));
        assertThat(environment)
                .contains("name=LOCAL_OBJECT, value=on")
                .contains("name=LOCAL_PATH_INFO, value=/" + user.account() + "/c/o")
                .contains("name=LOCAL_DOCUMENT_ROOT, value=/dev/input")
                .contains("name=LOCAL_CONTENT_TYPE, value=text/plain")
                .contains("name=LOCAL_CONTENT_LENGTH, value=10")
                .contains("name=LOCAL_HTTP_X_OBJECT_META_KEY1, value=value1")
                .contains("name=SCRIPT_NAME, value=called")
                .contains(
                        "name=SCRIPT_FILENAME, value=swift://" + user.account() + "/c/envwithinput")
                .contains("name=QUERY_STRING, value=a=b&c")
                .contains("name=PATH_INFO, value=/" + user.account())
                .contains("name=REQUEST_METHOD, value=POST")
                .contains("name=HTTP_X_MINE, value=seen")
                .doesNotContain("secret")
                .doesNotContain("HTTP_X_AUTH_TOKEN");
    }

    @Test
    void c28AnAttachedOutputIsDescribedByTheJob() throws Exception {
        String environment =
                text(
                        user.job(
                                """
                                [{'name':'n','exec':{'path':'swift://~/c/env'},'attach':'stderr',
                                  'devices':[{'name':'stdout'},
                                             {'name':'stderr','path':'swift://~/c_out1/e28','content_type':'text/x-log','meta':{'key1':'v1'}}]}]
                                """));
        assertThat(environment)
                .contains("name=LOCAL_OBJECT, value=on")
                .contains("name=LOCAL_DOCUMENT_ROOT, value=/dev/stderr")
                .contains("name=LOCAL_PATH_INFO, value=/" + user.account() + "/c_out1/e28")
                .contains("name=LOCAL_CONTENT_TYPE, value=text/x-log")
                .contains("name=LOCAL_HTTP_X_OBJECT_META_KEY1, value=v1")
                .doesNotContain("LOCAL_CONTENT_LENGTH");
    }

    @Test
    void c32ArgumentsAndModesAreInTheNvram() throws Exception {
        String text =
                text(
                        user.job(
                                "[{'name':'sort','exec':{'path':'swift://~/c/env','args':'aa bb cc','env':{'K':'v, w'}},'devices':[{'name':'stdout','mode':'char'}]}]"));
        assertThat(text)
                .contains("args = sort aa bb cc\n")
                .contains("name=K, value=v\\x2c w")
                .contains("channel=/dev/stdout, mode=char");
    }

    @Test
    void c32ANodeWithoutArgumentsHasItsNameAndAnImageIsMountedFirst() throws Exception {
        user.put(
                "c/image32", tar(Map.of("data", new byte[9])), "Content-Type", "application/x-tar");
        String text =
                text(
                        user.job(
                                """
                                [{'name':'sort','exec':{'path':'swift://~/c/envwithinput'},
                                  'devices':[{'name':'image','path':'swift://~/c/image32'},
                                             {'name':'stdout','mode':'file'}]}]
                                """));
        assertThat(text)
                .contains(
                        "[fstab]\nchannel=/dev/image, mountpoint=/, access=ro, removable=no\n[args]\nargs = sort\n")
                .contains("channel=/dev/stdout, mode=file");
    }

    @Test
    void c33ASystemImageIsMountedAndHoldsPrograms() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'sort','exec':{'path':'file://sysimage1:bin/copy'},
                          'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout'},{'name':'sysimage1'}]}]
                        """);
        assertThat(text(answer)).isEqualTo("0123456789");
        assertThat(
                        text(
                                user.job(
                                        """
                                        [{'name':'sort','exec':{'path':'file://sysimage1:bin/nvram'},
                                          'devices':[{'name':'stdout'},{'name':'sysimage1'}]}]
                                        """)))
                .contains("channel=/dev/sysimage1, mountpoint=/, access=ro, removable=no\n");
        // Behind nvram come script, self and the image.
        assertThat(
                        text(
                                user.job(
                                        """
                                        [{'name':'sort','exec':{'path':'file://sysimage1:bin/second'},
                                          'devices':[{'name':'script','path':'swift://~/c/o'},
                                                     {'name':'stdout'},{'name':'sysimage1'}]}]
                                        """)))
                .isEqualTo("0123456789");
    }

    // ------------------------------------------------- images, scripts, attachment

    @Test
    void c42ImageObjectsAreInflatedForTheGuest() throws Exception {
        byte[] random = new byte[180 * 1024];
        new java.util.Random(42).nextBytes(random);
        for (byte[] data : new byte[][] {bytes("small"), random}) {
            byte[] image = tar(Map.of("data", data));
            // Neither name nor type decides, but the bytes do: the two are often declared as one
            // another.
            user.put("c/image42.gz", image, "Content-Type", "application/x-tar");
            assertThat(image42(".gz").body()).isEqualTo(image);
            for (String type : new String[] {"application/x-gzip", "application/gzip"}) {
                user.put("c/image42", gzip(image), "Content-Type", type);
                assertThat(image42("").body()).as(type).isEqualTo(image);
            }
        }
        byte[] whole = gzip(tar(Map.of("data", random)));
        byte[] damaged = whole.clone();
        damaged[whole.length - 6] ^= 1;
        for (byte[] broken : new byte[][] {Arrays.copyOf(whole, 100_000), damaged}) {
            user.put("c/image42", broken, "Content-Type", "application/x-gzip");
            HttpResponse<byte[]> answer = image42("");
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(text(answer))
                    .isEqualTo("Failed to inflate gzipped image /" + user.account() + "/c/image42");
        }
    }

    /** What a guest reads from its image device. */
    private static HttpResponse<byte[]> image42(String ending) throws Exception {
        return user.job(
                "[{'name':'n','exec':{'path':'swift://~/c/input'},'devices':[{'name':'image','path':'swift://~/c/image42%s'},{'name':'stdout'}]}]"
                        .formatted(ending));
    }

    @Test
    void c43AnyDeviceCanAttractTheSession() throws Exception {
        for (String attach : new String[] {"stdin", "stdout", "default"}) {
            HttpResponse<byte[]> answer =
                    user.job(
                            "[{'name':'n',%s,'attach':'%s','devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout'}]}]"
                                    .formatted(COPY, attach));
            assertThat(text(answer)).as(attach).isEqualTo("0123456789");
        }
        user.put(
                "c/image43", tar(Map.of("data", new byte[9])), "Content-Type", "application/x-tar");
        for (String attach : new String[] {"stdin", "image", "stdout", "default"}) {
            HttpResponse<byte[]> answer =
                    user.job(
                            """
                            [{'name':'n',%s,'attach':'%s',
                              'devices':[{'name':'stdin','path':'swift://~/c/o'},
                                         {'name':'image','path':'swift://~/c/image43'},
                                         {'name':'stdout','path':'swift://~/c_out1/attached-%s'}]}]
                            """
                                    .formatted(COPY, attach, attach));
            assertThat(answer.statusCode()).as(attach).isEqualTo(200);
            assertThat(text(user.get("c_out1/attached-" + attach))).isEqualTo("0123456789");
        }
    }

    @Test
    void c44And45AScriptRunsWithItsInterpreterOrSaysWhatIsWrong() throws Exception {
        // The interpreter shows its image, which is its channel before nvram.
        byte[] script = bytes("#!file://sysimage1:bin/nvram one\nanything\n");
        HttpResponse<byte[]> answer = post(script, "text/plain");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/plain");
        assertThat(header(answer, "X-Nexe-Retcode")).isEqualTo("0");
        try (TarArchiveInputStream image =
                new TarArchiveInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(image.getNextEntry().getName()).isEqualTo("script");
            assertThat(image.readAllBytes()).isEqualTo(script);
        }
        answer = post(bytes("#!swift://~/c/envwithinput one\nanything\n"), "text/plain");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(text(answer)).contains("args = script one script\n");
        assertThat(text(post(bytes("#!swift://~/c/nosuch\n"), "text/plain"))).contains("/c/nosuch");
        assertThat(post(bytes("#!swift://~/c/nosuch\n"), "text/plain").statusCode()).isEqualTo(404);
        HttpResponse<byte[]> bad = post(bytes("#!bin/sh\n"), "text/plain");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(text(bad)).contains("Bad interpreter bin/sh");
        assertThat(post(bytes("echo\n"), "text/plain").statusCode()).isEqualTo(400);
    }

    @Test
    void aScriptPostedToAnObjectReadsIt() throws Exception {
        HttpResponse<byte[]> answer =
                user.call(
                        "POST",
                        "/v1/" + user.account() + "/c/o",
                        bytes("#!file://sysimage1:bin/copy\n"),
                        "X-Zerovm-Execute",
                        "1.0",
                        "Content-Type",
                        "text/plain");
        assertThat(text(answer)).isEqualTo("0123456789");
    }

    // ------------------------------------------------------------------ wildcards

    @Test
    void c48Co_locatedNodesAreShownTogether() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'a','location':'here','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]},
                         {'name':'b','location':'here','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]},
                         {'name':'d','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]
                        """);
        String[] places = header(answer, "X-Nexe-Colocated").split(",");
        assertThat(places).hasSize(3);
        assertThat(places[0]).isEqualTo(places[1]).isNotEqualTo("0");
        assertThat(places[2]).isEqualTo("0");
        answer =
                user.job(
                        "[{'name':'n','count':3,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]");
        assertThat(header(answer, "X-Nexe-Colocated")).isEqualTo("0,0,0");
        answer =
                user.job(
                        """
                        [{'name':'w','location':'there','exec':{'path':'swift://~/c/copy'},
                          'devices':[{'name':'stdin','path':'swift://~/c_in1/in*'},{'name':'stdout'}]},
                         {'name':'d','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]
                        """);
        places = header(answer, "X-Nexe-Colocated").split(",");
        assertThat(places).hasSize(3);
        assertThat(places[0]).isEqualTo(places[1]).isNotEqualTo("0");
        assertThat(places[2]).isEqualTo("0");
    }

    @Test
    void c49WildcardsGiveOneNodeAnObjectInListingOrder() throws Exception {
        assertThat(text(user.job(wild("c_in1/in*", "")))).isEqualTo("c_in1/input1\nc_in1/input2\n");
        assertThat(text(user.job(wild("c_in*/*", ""))))
                .isEqualTo(
                        "c_in1/input1\nc_in1/input2\nc_in1/junk\nc_in2/input1\nc_in2/input2\nc_in2/junk\n");
        assertThat(text(user.job(wild("c_in*/in*", ""))).lines()).hasSize(4);
    }

    @Test
    void c50WildcardsAreSubstitutedIntoOutputs() throws Exception {
        user.job(wild("c_in1/in*", ",'path':'swift://~/c_out1/one*'"));
        assertThat(text(user.get("c_out1/oneput1"))).isEqualTo("c_in1/input1\n");
        assertThat(text(user.get("c_out1/oneput2"))).isEqualTo("c_in1/input2\n");
        HttpResponse<byte[]> answer =
                user.job(wild("c_in*/in*", ",'path':'swift://~/c_out*/out*'"));
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("sort-1,sort-2,sort-3,sort-4");
        assertThat(text(user.get("c_out1/output2"))).isEqualTo("c_in1/input2\n");
        assertThat(text(user.get("c_out2/output1"))).isEqualTo("c_in2/input1\n");
    }

    @Test
    void c51CountedNodesPutTheirNamesIntoOutputs() throws Exception {
        for (int replicate : new int[] {2, 0}) {
            HttpResponse<byte[]> answer =
                    user.job(
                            "[{'name':'sort','count':2,'replicate':%1$d,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout','path':'swift://~/c_out1/wout%1$d.*'}]}]"
                                    .formatted(replicate));
            assertThat(header(answer, "X-Nexe-System")).isEqualTo("sort-1,sort-2");
            for (String node : new String[] {"sort-1", "sort-2"}) {
                assertThat(text(user.get("c_out1/wout" + replicate + "." + node)))
                        .isEqualTo("hello, world");
            }
        }
    }

    @Test
    void c52AWildcardAndAFixedInputMeetInOneGroup() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'mapper','exec':{'path':'swift://~/c/toerr'},
                          'devices':[{'name':'input','path':'swift://~/c_in1/input*'},
                                     {'name':'stdin','path':'swift://~/c/o'},
                                     {'name':'stderr','path':'swift://~/c_out1/output*.err'}]},
                         {'name':'reducer','exec':{'path':'swift://~/c/hello'},
                          'devices':[{'name':'stderr','path':'swift://~/c_out1/*.err'}]}]
                        """);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("mapper-1,mapper-2,reducer");
        assertThat(text(user.get("c_out1/output1.err"))).isEqualTo("0123456789");
        assertThat(text(user.get("c_out1/output2.err"))).isEqualTo("0123456789");
        assertThat(text(user.get("c_out1/reducer.err"))).isEqualTo("\nfinished\n");
    }

    @Test
    void c53AContainerWildcardGivesEachContainerANode() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'n','exec':{'path':'swift://~/c/input'},
                          'devices':[{'name':'input','path':'swift://~/c_in*'},
                                     {'name':'stdout','path':'swift://~/c_out1/list_output*','content_type':'application/json'}]}]
                        """);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("n-1,n-2");
        for (String number : new String[] {"1", "2"}) {
            HttpResponse<byte[]> list = user.get("c_out1/list_output" + number);
            assertThat(header(list, "Content-Type")).isEqualTo("application/json");
            assertThat(text(list)).startsWith("SQLite format 3");
        }
    }

    @Test
    void c53AContainerIsReadAsADatabaseOfItsListing() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/input'},'devices':[{'name':'input','path':'swift://~/c_in1'},{'name':'stdout','content_type':'application/x-sqlite3'}]}]");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        Path database = folder.resolve("listing.db");
        Files.write(database, answer.body());
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT name, deleted FROM object ORDER BY name")) {
            StringBuilder names = new StringBuilder();
            while (rows.next()) {
                names.append(rows.getString(1)).append(' ').append(rows.getInt(2)).append('\n');
            }
            assertThat(names.toString()).isEqualTo("input1 0\ninput2 0\njunk 0\n");
        }
    }

    // --------------------------------------------------------------------- errors

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
            // A connection that ends half-way has nobody to whom 499 could be said.
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(user.get("c_out1/c54").statusCode()).isEqualTo(404);
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
    void aBodyWithoutATypeIsLookedAt() throws Exception {
        byte[] json = bytes(hello("{'name':'stdout'}").replace('\'', '"'));
        assertThat(text(post(json, "application/x-www-form-urlencoded"))).isEqualTo("hello, world");
        assertThat(text(post(tar(Map.of("boot/system.map", json)), "application/octet-stream")))
                .isEqualTo("hello, world");
    }

    // --------------------------------------------------------------- source, rights

    @Test
    void c68AJobFromAnObjectGetsTheBodyAsPayload() throws Exception {
        String map =
                "[{'name':'sort',%s,'devices':[{'name':'stdin'},{'name':'stdout','path':'swift://~/c_out1/payload'}]}]"
                        .formatted(COPY)
                        .replace('\'', '"');
        byte[] app = tar(Map.of("boot/system.map", bytes(map)));
        assertThat(post(app, "application/x-tar").statusCode()).isEqualTo(200);
        assertThat(user.get("c_out1/payload").body()).isEmpty();
        user.put("c/app", app, "Content-Type", "application/x-tar");
        user.put("c/app.json", bytes(map), "Content-Type", "application/json");
        for (String name : new String[] {"app", "app.json"}) {
            HttpResponse<byte[]> answer =
                    user.call(
                            "POST",
                            "/v1/" + user.account(),
                            bytes("payload of " + name),
                            "X-Zerovm-Execute",
                            "1.0",
                            "X-Zerovm-Source",
                            "swift://~/c/" + name);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(text(user.get("c_out1/payload"))).isEqualTo("payload of " + name);
        }
        assertThat(
                        user.call(
                                        "POST",
                                        "/v1/" + user.account(),
                                        new byte[0],
                                        "X-Zerovm-Execute",
                                        "1.0",
                                        "X-Zerovm-Source",
                                        "http://c/app")
                                .statusCode())
                .isEqualTo(412);
    }

    @Test
    void c73To75WhoMayRunAndReadIsSwiftsToSay() throws Exception {
        String foreign = "/v1/" + user.account();
        HttpResponse<byte[]> refused =
                other.call(
                        "POST",
                        foreign,
                        bytes(hello("{'name':'stdout'}").replace('\'', '"')),
                        "X-Zerovm-Execute",
                        "1.0",
                        "Content-Type",
                        "application/json");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(user.anonymous().job(hello("{'name':'stdout'}")).statusCode()).isEqualTo(401);
        assertThat(other.job(foreignHello("")).statusCode()).isEqualTo(403);
        share("c", "X-Container-Read", "a1:user1");
        try {
            assertThat(text(other.job(foreignHello("")))).isEqualTo("hello, world");
        } finally {
            share("c", "X-Container-Read", "");
        }
    }

    @Test
    void c76And78ForeignObjectsAreReadAndWrittenWithTheRightToAndElseNothingRuns()
            throws Exception {
        for (String container : new String[] {"exe76", "in76", "out76"}) {
            user.put(container, new byte[0]);
        }
        user.put("exe76/copy", TestGuests.copy(0, 1, 0));
        user.put("in76/o", bytes("foreign"));
        String job =
                """
                [{'name':'n','exec':{'path':'swift://%1$s/exe76/copy'},
                  'devices':[{'name':'stdin','path':'swift://%1$s/in76/o'},
                             {'name':'stdout','path':'swift://%1$s/out76/o'}]}]
                """
                        .formatted(user.account());
        share("exe76", "X-Container-Read", "a1:user1,a1:user2");
        HttpResponse<byte[]> unreadable = other.job(job);
        assertThat(unreadable.statusCode()).isEqualTo(403);
        assertThat(text(unreadable)).contains("/in76/o");
        share("in76", "X-Container-Read", "a1:user1,a1:user2");
        HttpResponse<byte[]> refused = other.job(job);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(text(refused)).contains("write to /" + user.account() + "/out76");
        assertThat(user.get("out76/o").statusCode()).isEqualTo(404);
        share("out76", "X-Container-Write", "a1:user1,a1:user2");
        // The refusal is remembered for that user for up to half a minute; nobody asked for this.
        Client third = Client.login(cluster.url(), "a1:user2", "key2");
        HttpResponse<byte[]> written = third.job(job);
        assertThat(written.statusCode()).as(text(written)).isEqualTo(200);
        assertThat(text(user.get("out76/o"))).isEqualTo("foreign");
    }

    @Test
    void c77AnOwnersInputProgramAndOutputMayEachLieElsewhere() throws Exception {
        for (String container : new String[] {"exe77", "in77", "out77"}) {
            user.put(container, new byte[0]);
        }
        user.put("exe77/copy", TestGuests.copy(0, 1, 0));
        user.put("in77/o", bytes("own"));
        String job =
                """
                [{'name':'n','exec':{'path':'swift://~/exe77/copy'},
                  'devices':[{'name':'stdin','path':'swift://~/in77/o'},
                             {'name':'stdout','path':'swift://~/%s/o'}]}]
                """;
        HttpResponse<byte[]> answer = user.job(job.formatted("out77"));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(text(user.get("out77/o"))).isEqualTo("own");
        // The place of the output is asked for before anything runs.
        answer = user.job(job.formatted("nowhere77"));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("X-Nexe-System")).isEmpty();
    }

    @Test
    void c79And80AProgramMayBeAnInputOfItself() throws Exception {
        user.put("c79", new byte[0], "X-Container-Read", "a1:user1");
        byte[] program = TestGuests.copy(0, 1, 0);
        user.put("c79/copy", program);
        HttpResponse<byte[]> answer =
                other.job(
                        "[{'name':'n','exec':{'path':'swift://%1$s/c79/copy'},'devices':[{'name':'stdin','path':'swift://%1$s/c79/copy'},{'name':'stdout'}]}]"
                                .formatted(user.account()));
        assertThat(answer.body()).isEqualTo(program);
        answer =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c79/copy'},'attach':'stdout','devices':[{'name':'input','path':'swift://~/c79/copy'},{'name':'stdin','path':'swift://~/c79/copy'},{'name':'stdout'}]}]");
        assertThat(answer.body()).isEqualTo(program);
    }

    private static String foreignHello(String output) {
        return "[{'name':'n','exec':{'path':'swift://%s/c/hello'},'devices':[{'name':'stdout'%s}]}]"
                .formatted(user.account(), output);
    }

    private static void share(String container, String header, String text) throws Exception {
        user.call("POST", "/v1/" + user.account() + "/" + container, new byte[0], header, text);
    }

    @Test
    void aRefererReadsWhatItsAclAllowsOnTheAgentsToo() throws Exception {
        user.put("ref", new byte[0], "X-Container-Read", ".r:.example.org,.rlistings");
        // A large object is not itself on any disk: it comes through Swift, in the caller's name.
        user.put("ref/s1", bytes("seg"));
        user.put("ref/s2", bytes("ments"));
        user.call(
                "PUT",
                "/v1/" + user.account() + "/ref/dlo",
                new byte[0],
                "X-Object-Manifest",
                "ref/s");
        String job =
                "[{'name':'n',%s,'devices':[{'name':'stdin','path':'swift://%s/ref/dlo'},{'name':'stdout'}]}]"
                        .formatted(COPY, user.account());
        other.put("c", new byte[0]);
        other.put("c/copy", TestGuests.copy(0, 1, 0));
        assertThat(other.job(job).statusCode()).isEqualTo(403);
        assertThat(text(other.job(job, "Referer", "http://www.example.org/page")))
                .isEqualTo("segments");
    }

    @Test
    void largeObjectsAreReadWholeByNameAndByWildcard() throws Exception {
        user.put("large", new byte[0]);
        user.put("parts", new byte[0]);
        user.put("parts/p1", bytes("one "));
        user.put("parts/p2", bytes("two"));
        user.call(
                "PUT",
                "/v1/" + user.account() + "/large/dlo",
                new byte[0],
                "X-Object-Manifest",
                "parts/p");
        user.call(
                "PUT",
                "/v1/" + user.account() + "/large/slo?multipart-manifest=put",
                bytes("[{\"path\":\"parts/p1\"},{\"path\":\"parts/p2\"}]"));
        user.put("large/xempty", new byte[0]);
        for (String device : new String[] {"stdin", "input"}) {
            String program = device.equals("stdin") ? "copy" : "input";
            for (String path : new String[] {"dlo", "slo", "*"}) {
                HttpResponse<byte[]> answer =
                        user.job(
                                "[{'name':'n','exec':{'path':'swift://~/c/%s'},'devices':[{'name':'%s','path':'swift://~/large/%s'},{'name':'stdout'}]}]"
                                        .formatted(program, device, path));
                assertThat(answer.statusCode()).as(path + ": " + text(answer)).isEqualTo(200);
                assertThat(text(answer))
                        .as(path)
                        .isEqualTo(path.equals("*") ? "one twoone two" : "one two");
            }
        }
    }

    // ------------------------------------------------------------------ what is new

    @Test
    void theReportTellsWhereAndWhyAndHowLong() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'n',%s,'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout'}]}]"
                                .formatted(COPY),
                        "X-Zerovm-Report",
                        "1");
        assertThat(header(answer, "Content-Type"))
                .isEqualTo("application/vnd.zerocloud.report+json");
        assertThat(text(answer)).contains("\"data\" : \"local\"").contains("\"milliseconds\"");
    }

    @Test
    void aRepeatedKeyGetsTheFirstRunsAnswer() throws Exception {
        String job = hello("{'name':'stdout'}");
        HttpResponse<byte[]> first = user.job(job, "X-Zerovm-Job-Key", "k1");
        HttpResponse<byte[]> second = user.job(job, "X-Zerovm-Job-Key", "k1");
        assertThat(header(second, "X-Zerocloud-Id")).isNotEqualTo(header(first, "X-Zerocloud-Id"));
        assertThat(header(second, "X-Zerovm-Job-Key-Repeated")).isEqualTo("1");
        assertThat(header(second, "X-Nexe-Cdr-Line")).isEqualTo(header(first, "X-Nexe-Cdr-Line"));
        assertThat(text(second)).isEqualTo("hello, world");
    }

    @Test
    void aStreamedAnswerComesInJobOrder() throws Exception {
        HttpResponse<byte[]> answer = user.job(wild("c_in*/in*", ""), "X-Zerovm-Stream", "1");
        assertThat(text(answer))
                .isEqualTo("c_in1/input1\nc_in1/input2\nc_in2/input1\nc_in2/input2\n");
    }

    @Test
    void nothingIsLeftAtTheAgents() throws Exception {
        user.job(hello("{'name':'stdout'}"));
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(cluster.agents())
                                        .allSatisfy(
                                                agent -> {
                                                    assertThat(agent.sessions()).isZero();
                                                    assertThat(agent.spoolBytes()).isZero();
                                                }));
    }

    // ------------------------------------------------------------------- helpers

    private static String hello(String devices) {
        return "[{'name':'hello','exec':{'path':'swift://~/c/hello'},'devices':[" + devices + "]}]";
    }

    private static String wild(String path, String output) {
        return "[{'name':'sort',%s,'devices':[{'name':'stdin','path':'swift://~/%s'},{'name':'stdout'%s}]}]"
                .formatted(COPY, path, output);
    }

    private static HttpResponse<byte[]> post(byte[] body, String type) throws Exception {
        return user.call(
                "POST",
                "/v1/" + user.account(),
                body,
                "X-Zerovm-Execute",
                "1.0",
                "Content-Type",
                type);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
