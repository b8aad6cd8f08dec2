package io.zerocloud.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.cluster.ClusterUser.Answer;
import io.zerocloud.cluster.ClusterUser.Ran;
import io.zerocloud.documentation.ReadmeCommands;
import io.zerocloud.swift.testing.RealSwift;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What jobs read and who may run them, on Debian's Swift of four nodes. */
@Timeout(180)
class RealClusterIT {
    @TempDir private static Path work;

    private static RealSwift swift;
    private static ClusterUser tester;

    @BeforeAll
    @Timeout(600)
    static void start() throws Exception {
        swift = RealSwift.start("--zerocloud", "--keystone", "--encryption");
        tester = ClusterUser.tempAuth(swift.zerocloudAuthUrl(), "test:tester", "testing");
        givePrograms(tester);
    }

    @AfterAll
    static void stop() throws Exception {
        if (swift != null) {
            swift.close();
            assertThat(swift.folder()).doesNotExist();
        }
    }

    private static void givePrograms(ClusterUser user) throws Exception {
        user.put("programs", "").put("programs/copy", Guests.copier(work));
    }

    @Test
    void theReadmesFirstJobRuns() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/swift")), "needs Debian's python3-swiftclient");
        Path directory = ReadmeCommands.prepare(Files.createDirectory(work.resolve("readme")));
        String output =
                ReadmeCommands.run(
                        ReadmeCommands.FIRST_JOB,
                        directory,
                        swift.zerocloudAuthUrl().getAuthority());
        assertThat(output.lines().toList().reversed().subList(0, 2))
                .as(output)
                .containsExactly("   2000    2000    8893", "   1000    1000    3893");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gold", "silver"})
    void aReplicatedPolicysObjectsAreReadBesideThem(String policy) throws Exception {
        tester.put(policy, "", "X-Storage-Policy", policy);
        String texts = fill(policy, 6);
        String job = Jobs.copy("swift://~/" + policy + "/*.txt");
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts);
        List<Ran> sessions = tester.report(job);
        assertThat(sessions).hasSize(6).allMatch(Ran::local);
        for (int i = 0; i < 6; i++) {
            assertThat(swift.devices().get(nodeOf(sessions.get(i)) - 1))
                    .as("the disk beside the session holds the object's text")
                    .satisfies(holdsFile("this is text " + (i + 1) + " of " + policy));
        }
    }

    @Test
    void anErasureCodedPolicysObjectsComeThroughSwift() throws Exception {
        tester.put("coded", "", "X-Storage-Policy", "ec22");
        String texts = fill("coded", 3);
        String job = Jobs.copy("swift://~/coded/*.txt");
        assertThat(tester.job(job).expect(200).body()).isEqualTo(texts);
        assertThat(tester.report(job))
                .hasSize(3)
                .allMatch(ran -> ran.data().startsWith("through Swift"));
        byte[] large = new byte[3 << 20];
        new java.util.Random(1).nextBytes(large);
        tester.put("coded/large", large);
        assertThat(tester.job(Jobs.copy("swift://~/coded/large")).expect(200).body())
                .isEqualTo(new String(large, StandardCharsets.ISO_8859_1));
    }

    @Test
    void largeObjectsAreReadAsTheWholeThatTheyStandFor() throws Exception {
        tester.put("parts", "").put("large", "");
        tester.put("parts/p/1", "first, ").put("parts/p/2", "second");
        Answer manifest =
                tester.send(
                        "PUT",
                        "large/static?multipart-manifest=put",
                        "[{\"path\": \"/parts/p/1\"}, {\"path\": \"/parts/p/2\"}]"
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(manifest.status()).as(manifest.body()).isEqualTo(201);
        tester.put("large/dynamic", "", "X-Object-Manifest", "parts/p/");
        for (String name : List.of("static", "dynamic")) {
            String job = Jobs.copy("swift://~/large/" + name);
            assertThat(tester.job(job).expect(200).body()).isEqualTo("first, second");
            assertThat(tester.report(job))
                    .singleElement()
                    .satisfies(
                            ran ->
                                    assertThat(ran.data())
                                            .isEqualTo("through Swift: " + name + " large object"));
        }
    }

    @Test
    void aSymlinkAndAVersionedObjectGiveWhatSwiftGives() throws Exception {
        tester.put("versions", "").put("links", "");
        tester.send("POST", "versions", new byte[0], "X-Versions-Enabled", "true");
        tester.put("versions/o", "older").put("versions/o", "newer");
        tester.put("links/target", "where it points");
        tester.put("links/link", "", "X-Symlink-Target", "links/target");
        assertThat(tester.job(Jobs.copy("swift://~/versions/o")).expect(200).body())
                .isEqualTo("newer");
        assertThat(tester.job(Jobs.copy("swift://~/links/link")).expect(200).body())
                .isEqualTo("where it points");
    }

    @Test
    void anExpiredObjectIsGoneForJobsAsForClients() throws Exception {
        tester.put("expiring", "").put("expiring/stays", "stays");
        tester.put("expiring/goes", "goes", "X-Delete-After", "1");
        await().atMost(30, SECONDS)
                .until(() -> tester.send("HEAD", "expiring/goes", new byte[0]).status() == 404);
        Answer named = tester.job(Jobs.copy("swift://~/expiring/goes"));
        assertThat(named.status()).as(named.body()).isEqualTo(404);
        // Listings show it until Swift's expirer comes by.
        Answer listed = tester.job(Jobs.copy("swift://~/expiring/*"));
        assertThat(listed.status()).as(listed.body()).isEqualTo(404);
        assertThat(listed.body()).contains("expiring/goes");
    }

    @Test
    void anOverwrittenObjectIsReadInItsNewestVersion() throws Exception {
        tester.put("overwritten", "");
        for (String version : List.of("one", "two, longer", "3")) {
            tester.put("overwritten/o", version);
            String job = Jobs.copy("swift://~/overwritten/o");
            assertThat(tester.job(job).expect(200).body()).isEqualTo(version);
            assertThat(tester.report(job)).allMatch(Ran::local);
        }
        tester.send("DELETE", "overwritten/o", new byte[0]);
        assertThat(tester.job(Jobs.copy("swift://~/overwritten/o")).status()).isEqualTo(404);
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
    void anotherAccountsObjectsAreReadOnlyIfItsAclsAllow() throws Exception {
        ClusterUser other =
                ClusterUser.tempAuth(swift.zerocloudAuthUrl(), "test2:tester2", "testing2");
        givePrograms(other);
        tester.put("open", "", "X-Container-Read", "test2:tester2").put("open/o", "shared");
        tester.put("closed", "").put("closed/o", "private");
        assertThat(other.job(Jobs.copy("swift://AUTH_test/open/o")).expect(200).body())
                .isEqualTo("shared");
        Answer refused = other.job(Jobs.copy("swift://AUTH_test/closed/o"));
        assertThat(refused.status()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).doesNotContain("private");
        // A right to read gives no right to run in the account, and none to write there.
        Answer inTheirs = other.in(tester.account()).job(Jobs.copy("swift://AUTH_test/open/o"));
        assertThat(inTheirs.status()).as(inTheirs.body()).isEqualTo(403);
        Answer stored =
                other.job(
                        """
                        [{"name": "copy", "exec": {"path": "swift://~/programs/copy"},
                          "devices": [{"name": "stdin", "path": "swift://AUTH_test/open/o"},
                                      {"name": "stdout", "path": "swift://AUTH_test/open/new"}]}]
                        """);
        assertThat(stored.status()).as(stored.body()).isEqualTo(403);
        assertThat(tester.send("HEAD", "open/new", new byte[0]).status()).isEqualTo(404);
    }

    @Test
    void usersOfKeystoneRunJobsInTheirProject() throws Exception {
        URI keystone = swift.keystoneUrl();
        ClusterUser user = ClusterUser.keystone(keystone, "tester", "testing");
        assertThat(user.account()).startsWith("KEY_");
        givePrograms(user);
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

    @ParameterizedTest
    @CsvSource({"'',401", "nonsense,401", "AUTH_tk00000000000000000000000000000000,401"})
    void withoutAGoodTokenNothingRuns(String token, int status) throws Exception {
        Answer answer = tester.withToken(token).job(Jobs.copy("swift://~/programs/copy"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
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
        givePrograms(again);
        again.put("results/text", "the next job");
        assertThat(again.job(Jobs.copy("swift://~/results/text")).expect(200).body())
                .isEqualTo("the next job");
    }

    @Test
    void realClientsWorkThroughTheProxy() throws Exception {
        Path copier = Files.write(work.resolve("copier"), Guests.copier(work));
        Process script =
                new ProcessBuilder(
                                "src/test/clients/clients.sh",
                                swift.zerocloudAuthUrl().toString(),
                                copier.toString(),
                                swift.keystoneUrl().toString())
                        .redirectErrorStream(true)
                        .start();
        String said;
        try (BufferedReader output = script.inputReader()) {
            said = output.readAllAsString();
        }
        assertThat(script.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .as(said)
                .hasSize(5)
                .allMatch(line -> line.startsWith("ok ") || line.startsWith("skipped "));
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

    /** Stores so many texts and returns them joined. */
    private static String fill(String container, int count) throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            String text = "this is text " + i + " of " + container + "\n";
            tester.put(container + "/" + i + ".txt", text);
            all.append(text);
        }
        return all.toString();
    }

    private static int nodeOf(Ran ran) {
        return Integer.parseInt(ran.agent().substring("node".length()));
    }

    private static org.assertj.core.api.ThrowingConsumer<Path> holdsFile(String text) {
        return device -> {
            try (var files = Files.walk(device)) {
                assertThat(
                                files.filter(file -> file.toString().endsWith(".data"))
                                        .filter(Files::isRegularFile)
                                        .map(RealClusterIT::content))
                        .contains(text + "\n");
            }
        };
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
