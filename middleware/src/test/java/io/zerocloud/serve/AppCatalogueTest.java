package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zerocloud.swift.store.StoreUser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stored apps: opened by URL, called through a container's endpoint, chained, deferred, and run by
 * those to whom their owner opened them. Numbers are the catalogue's, as in {@link
 * JobCatalogueTest}.
 */
@Timeout(180)
class AppCatalogueTest {
    /** The sorter's stand-in: payload to answer. */
    private static final String COPY =
            "[{'name':'sort','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'},{'name':'stdout','content_type':'text/plain'}]}]";

    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;
    private static Client other;

    @BeforeAll
    static void start() throws Exception {
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder.resolve("cluster"))
                                .withUsers(
                                        List.of(
                                                StoreUser.admin("a", "user", "key"),
                                                StoreUser.admin("a1", "user1", "key1")))
                                .withJobs(
                                        settings ->
                                                settings.withTimes(
                                                        Duration.ofDays(1),
                                                        Duration.ofMillis(1),
                                                        Duration.ofMinutes(2))));
        user = Client.login(cluster.url(), "a:user", "key");
        other = Client.login(cluster.url(), "a1:user1", "key1");
        for (String container : new String[] {"c", "api", ".zvm", "out"}) {
            user.put(container, new byte[0]);
        }
        user.put("c/o", bytes("0123456789"), "Content-Type", "application/octet-stream");
        user.put("c/copy", TestGuests.copy(0, 1, 0), "Content-Type", NEXE);
        user.put("c/hello", TestGuests.says("hello, world", "", 0), "Content-Type", NEXE);
        user.put("c/hello.nexe", TestGuests.says("hello, world", "", 0), "Content-Type", NEXE);
        // Behind the image that an app is comes the channel that tells it its environment.
        user.put("c/env", TestGuests.copy(4, 1, 0), "Content-Type", NEXE);
        user.put("c/spin", TestGuests.named("spin"));
        app("c/app", COPY);
        app("c/envapp", one("c/env", "text/plain"));
    }

    private static final String NEXE = "application/x-nexe";

    @AfterAll
    static void stop() {
        cluster.close();
    }

    // -------------------------------------------------------------------- GET, open

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
                JobCatalogueTest.tar(Map.of("x", new byte[9])),
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

    // -------------------------------------------------------------------------- api

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

    // ------------------------------------------------------------------------ chain

    @Test
    void c69And71AJobThatAnswersWithAJobIsFollowedByIt() throws Exception {
        String second =
                "[{'name':'second','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'},{'name':'stdout','content_type':'text/x-last'}]}]";
        user.put("c/first", TestGuests.says(chained("application/json", second), "", 0));
        app("c/chain", one("c/first", "message/http"));
        HttpResponse<byte[]> answer =
                user.call("POST", "/open/" + user.account() + "/c/chain", bytes("kept for it"));
        assertThat(text(answer)).isEqualTo("kept for it");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/x-last");
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("second");
        assertThat(Double.parseDouble(header(answer, "X-Chain-Total-Time"))).isPositive();

        answer = user.job(one("c/first", "message/http"));
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("second");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void c72AnEndpointsChainStoresThePayload() throws Exception {
        user.put("stored72", new byte[0]);
        String second =
                "[{'name':'second','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'},{'name':'stdout','path':'swift://~/stored72/my_object','content_type':'text/x-72'}]}]";
        user.put("c/first72", TestGuests.says(chained("application/json", second), "", 0));
        app("c/chain72", one("c/first72", "message/http"));
        user.put("api72", new byte[0]);
        endpoint("api72", "c/chain72", "");
        for (String payload : new String[] {"once", "twice"}) {
            HttpResponse<byte[]> answer =
                    user.call("PUT", "/api/" + user.account() + "/api72/my_object", bytes(payload));
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(header(answer, "X-Nexe-System")).isEqualTo("second");
            HttpResponse<byte[]> stored = user.get("stored72/my_object");
            assertThat(text(stored)).isEqualTo(payload);
            assertThat(header(stored, "Content-Type")).isEqualTo("text/x-72");
        }
    }

    @Test
    void anAnswerThatIsNoJobEndsTheChain() throws Exception {
        user.put("c/typed", TestGuests.says(chained("application/json; a=b", COPY), "", 0));
        HttpResponse<byte[]> answer = user.job(one("c/typed", "message/http"));
        assertThat(text(answer)).isEqualTo(new String(json(COPY), UTF_8));
        user.put("c/nojson", TestGuests.says(chained("application/json", "no"), "", 0));
        answer = user.job(one("c/nojson", "message/http"));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(text(answer)).startsWith("Could not parse system map");
    }

    @Test
    void c70AnEndlessChainEndsWithItsTime(@TempDir Path directory) throws Exception {
        try (EmbeddedCluster small =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(directory)
                                .withNodes(1, 2)
                                .withJobs(
                                        settings ->
                                                settings.withTimes(
                                                        Duration.ofDays(1),
                                                        Duration.ofSeconds(10),
                                                        Duration.ofMillis(20))))) {
            Client tester = Client.login(small.url(), "test:tester", "testing");
            tester.put("c", new byte[0]);
            String again = one("c/loop", "message/http");
            tester.put("c/loop", TestGuests.says(chained("application/json", again), "", 0));
            HttpResponse<byte[]> answer = tester.job(again);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(json(again));
            assertThat(Double.parseDouble(header(answer, "X-Chain-Total-Time")))
                    .isGreaterThanOrEqualTo(0.02);
        }
    }

    // --------------------------------------------------------------------- deferred

    @Test
    void c46ADeferredJobsResultIsAnObject() throws Exception {
        String slow =
                "[{'name':'n','exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";
        HttpResponse<byte[]> answer =
                user.job(slow, "X-Zerovm-Deferred", "auto", "X-Zerovm-Timeout", "4");
        assertThat(answer.statusCode()).isEqualTo(200);
        String url = text(answer);
        assertThat(url).startsWith("swift://" + user.account() + "/.zvm/job-");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("x-nexe"));
        String path = url.substring(("swift://" + user.account() + "/").length());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.get(path + ".headers").statusCode() == 200);
        assertThat(text(user.get(path))).contains("retcode=Timed out");
        assertThat(text(user.get(path + ".headers")))
                .contains("\"Status\":\"500\"", "\"X-Nexe-System\":\"n\"");
    }

    @Test
    void c47ADeferredJobsResultIsStoredWhereItWasPosted() throws Exception {
        String slow =
                "[{'name':'n','exec':{'path':'swift://~/c/spin'},'devices':[{'name':'stdout'}]}]";
        HttpResponse<byte[]> answer = deferred("jobs47/my_job", slow, "auto");
        assertThat(text(answer)).isEqualTo("swift://" + user.account() + "/jobs47/my_job");
        assertThat(user.get("jobs47").statusCode()).as("made for it").isIn(200, 204);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.get("jobs47/my_job.headers").statusCode() == 200);
        assertThat(text(user.get("jobs47/my_job"))).contains("retcode=Timed out");

        answer = deferred("jobs/my_job", one("c/hello", "text/x-mine"), "always");
        assertThat(text(answer)).isEqualTo("swift://" + user.account() + "/jobs/my_job");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.get("jobs/my_job.headers").statusCode() == 200);
        HttpResponse<byte[]> result = user.get("jobs/my_job");
        assertThat(text(result)).isEqualTo("hello, world");
        assertThat(header(result, "Content-Type")).isEqualTo("text/x-mine");
    }

    private static HttpResponse<byte[]> deferred(String path, String job, String when)
            throws Exception {
        return user.call(
                "POST",
                path(path),
                json(job),
                "X-Zerovm-Execute",
                "1.0",
                "Content-Type",
                "application/json",
                "X-Zerovm-Timeout",
                "4",
                "X-Zerovm-Deferred",
                when);
    }

    @Test
    void aDeferredJobThatIsRefusedSaysSoAtOnce() throws Exception {
        assertThat(user.job("[]", "X-Zerovm-Deferred", "always").statusCode()).isEqualTo(400);
        assertThat(
                        other.call(
                                        "POST",
                                        "/v1/" + user.account() + "/out/x",
                                        json(one("c/hello", "a/b")),
                                        "X-Zerovm-Execute",
                                        "1.0",
                                        "X-Zerovm-Deferred",
                                        "always")
                                .statusCode())
                .isEqualTo(403);
    }

    // ---------------------------------------------------------------------- set-uid

    @Test
    void c81To84AnAppRunsForThoseToWhomItsContainerIsOpen() throws Exception {
        for (Client caller : List.of(other, user.anonymous())) {
            String to = caller == other ? "a1:user1" : ".r:*,.rlistings";
            String tag = caller == other ? "u" : "n";
            opened("auth" + tag, to, "auth" + tag);
            opened("shared" + tag, to, "auth" + tag);
            opened("closed" + tag, "", "auth" + tag);
            opened("elsewhere" + tag, to, "nowhere");
            String container = "auth" + tag;
            HttpResponse<byte[]> answer = source(caller, container, container + "/result");
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(text(user.get(container + "/result"))).isEqualTo("mine");
            assertThat(source(caller, container, "shared" + tag + "/result").statusCode())
                    .isEqualTo(200);
            assertThat(text(user.get("shared" + tag + "/result"))).isEqualTo("mine");
            int refused = caller == other ? 403 : 401;
            for (String closed : new String[] {"closed", "elsewhere"}) {
                String output = closed + tag + "/result";
                assertThat(source(caller, container, output).statusCode())
                        .as(output)
                        .isEqualTo(refused);
                assertThat(user.get(output).statusCode()).isEqualTo(404);
            }
            // Opened for the app, not for the caller.
            assertThat(caller.call("GET", path(container + "/in"), new byte[0]).statusCode())
                    .isEqualTo(refused);
            assertThat(source(caller, "closed" + tag, "closed" + tag + "/x").statusCode())
                    .isEqualTo(refused);
            assertThat(source(caller, "elsewhere" + tag, "elsewhere" + tag + "/x").statusCode())
                    .isEqualTo(refused);
        }
    }

    @Test
    void c86To92AnEndpointRunsForThoseToWhomItsContainerIsOpen() throws Exception {
        for (Client caller : List.of(other, user.anonymous())) {
            String tag = caller == other ? "api1" : "api2";
            opened(tag, caller == other ? "a1:user1" : ".r:*,.rlistings", tag);
            HttpResponse<byte[]> answer =
                    caller.call("DELETE", "/api/" + user.account() + "/" + tag, new byte[0]);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(text(answer)).isEqualTo("mine");
        }
        opened("api3", "", "api3");
        assertThat(
                        user.call("DELETE", "/api/" + user.account() + "/api3", new byte[0])
                                .statusCode())
                .isEqualTo(200);
        assertThat(
                        other.call("DELETE", "/api/" + user.account() + "/api3", new byte[0])
                                .statusCode())
                .isIn(403, 404);
    }

    @Test
    void c93To102AChainedJobHasTheRightsOfItsApp() throws Exception {
        opened("chain1", "a1:user1", "chain1");
        opened("chain2", "a1:user1", "chain1");
        opened("chain3", "", "chain1");
        for (String container : new String[] {"chain2", "chain3"}) {
            String second =
                    "[{'name':'n','exec':{'path':'swift://~/chain1/copy'},'devices':[{'name':'stdin','path':'swift://~/%s/in'},{'name':'stdout'}]}]"
                            .formatted(container);
            user.put("chain1/first", TestGuests.says(chained("application/json", second), "", 0));
            app("chain1/app", one("chain1/first", "message/http"));
            HttpResponse<byte[]> answer =
                    other.call(
                            "POST",
                            "/v1/" + user.account(),
                            new byte[0],
                            "X-Zerovm-Execute",
                            "1.0",
                            "X-Zerovm-Source",
                            "swift://" + user.account() + "/chain1/app");
            if (container.equals("chain2")) {
                assertThat(text(answer)).isEqualTo("mine");
            } else {
                assertThat(answer.statusCode()).isEqualTo(403);
            }
        }
    }

    @Test
    void anAppOfOnesOwnDoesNotSpendAnothersSlots() throws Exception {
        other.put("mine", new byte[0]);
        other.put("mine/hello", TestGuests.says("spent", "", 0));
        String app =
                "[{'name':'n','exec':{'path':'swift://%s/mine/hello'},'devices':[{'name':'stdout'}]}]"
                        .formatted(other.account());
        other.put("mine/app", json(app), "Content-Type", "application/json");
        other.call(
                "POST",
                "/v1/" + other.account() + "/mine",
                new byte[0],
                "X-Container-Meta-Rest-Endpoint",
                "swift://" + other.account() + "/mine/app",
                "X-Container-Meta-Zerovm-Suid",
                "a1:user1",
                "X-Container-Read",
                "zerocloud:service");
        assertThat(
                        other.call(
                                        "POST",
                                        "/v1/" + user.account(),
                                        new byte[0],
                                        "X-Zerovm-Execute",
                                        "1.0",
                                        "X-Zerovm-Source",
                                        "swift://" + other.account() + "/mine/app")
                                .statusCode())
                .isEqualTo(403);
    }

    // ----------------------------------------------------------------------- origin

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

    // ---------------------------------------------------------------------- helpers

    /** A container with an app that copies its object {@code in}, opened by its owner. */
    private static void opened(String container, String suid, String appContainer)
            throws Exception {
        user.put(container, new byte[0]);
        user.put(container + "/copy", TestGuests.copy(0, 1, 0));
        user.put(container + "/in", bytes("mine"));
        app(
                container + "/app",
                "[{'name':'n','exec':{'path':'swift://~/%1$s/copy'},'devices':[{'name':'stdin','path':'swift://~/%1$s/in'},{'name':'stdout'}]}]"
                        .formatted(container));
        endpoint(container, appContainer + "/app", suid);
    }

    private static void endpoint(String container, String app, String suid) throws Exception {
        user.call(
                "POST",
                path(container),
                new byte[0],
                "X-Container-Meta-Rest-Endpoint",
                "swift://" + user.account() + "/" + app,
                "X-Container-Meta-Zerovm-Suid",
                suid,
                "X-Container-Read",
                "zerocloud:service",
                "X-Container-Write",
                "zerocloud:service");
    }

    /** Runs a container's app, changed so that it stores its output, as another. */
    private static HttpResponse<byte[]> source(Client caller, String container, String output)
            throws Exception {
        app(
                container + "/app",
                "[{'name':'n','exec':{'path':'swift://~/%1$s/copy'},'devices':[{'name':'stdin','path':'swift://~/%1$s/in'},{'name':'stdout','path':'swift://~/%2$s'}]}]"
                        .formatted(container, output));
        return caller.call(
                "POST",
                "/v1/" + user.account(),
                new byte[0],
                "X-Zerovm-Execute",
                "1.0",
                "X-Zerovm-Source",
                "swift://" + user.account() + "/" + container + "/app");
    }

    private static String path(String rest) {
        return "/v1/" + user.account() + "/" + rest;
    }

    private static String one(String program, String type) {
        return "[{'name':'n','exec':{'path':'swift://~/%s'},'devices':[{'name':'stdout','content_type':'%s'}]}]"
                .formatted(program, type);
    }

    private static String chained(String type, String job) {
        return "HTTP/1.1 200 OK\nContent-Type: "
                + type
                + "\nX-Zerovm-Execute: 1.0\n\n"
                + job.replace('\'', '"');
    }

    private static void app(String path, String job) throws IOException, InterruptedException {
        user.put(
                path,
                JobCatalogueTest.tar(Map.of("boot/system.map", json(job))),
                "Content-Type",
                "application/x-tar");
    }

    private static byte[] json(String job) {
        return bytes(job.replace('\'', '"'));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
