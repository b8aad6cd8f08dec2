package io.zerocloud.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.cluster.ClusterUser.Answer;
import io.zerocloud.serve.Roles;
import io.zerocloud.swift.testing.RealSwift;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cases on servers that run on this machine, and what needs Keystone, encryption or memcached.
 */
@Timeout(300)
class RealClusterIT extends ClusterCases {
    @TempDir private static Path work;

    private static RealSwift swift;
    private static ClusterUser tester;

    @BeforeAll
    @Timeout(600)
    static void start() throws Exception {
        swift = RealSwift.start("--zerocloud", "--keystone", "--encryption");
        tester = ClusterUser.tempAuth(swift.zerocloudAuthUrl(), "test:tester", "testing");
        givePrograms(tester, work);
    }

    @AfterAll
    static void stop() throws Exception {
        if (swift != null) {
            swift.close();
            assertThat(swift.folder()).doesNotExist();
        }
    }

    @Override
    protected URI authUrl() {
        return swift.zerocloudAuthUrl();
    }

    @Override
    protected ClusterUser tester() {
        return tester;
    }

    @Override
    protected Path work() {
        return work;
    }

    @Override
    protected Optional<URI> keystoneUrl() {
        return Optional.of(swift.keystoneUrl());
    }

    @Override
    protected boolean diskHolds(String agent, String text) throws IOException {
        int node = Integer.parseInt(agent.substring("node".length()));
        try (Stream<Path> files = Files.walk(swift.devices().get(node - 1))) {
            return files.filter(file -> file.toString().endsWith(".data"))
                    .anyMatch(file -> content(file).equals(text));
        }
    }

    @Test
    void encryptedObjectsAreReadThroughSwiftWhichDecryptsThem() throws Exception {
        ClusterUser encrypting =
                tester.at(swift.encryptionAuthUrl().getAuthority())
                        .put("secrets", "")
                        .put("secrets/a.txt", "not to be found on any disk");
        assertThat(encrypting.send("GET", "secrets/a.txt", new byte[0]).body())
                .isEqualTo("not to be found on any disk");
        String named = Jobs.copy("swift://~/secrets/a.txt");
        assertThat(tester.job(named).expect(200).body()).isEqualTo("not to be found on any disk");
        // Listings of encrypted containers give the plain text's ETag too.
        assertThat(tester.job(Jobs.copy("swift://~/secrets/*.txt")).expect(200).body())
                .isEqualTo("not to be found on any disk");
        assertThat(tester.report(named))
                .allMatch(ran -> ran.data().equals("through Swift: encrypted"));
    }

    @Test
    void usersOfKeystoneRunJobsInTheirProject() throws Exception {
        URI keystone = swift.keystoneUrl();
        ClusterUser user = ClusterUser.keystone(keystone, "tester", "testing");
        assertThat(user.account()).startsWith("KEY_");
        givePrograms(user, work);
        user.put("texts", "").put("texts/a", "kept by Keystone's user");
        user.put("coded", "", "X-Storage-Policy", "ec22").put("coded/b", ", far away");
        assertThat(user.job(Jobs.copy("swift://~/texts/a")).expect(200).body())
                .isEqualTo("kept by Keystone's user");
        assertThat(user.job(Jobs.copy("swift://~/coded/b")).expect(200).body())
                .as("the agent reads it with the user's token")
                .isEqualTo(", far away");
        ClusterUser guest = ClusterUser.keystone(keystone, "guest", "guest");
        Answer refused = guest.job(Jobs.copy("swift://~/texts/a"));
        assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    }

