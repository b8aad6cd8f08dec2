package io.zerocloud.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.sandbox.guests.Guests;
import io.zerocloud.serve.Roles;
import io.zerocloud.swift.testing.RealSwift;
import io.zerocloud.swift.testing.RealSwiftExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the embedded store does not have: several storage policies, symbolic links, memcached,
 * {@code /endpoints}. Numbers are those of the catalogue of the original's tests.
 */
@ExtendWith(RealSwiftExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RealSwiftJobsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir private static Path folder;

    private final List<Roles> roles = new ArrayList<>();
    private String proxy = "";
    private String blind = "";
    private String swift = "";
    private String token = "";

    @BeforeAll
    void start(RealSwift real) throws Exception {
        URI auth = real.authUrl();
        swift = "http://" + auth.getHost() + ":" + auth.getPort();
        Path key = folder.resolve("cluster.key");
        Files.createFile(
                key,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, "0123456789abcdef".repeat(4));
        Path service = folder.resolve("service.key");
        Files.createFile(
                service,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(service, "testing2");
        StringBuilder agents = new StringBuilder();
        for (int i = 0; i < real.devices().size(); i++) {
            Roles node =
                    role(
                            "node" + i,
                            """
                            swift: {url: '%s', folder: '%s'}
                            cluster: {key_file: '%s'}
                            node: {name: node%d, listen: '127.0.0.1:0', devices: ['%s'], work: '%s', slots: 2, pool: 1}
                            """
                                    .formatted(
                                            swift,
                                            real.swiftDir(),
                                            key,
                                            i,
                                            real.devices().get(i),
                                            folder.resolve("work" + i)));
            agents.append(
                    "    - {name: node%d, url: 'http://%s', nodes: ['%s']}\n"
                            .formatted(i, address(node), real.nodeAddresses().get(i)));
        }
        String common =
                """
                swift:
                  url: %s
                  folder: %%s
                  service_user: test2:tester2
                  service_auth: %s
                  service_key_file: %s
                %%s
                cluster: {key_file: '%s'}
                proxy:
                  listen: 127.0.0.1:0
                  work: %%s
                  agents:
                %s
                """
                        .formatted(swift, auth, service, key, agents);
        proxy =
                "http://"
                        + address(
                                role(
                                        "proxy",
                                        common.formatted(
                                                real.swiftDir(),
                                                "  memcached: " + memcached(real),
                                                folder.resolve("p1"))));
        Path nothing = Files.createDirectories(folder.resolve("no rings"));
        blind =
                "http://"
                        + address(
                                role(
                                        "blind",
                                        common.formatted(
                                                        "'" + nothing + "'",
                                                        "",
                                                        folder.resolve("p2"))
                                                + "jobs: {standalone_policy: silver}\n"));
        token = login("test:tester", "testing");
        put("/jobs", new byte[0]);
        put("/jobs silver", new byte[0], "X-Storage-Policy", "silver");
        put("/jobs/copy", copy(0));
        put("/jobs%20silver/copy", copy(0));
        put("/jobs/env", copy(3));
        put("/jobs/o", "gold".getBytes(UTF_8));
        put("/jobs%20silver/o", "silver".getBytes(UTF_8));
    }

    @AfterAll
    void stop() {
        roles.reversed().forEach(Roles::close);
    }

    @Test
    void c9To11And17ThePolicyIsThatOfTheAttachedInputAndElseTheDefault() throws Exception {
        HttpResponse<String> answer =
                job(
                        proxy,
                        "[{'name':'n','exec':{'path':'swift://~/jobs/copy'},'devices':[{'name':'stdin','path':'swift://~/jobs/o'},{'name':'stdout','path':'swift://~/jobs silver/c9'}]}]");
        assertThat(header(answer, "X-Nexe-Policy")).isEqualTo("gold");
        assertThat(get("/jobs%20silver/c9")).isEqualTo("gold");
        answer = job(proxy, reads("jobs silver/copy", "jobs/o"));
        assertThat(answer.body()).isEqualTo("gold");
        assertThat(header(answer, "X-Nexe-Policy")).isEqualTo("gold");
        answer = job(proxy, reads("jobs/copy", "jobs silver/o"));
        assertThat(answer.body()).isEqualTo("silver");
        assertThat(header(answer, "X-Nexe-Policy")).isEqualTo("silver");
        String alone =
                "[{'name':'n','exec':{'path':'swift://~/jobs/env'},'devices':[{'name':'stdout'}]}]";
        assertThat(header(job(proxy, alone), "X-Nexe-Policy")).isEqualTo("gold");
        assertThat(header(job(blind, alone), "X-Nexe-Policy")).isEqualTo("silver");
    }

    @Test
    void aGuestKnowsItsUserIfMemcachedDoes() throws Exception {
        String environment =
                "[{'name':'n','exec':{'path':'swift://~/jobs/env'},'devices':[{'name':'stdout'}]}]";
        assertThat(job(proxy, environment).body())
                .contains("name=REMOTE_USER, value=test\\x2ctest:tester\\x2cAUTH_test");
        assertThat(job(blind, environment).body()).doesNotContain("REMOTE_USER");
    }

    @Test
    void aProxyWithoutRingsAsksSwiftWhereObjectsLie() throws Exception {
        JsonNode report = report(blind, reads("jobs/copy", "jobs/o"));
        assertThat(report.at("/nodes/0/data").asText()).isEqualTo("local");
    }

    @Test
    void theTargetOfASymbolicLinkIsReadWhereItLies() throws Exception {
        put("/jobs/link", new byte[0], "X-Symlink-Target", "jobs%20silver/o");
        assertThat(job(proxy, reads("jobs/copy", "jobs/link")).body()).isEqualTo("silver");
        JsonNode report = report(proxy, reads("jobs/copy", "jobs/link"));
        assertThat(report.at("/nodes/0/data").asText()).isEqualTo("local");
    }

    @Test
    void whatIsNotItselfOnDiskIsReadThroughSwiftByNameAndByWildcard() throws Exception {
        put("/large", new byte[0]);
        put("/parts", new byte[0]);
        put("/parts/p1", "one ".getBytes(UTF_8));
        put("/parts/p2", "two".getBytes(UTF_8));
        put("/large/dlo", new byte[0], "X-Object-Manifest", "parts/p");
        put("/large/link", new byte[0], "X-Symlink-Target", "parts/p2");
        put(
                "/large/slo?multipart-manifest=put",
                "[{\"path\":\"parts/p1\"},{\"path\":\"parts/p2\"}]".getBytes(UTF_8));
        for (Map.Entry<String, String> path :
                Map.of("dlo", "one two", "link", "two", "slo", "one two", "*", "one twotwoone two")
                        .entrySet()) {
            HttpResponse<String> answer = job(proxy, reads("jobs/copy", "large/" + path.getKey()));
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            assertThat(answer.body()).as(path.getKey()).isEqualTo(path.getValue());
        }
    }

    @Test
    void anAppIsOpenedThroughTheServiceUserAndNoLinkLeadsOutOfItsContainer() throws Exception {
        for (String container : new String[] {"opened", "private"}) {
            put(
                    "/" + container,
                    new byte[0],
                    "X-Container-Read",
                    "test2:tester2",
                    "X-Container-Meta-Zerovm-Suid",
                    "test:tester3",
                    "X-Container-Meta-Rest-Endpoint",
                    "swift://AUTH_test/" + container + "/app");
        }
        put("/opened/copy", copy(0));
        put("/opened/o", "open to the app".getBytes(UTF_8));
        put("/private/o", "open to another app".getBytes(UTF_8));
        put("/opened/link", new byte[0], "X-Symlink-Target", "private/o");
        String stranger = login("test:tester3", "testing3");
        for (String object : new String[] {"o", "link"}) {
            put(
                    "/opened/app",
                    reads("opened/copy", "opened/" + object).replace('\'', '"').getBytes(UTF_8),
                    "Content-Type",
                    "application/json");
            HttpResponse<String> answer =
                    HTTP.send(
                            HttpRequest.newBuilder(URI.create(proxy + "/v1/AUTH_test"))
                                    .header("X-Auth-Token", stranger)
                                    .header("X-Zerovm-Execute", "1.0")
                                    .header("X-Zerovm-Source", "swift://AUTH_test/opened/app")
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (object.equals("o")) {
                assertThat(answer.body()).isEqualTo("open to the app");
            } else {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
            }
        }
    }

    // ---------------------------------------------------------------------- helpers

    private Roles role(String name, String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        Roles started = Roles.start(file, Map.of());
        roles.add(started);
        return started;
    }

    /** The last word of the line that says where a role listens. */
    private static String address(Roles role) {
        String line = role.listening().getFirst();
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    private static String memcached(RealSwift real) throws IOException {
        Matcher line =
                Pattern.compile("memcache_servers = (\\S+)")
                        .matcher(Files.readString(real.swiftDir().resolve("internal-client.conf")));
        assertThat(line.find()).isTrue();
        return line.group(1);
    }

    private static byte[] copy(int from) throws IOException {
        return Guests.assemble(
                Files.readString(Path.of("../middleware/src/test/guests/copy.s")),
                "FROM=" + from,
                "TO=1",
                "CODE=0");
    }

    private static String reads(String program, String input) {
        return "[{'name':'n','exec':{'path':'swift://~/%s'},'devices':[{'name':'stdin','path':'swift://~/%s'},{'name':'stdout'}]}]"
                .formatted(program, input);
    }

    private String login(String user, String key) throws Exception {
        HttpResponse<String> answer =
                HTTP.send(
                        HttpRequest.newBuilder(URI.create(swift + "/auth/v1.0"))
                                .header("X-Auth-User", user)
                                .header("X-Auth-Key", key)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.headers().firstValue("X-Auth-Token").orElseThrow();
    }

    private void put(String path, byte[] bytes, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(swift + "/v1/AUTH_test" + path.replace(" ", "%20")))
                        .header("X-Auth-Token", token)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> answer =
                HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isIn(201, 202);
    }

    private String get(String path) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(swift + "/v1/AUTH_test" + path))
                                .header("X-Auth-Token", token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpResponse<String> job(String at, String json, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(at + "/v1/AUTH_test"))
                        .header("X-Auth-Token", token)
                        .header("X-Zerovm-Execute", "1.0")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode report(String at, String json) throws Exception {
        return JSON.readTree(job(at, json, "X-Zerovm-Report", "1").body());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
