package io.zerocloud.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.cluster.ClusterUser.Answer;
import io.zerocloud.cluster.ClusterUser.Ran;
import io.zerocloud.documentation.ReadmeCommands;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What jobs read and who may run them on Debian's Swift of four nodes, whatever its servers run in:
 * policies {@code gold} (three replicas), {@code silver} (two) and {@code ec22}, and the TempAuth
 * users of {@code deploy/swift-cluster}.
 */
public abstract class ClusterCases {
    /** TempAuth's address at ZeroCloud's proxy. */
    protected abstract URI authUrl();

    /** Somebody who owns {@code AUTH_test} and has been given the programs. */
    protected abstract ClusterUser tester();

    /** A folder of the test class. */
    protected abstract Path work();

    /** Whether a file of exactly this text lies on the object server's disk beside an agent. */
    protected abstract boolean diskHolds(String agent, String text) throws Exception;

    /** Keystone's address, where the cluster has one. */
    protected Optional<URI> keystoneUrl() {
        return Optional.empty();
    }

    @Test
    void theReadmesFirstJobRuns() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/swift")), "needs Debian's python3-swiftclient");
        Path directory = ReadmeCommands.prepare(Files.createDirectory(work().resolve("readme")));
        String output =
                ReadmeCommands.run(ReadmeCommands.FIRST_JOB, directory, authUrl().getAuthority());
        assertThat(output.lines().toList().reversed().subList(0, 2))
                .as(output)
                .containsExactly("   2000    2000    8893", "   1000    1000    3893");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gold", "silver"})
    void aReplicatedPolicysObjectsAreReadBesideThem(String policy) throws Exception {
        tester().put(policy, "", "X-Storage-Policy", policy);
        String texts = fill(policy, 6);
        String job = Jobs.copy("swift://~/" + policy + "/*.txt");
        assertThat(tester().job(job).expect(200).body()).isEqualTo(texts);
        List<Ran> sessions = tester().report(job);
        assertThat(sessions).hasSize(6).allMatch(Ran::local);
        for (int i = 0; i < 6; i++) {
            String text = "this is text " + (i + 1) + " of " + policy + "\n";
            assertThat(diskHolds(sessions.get(i).agent(), text))
                    .as("the disk beside the session holds the object's text")
                    .isTrue();
        }
    }

    @Test
    void anErasureCodedPolicysObjectsComeThroughSwift() throws Exception {
        tester().put("coded", "", "X-Storage-Policy", "ec22");
        String texts = fill("coded", 3);
        String job = Jobs.copy("swift://~/coded/*.txt");
        assertThat(tester().job(job).expect(200).body()).isEqualTo(texts);
        assertThat(tester().report(job))
                .hasSize(3)
                .allMatch(ran -> ran.data().startsWith("through Swift"));
        byte[] large = new byte[3 << 20];
        new java.util.Random(1).nextBytes(large);
        tester().put("coded/large", large);
        assertThat(tester().job(Jobs.copy("swift://~/coded/large")).expect(200).body())
                .isEqualTo(new String(large, StandardCharsets.ISO_8859_1));
    }

    @Test
    void largeObjectsAreReadAsTheWholeThatTheyStandFor() throws Exception {
        tester().put("parts", "").put("large", "");
        tester().put("parts/p/1", "first, ").put("parts/p/2", "second");
        Answer manifest =
                tester().send(
                                "PUT",
                                "large/static?multipart-manifest=put",
                                "[{\"path\": \"/parts/p/1\"}, {\"path\": \"/parts/p/2\"}]"
                                        .getBytes(StandardCharsets.UTF_8));
        assertThat(manifest.status()).as(manifest.body()).isEqualTo(201);
        tester().put("large/dynamic", "", "X-Object-Manifest", "parts/p/");
        for (String name : List.of("static", "dynamic")) {
            String job = Jobs.copy("swift://~/large/" + name);
            assertThat(tester().job(job).expect(200).body()).isEqualTo("first, second");
            assertThat(tester().report(job))
                    .singleElement()
                    .satisfies(
                            ran ->
                                    assertThat(ran.data())
                                            .isEqualTo("through Swift: " + name + " large object"));
        }
    }

    @Test
    void aSymlinkAndAVersionedObjectGiveWhatSwiftGives() throws Exception {
        tester().put("versions", "").put("links", "");
        tester().send("POST", "versions", new byte[0], "X-Versions-Enabled", "true");
        tester().put("versions/o", "older").put("versions/o", "newer");
        tester().put("links/target", "where it points");
        tester().put("links/link", "", "X-Symlink-Target", "links/target");
        assertThat(tester().job(Jobs.copy("swift://~/versions/o")).expect(200).body())
                .isEqualTo("newer");
        assertThat(tester().job(Jobs.copy("swift://~/links/link")).expect(200).body())
                .isEqualTo("where it points");
    }