    @Test
    void aServiceUserOfKeystoneOpensAnAppToThoseWhomItsOwnerNames() throws Exception {
        URI keystone = swift.keystoneUrl();
        ClusterUser owner = ClusterUser.keystone(keystone, "tester", "testing");
        ClusterUser guest = ClusterUser.keystone(keystone, "guest", "guest");
        String container = "swift://" + owner.account() + "/opened";
        owner.put(
                "opened",
                "",
                "X-Container-Read",
                "service:zerocloud",
                "X-Container-Meta-Zerovm-Suid",
                "test:guest",
                "X-Container-Meta-Rest-Endpoint",
                container + "/app");
        owner.put("opened/copy", Guests.copier(work)).put("opened/env", Guests.environment(work));
        owner.put("opened/o", "open to the app");
        owner.put(
                "opened/app",
                """
                [{"name": "copy", "exec": {"path": "%1$s/copy"},
                  "devices": [{"name": "stdin", "path": "%1$s/o"}, {"name": "stdout"}]},
                 {"name": "env", "exec": {"path": "%1$s/env"}, "devices": [{"name": "stdout"}]}]
                """
                        .formatted(container),
                "Content-Type",
                "application/json");
        assertThat(guest.send("GET", "opened/o", new byte[0]).status()).isEqualTo(403);
        Path key = work.resolve("service.key");
        Files.createFile(
                key,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, "zerocloud");
        String config =
                Files.readString(swift.folder().resolve("zerocloud/zerocloud.yaml"))
                        .replaceFirst("listen: .*", "listen: 127.0.0.1:0")
                        .replaceFirst("work: .*", "work: " + work.resolve("serving"))
                        .replaceFirst(
                                "swift:\n",
                                """
                                swift:
                                  keystone: %1$s
                                  service_user: zerocloud
                                  service_project: service
                                  service_auth: %1$s
                                  service_key_file: %2$s
                                """
                                        .formatted(keystone, key));
        Path file = Files.writeString(work.resolve("serving.yaml"), config);
        try (Roles roles = Roles.start(file, Map.of())) {
            String line = roles.listening().getFirst();
            String at = line.substring(line.lastIndexOf(' ') + 1);
            Answer opened = open(guest.at(at), container + "/app");
            assertThat(opened.status()).as(opened.body()).isEqualTo(200);
            assertThat(opened.body())
                    .startsWith("open to the app")
                    .contains("name=REMOTE_USER, value=test\\x2ctest:guest");
            // The owner alone says who: with another name in the container's text it is over.
            owner.send(
                    "POST", "opened", new byte[0], "X-Container-Meta-Zerovm-Suid", "test:nobody");
        }
        try (Roles roles = Roles.start(file, Map.of())) {
            String line = roles.listening().getFirst();
            String at = line.substring(line.lastIndexOf(' ') + 1);
            Answer closed = open(guest.at(at), container + "/app");
            assertThat(closed.status()).as(closed.body()).isEqualTo(403);
        }
    }

    @Test
    void aTokenThatEndsDuringTheRunStoresNothing() throws Exception {
        // No other test uses this user: TempAuth gives one token to all logins of a user.
        ClusterUser owner = ClusterUser.tempAuth(swift.zerocloudAuthUrl(), "admin:admin", "admin");
        owner.put("programs", "").put("programs/late", Guests.late(work)).put("results", "");
        Path head = work.resolve("late.head");
        Process curl = owner.stream(Jobs.late("swift://~/results/late"), head);
        try (BufferedReader output = curl.inputReader()) {
            assertThat(output.readLine()).isEqualTo("begun");
            forget(owner.token());
            assertThat(output.readAllAsString()).isEmpty();
        }
        assertThat(curl.waitFor()).isZero();
        assertThat(Files.readString(head))
                .contains("X-Nexe-Http-Status: 401")
                .contains("Status 401 Unauthorized when putting /AUTH_admin/results/late")
                .doesNotContain(owner.token());
        ClusterUser again = ClusterUser.tempAuth(swift.zerocloudAuthUrl(), "admin:admin", "admin");
        assertThat(again.token()).isNotEqualTo(owner.token());
        assertThat(again.send("HEAD", "results/late", new byte[0]).status()).isEqualTo(404);
        // Nothing of the job is left that would keep the next one from running.
        givePrograms(again, work);
        again.put("results/text", "the next job");
        assertThat(again.job(Jobs.copy("swift://~/results/text")).expect(200).body())
                .isEqualTo("the next job");
    }

    /** Starts an app that lies in Swift. */
    private static Answer open(ClusterUser user, String app) throws Exception {
        return user.send(
                "POST", "", new byte[0], "X-Zerovm-Execute", "1.0", "X-Zerovm-Source", app);
    }

    /** Takes a token from where TempAuth keeps it. */
    private static void forget(String token) throws Exception {
        String key =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("MD5")
                                        .digest(
                                                ("AUTH_/token/" + token)
                                                        .getBytes(StandardCharsets.UTF_8)));
        try (Socket memcached = new Socket(swift.authUrl().getHost(), 11211)) {
            memcached
                    .getOutputStream()
                    .write(("delete " + key + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String reply =
                    new BufferedReader(
                                    new InputStreamReader(
                                            memcached.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine();
            assertThat(reply).isEqualTo("DELETED");
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
