package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

/** What a guest sees: environment, arguments, mounts, images, scripts. */
class GuestCatalogueTest extends JobCatalogue {
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
}