    @Test
    void anExpiredObjectIsGoneForJobsAsForClients() throws Exception {
        tester().put("expiring", "").put("expiring/stays", "stays");
        tester().put("expiring/goes", "goes", "X-Delete-After", "1");
        await().atMost(30, SECONDS)
                .until(() -> tester().send("HEAD", "expiring/goes", new byte[0]).status() == 404);
        Answer named = tester().job(Jobs.copy("swift://~/expiring/goes"));
        assertThat(named.status()).as(named.body()).isEqualTo(404);
        // Listings show it until Swift's expirer, where one runs, comes by.
        Answer listed = tester().job(Jobs.copy("swift://~/expiring/*"));
        if (listed.status() == 200) {
            assertThat(listed.body()).isEqualTo("stays");
        } else {
            assertThat(listed.status()).as(listed.body()).isEqualTo(404);
            assertThat(listed.body()).contains("expiring/goes");
        }
    }

    @Test
    void anOverwrittenObjectIsReadInItsNewestVersion() throws Exception {
        tester().put("overwritten", "");
        for (String version : List.of("one", "two, longer", "3")) {
            tester().put("overwritten/o", version);
            String job = Jobs.copy("swift://~/overwritten/o");
            assertThat(tester().job(job).expect(200).body()).isEqualTo(version);
            assertThat(tester().report(job)).allMatch(Ran::local);
        }
        tester().send("DELETE", "overwritten/o", new byte[0]);
        assertThat(tester().job(Jobs.copy("swift://~/overwritten/o")).status()).isEqualTo(404);
    }

    @Test
    void anotherAccountsObjectsAreReadOnlyIfItsAclsAllow() throws Exception {
        ClusterUser other = ClusterUser.tempAuth(authUrl(), "test2:tester2", "testing2");
        givePrograms(other, work());
        tester().put("open", "", "X-Container-Read", "test2:tester2").put("open/o", "shared");
        tester().put("closed", "").put("closed/o", "private");
        assertThat(other.job(Jobs.copy("swift://AUTH_test/open/o")).expect(200).body())
                .isEqualTo("shared");
        Answer refused = other.job(Jobs.copy("swift://AUTH_test/closed/o"));
        assertThat(refused.status()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).doesNotContain("private");
        // A right to read gives no right to run in the account, and none to write there.
        Answer inTheirs = other.in(tester().account()).job(Jobs.copy("swift://AUTH_test/open/o"));
        assertThat(inTheirs.status()).as(inTheirs.body()).isEqualTo(403);
        Answer stored =
                other.job(
                        """
                        [{"name": "copy", "exec": {"path": "swift://~/programs/copy"},
                          "devices": [{"name": "stdin", "path": "swift://AUTH_test/open/o"},
                                      {"name": "stdout", "path": "swift://AUTH_test/open/new"}]}]
                        """);
        assertThat(stored.status()).as(stored.body()).isEqualTo(403);
        assertThat(tester().send("HEAD", "open/new", new byte[0]).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"'',401", "nonsense,401", "AUTH_tk00000000000000000000000000000000,401"})
    void withoutAGoodTokenNothingRuns(String token, int status) throws Exception {
        Answer answer = tester().withToken(token).job(Jobs.copy("swift://~/programs/copy"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void realClientsWorkThroughTheProxy() throws Exception {
        Path copier = Files.write(work().resolve("copier"), Guests.copier(work()));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "src/test/clients/clients.sh",
                                authUrl().toString(),
                                copier.toString()));
        keystoneUrl().ifPresent(url -> command.add(url.toString()));
        Process script = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said;
        try (BufferedReader output = script.inputReader()) {
            said = output.readAllAsString();
        }
        assertThat(script.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .as(said)
                .hasSize(keystoneUrl().isPresent() ? 5 : 3)
                .allMatch(line -> line.startsWith("ok ") || line.startsWith("skipped "));
    }

    /** Stores so many texts and returns them joined. */
    private String fill(String container, int count) throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            String text = "this is text " + i + " of " + container + "\n";
            tester().put(container + "/" + i + ".txt", text);
            all.append(text);
        }
        return all.toString();
    }

    /** The program of these cases' jobs, in the user's own account. */
    protected static void givePrograms(ClusterUser user, Path work) throws Exception {
        user.put("programs", "").put("programs/copy", Guests.copier(work));
    }
}
