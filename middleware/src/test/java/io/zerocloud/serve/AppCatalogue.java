package io.zerocloud.serve;

import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zerocloud.swift.store.StoreUser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster with stored apps, for what they can do. Numbers are the catalogue's, as in {@link
 * JobCatalogue}.
 */
@Timeout(180)
abstract class AppCatalogue {
    /** The sorter's stand-in: payload to answer. */
    static final String COPY =
            "[{'name':'sort','exec':{'path':'swift://~/c/copy'},'devices':[{'name':'stdin'},{'name':'stdout','content_type':'text/plain'}]}]";

    @TempDir static Path folder;

    static EmbeddedCluster cluster;
    static Client user;
    static Client other;

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

    static final String NEXE = "application/x-nexe";

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** A container with an app that copies its object {@code in}, opened by its owner. */
    static void opened(String container, String suid, String appContainer) throws Exception {
        user.put(container, new byte[0]);
        user.put(container + "/copy", TestGuests.copy(0, 1, 0));
        user.put(container + "/in", bytes("mine"));
        app(
                container + "/app",
                "[{'name':'n','exec':{'path':'swift://~/%1$s/copy'},'devices':[{'name':'stdin','path':'swift://~/%1$s/in'},{'name':'stdout'}]}]"
                        .formatted(container));
        endpoint(container, appContainer + "/app", suid);
    }

    static void endpoint(String container, String app, String suid) throws Exception {
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
    static HttpResponse<byte[]> source(Client caller, String container, String output)
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

    static String path(String rest) {
        return "/v1/" + user.account() + "/" + rest;
    }

    static String one(String program, String type) {
        return "[{'name':'n','exec':{'path':'swift://~/%s'},'devices':[{'name':'stdout','content_type':'%s'}]}]"
                .formatted(program, type);
    }

    static String chained(String type, String job) {
        return "HTTP/1.1 200 OK\nContent-Type: "
                + type
                + "\nX-Zerovm-Execute: 1.0\n\n"
                + job.replace('\'', '"');
    }

    static void app(String path, String job) throws IOException, InterruptedException {
        user.put(
                path,
                JobCatalogue.tar(Map.of("boot/system.map", json(job))),
                "Content-Type",
                "application/x-tar");
    }

    static byte[] json(String job) {
        return bytes(job.replace('\'', '"'));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
