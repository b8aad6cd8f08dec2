package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Jobs from objects, and whose objects they may touch. */
class RightsCatalogueTest extends JobCatalogue {
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
}
