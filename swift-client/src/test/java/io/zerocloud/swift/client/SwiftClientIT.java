package io.zerocloud.swift.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpMethod;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.auth.AuthenticationException;
import io.zerocloud.swift.auth.KeystoneV3;
import io.zerocloud.swift.auth.Login;
import io.zerocloud.swift.auth.TempAuth;
import io.zerocloud.swift.auth.TokenSource;
import io.zerocloud.swift.client.ListingEntry.ContainerEntry;
import io.zerocloud.swift.client.ListingEntry.ObjectEntry;
import io.zerocloud.swift.client.ListingEntry.Subdirectory;
import io.zerocloud.swift.testing.RealSwift;
import io.zerocloud.swift.testing.RealSwiftExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The client against a real Swift, with TempAuth and with Keystone. */
@ExtendWith(RealSwiftExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwiftClientIT {
    private static final String CONTAINER = "client";

    private final Vertx vertx = Vertx.vertx();
    private SwiftClient client;
    private TempAuth tester;
    private Login login;
    private SwiftAccount account;
    private RealSwift swift;

    @BeforeAll
    void connect(RealSwift swift) {
        this.swift = swift;
        client = new SwiftClient(vertx, SwiftClientOptions.defaults());
        tester = new TempAuth(swift.authUrl(), "test:tester", "testing");
        login = new Login(() -> tester.login(client.http()));
        account = client.account(login.authentication().await().storageUrl(), login);
        account.putContainer(CONTAINER, headers()).await();
    }

    @AfterAll
    void disconnect() {
        client.close();
        vertx.close().await();
    }

    @Test
    void metadataOfAccountsContainersAndObjects() {
        account.post(headers("X-Account-Meta-Colour", "green")).await();
        assertThat(account.head().await().headers().get("X-Account-Meta-Colour"))
                .isEqualTo("green");
        account.putContainer("client meta", headers("X-Container-Meta-A", "1")).await();
        account.postContainer("client meta", headers("X-Container-Read", ".r:*")).await();
        ContainerInfo container = account.headContainer("client meta").await();
        assertThat(container.header("X-Container-Meta-A")).contains("1");
        assertThat(container.header("X-Container-Read")).contains(".r:*");
        assertThat(container.storagePolicy()).contains("gold");
        account.deleteContainer("client meta").await();

        Stored stored =
                account.putObject(
                                CONTAINER,
                                "o",
                                body("hello"),
                                headers("X-Object-Meta-A", "1", "Content-Type", "text/x"))
                        .await();
        assertThat(stored.etag()).contains("5d41402abc4b2a76b9719d911017c592");
        assertThat(stored.transactionId()).startsWith("tx");
        ObjectInfo info = account.headObject(CONTAINER, "o").await();
        assertThat(info.length()).contains(5L);
        assertThat(info.etag()).isEqualTo(stored.etag());
        assertThat(info.contentType()).isEqualTo("text/x");
        assertThat(info.metadata()).containsEntry("a", "1");
        account.postObject(
                        CONTAINER, "o", headers("X-Object-Meta-B", HeaderText.encode("größe 日😀")))
                .await();
        assertThat(account.headObject(CONTAINER, "o").await().metadata())
                .doesNotContainKey("a")
                .containsEntry("b", "größe 日😀");
    }

    @Test
    void namesOfAnyCharactersArriveAsTheyAre() {
        for (String name :
                List.of(
                        "a b", "a%b", "a#b", "a?b", "a&b=c", "a/../b", "/a//b/", "ü日😀", "a+b",
                        "a;b")) {
            account.putObject(CONTAINER, "names/" + name, body(name)).await();
            assertThat(text(account.getObject(CONTAINER, "names/" + name).await())).isEqualTo(name);
        }
        List<String> listed = new ArrayList<>();
        account.objects(CONTAINER, ListingQuery.all().withPrefix("names/"))
                .forEach(entry -> listed.add(entry.name()));
        assertThat(listed).contains("names/a?b", "names//a//b/", "names/ü日😀").hasSize(10);
        for (String name : listed) {
            account.deleteObject(CONTAINER, name).await();
        }
    }

    @Test
    void largeBodiesStreamBothWays(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[20 << 20];
        new Random(5).nextBytes(bytes);
        Path source = folder.resolve("source");
        Files.write(source, bytes);
        for (boolean knownLength : new boolean[] {true, false}) {
            var file =
                    vertx.fileSystem()
                            .open(source.toString(), new OpenOptions().setRead(true))
                            .await();
            RequestBody body =
                    knownLength ? RequestBody.of(file, bytes.length) : RequestBody.of(file);
            account.putObject(CONTAINER, "large", body).await();
            file.close().await();

            Path target = folder.resolve("target" + knownLength);
            Download download = account.getObject(CONTAINER, "large").await();
            var sink =
                    vertx.fileSystem()
                            .open(
                                    target.toString(),
                                    new OpenOptions().setCreate(true).setWrite(true))
                            .await();
            download.body().pipeTo(sink).await();
            assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        }
    }

    @Test
    void rangesAndConditions() {
        account.putObject(CONTAINER, "range", body("0123456789")).await();
        String etag = account.headObject(CONTAINER, "range").await().etag().orElseThrow();
        assertRange(new ByteRange.Between(2, 4), 2, "234");
        assertRange(new ByteRange.From(7), 7, "789");
        assertRange(new ByteRange.Last(2), 8, "89");
        assertRange(new ByteRange.Between(8, 99), 8, "89");

        assertStatus(416, ReadOptions.none().withRange(new ByteRange.From(10)));
        assertStatus(412, ReadOptions.none().ifMatch("0".repeat(32)));
        assertStatus(304, ReadOptions.none().withHeader("If-None-Match", etag));
        assertThat(
                        text(
                                account.getObject(
                                                CONTAINER,
                                                "range",
                                                ReadOptions.none().ifMatch(etag))
                                        .await()))
                .isEqualTo("0123456789");
    }

    @Test
    void conditionsOfAPut() {
        account.putObject(CONTAINER, "once", body("1")).await();
        assertThat(
                        failure(
                                () ->
                                        account.putObject(
                                                        CONTAINER,
                                                        "once",
                                                        body("2"),
                                                        headers("If-None-Match", "*"))
                                                .await()))
                .satisfies(e -> assertThat(e.hasStatus(412)).isTrue());
        assertThat(
                        failure(
                                () ->
                                        account.putObject(
                                                        CONTAINER,
                                                        "once",
                                                        body("2"),
                                                        headers("ETag", "0".repeat(32)))
                                                .await()))
                .satisfies(e -> assertThat(e.hasStatus(422)).isTrue());
    }

    @Test
    void aFailureTellsWhatWhyAndWhichTransaction() {
        SwiftException missing =
                failure(() -> account.headObject("no such container", "o").await());
        assertThat(missing.status()).hasValue(404);
        assertThat(missing.action()).isEqualTo("HEAD /v1/AUTH_test/no%20such%20container/o");
        assertThat(missing.transactionId().orElseThrow()).startsWith("tx");
        assertThat(missing.isTransient()).isFalse();
        assertThat(missing).hasMessageContaining("404 Not Found");

        SwiftException notEmpty = failure(() -> account.deleteContainer(CONTAINER).await());
        assertThat(notEmpty.status()).hasValue(409);
        assertThat(failure(() -> account.deleteContainer("no such").await()).status())
                .hasValue(404);
    }

    @Test
    void listingsArePagedLazilyInOrder() {
        account.putContainer("client list", headers()).await();
        IntStream.range(0, 25)
                .mapToObj(
                        i ->
                                account.putObject(
                                        "client list", "d%d/o%02d".formatted(i % 3, i), body("x")))
                .toList()
                .forEach(put -> put.await());

        Listing listing = account.objects("client list", ListingQuery.all().withPageSize(10));
        List<Integer> pages = new ArrayList<>();
        for (List<ListingEntry> page = listing.nextPage().await();
                !page.isEmpty();
                page = listing.nextPage().await()) {
            pages.add(page.size());
        }
        assertThat(pages).containsExactly(10, 10, 5);
        assertThat(listing.nextPage().await()).isEmpty();

        List<ListingEntry> folded =
                account.objects(
                                "client list",
                                ListingQuery.all().withDelimiter("/").withPageSize(2))
                        .all(100)
                        .await();
        assertThat(folded)
                .containsExactly(
                        new Subdirectory("d0/"), new Subdirectory("d1/"), new Subdirectory("d2/"));
        List<ListingEntry> between =
                account.objects("client list", ListingQuery.all().after("d0/o21").before("d1/o05"))
                        .all(100)
                        .await();
        assertThat(between.stream().map(ListingEntry::name))
                .containsExactly("d0/o24", "d1/o01", "d1/o04");
        ObjectEntry entry = (ObjectEntry) between.getFirst();
        assertThat(entry.pin())
                .isEqualTo(account.headObject("client list", "d0/o24").await().pin().orElseThrow());
        assertThat(account.containers(ListingQuery.all().withPrefix("client l")).all(10).await())
                .singleElement()
                .isInstanceOfSatisfying(
                        ContainerEntry.class, c -> assertThat(c.name()).isEqualTo("client list"));
        assertThatThrownBy(() -> account.objects("client list", ListingQuery.all()).all(24).await())
                .hasMessageContaining("more than 24 entries");
        assertThat(
                        failure(
                                        () ->
                                                account.objects("no such", ListingQuery.all())
                                                        .nextPage()
                                                        .await())
                                .status())
                .hasValue(404);
    }

    @Test
    void largeObjectsAndCopies() {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Stored part = account.putObject(CONTAINER, "parts/" + i, body("part" + i)).await();
            segments.add(new Segment(path("parts/" + i), part.etag().orElseThrow(), 5));
        }
        account.putStaticLargeObject(CONTAINER, "slo", segments, headers()).await();
        ObjectInfo slo = account.headObject(CONTAINER, "slo").await();
        assertThat(slo.isStaticLargeObject()).isTrue();
        assertThat(slo.length()).contains(15L);
        assertThat(text(account.getObject(CONTAINER, "slo").await())).isEqualTo("part0part1part2");
        ObjectEntry listed =
                (ObjectEntry)
                        account.objects(CONTAINER, ListingQuery.all().withPrefix("slo"))
                                .nextPage()
                                .await()
                                .getFirst();
        assertThat(listed.sloEtag()).isEqualTo(slo.etag());
        assertThat(listed.pin()).isEqualTo(slo.pin().orElseThrow());

        account.putDynamicLargeObject(CONTAINER, "dlo", CONTAINER, "parts/", headers()).await();
        ObjectInfo dlo = account.headObject(CONTAINER, "dlo").await();
        assertThat(dlo.objectManifest()).contains(CONTAINER + "/parts/");
        assertThat(text(account.getObject(CONTAINER, "dlo").await())).isEqualTo("part0part1part2");

        account.copyObject(CONTAINER, "parts/1", path("copy ü"), headers("X-Object-Meta-C", "c"))
                .await();
        assertThat(text(account.getObject(CONTAINER, "copy ü").await())).isEqualTo("part1");

        account.deleteStaticLargeObject(CONTAINER, "slo").await();
        assertThat(failure(() -> account.headObject(CONTAINER, "parts/0").await()).status())
                .hasValue(404);
    }

    @Test
    void aRefusedTokenIsRenewedOnceAndTheBodyNotLost() {
        List<String> renewals = new ArrayList<>();
        TokenSource stale =
                new TokenSource() {
                    @Override
                    public io.vertx.core.Future<String> token() {
                        return io.vertx.core.Future.succeededFuture("AUTH_tkstale");
                    }

                    @Override
                    public io.vertx.core.Future<String> renew(String refused) {
                        renewals.add(refused);
                        return login.token();
                    }
                };
        SwiftAccount renewing = client.account(account.storageUrl(), stale);
        byte[] bytes = new byte[3 << 20];
        renewing.putObject(
                        CONTAINER,
                        "renewed",
                        RequestBody.of(new BytesStream(bytes, 64 << 10), bytes.length))
                .await();
        assertThat(renewals).containsExactly("AUTH_tkstale");
        assertThat(account.headObject(CONTAINER, "renewed").await().length())
                .contains((long) bytes.length);

        SwiftAccount fixed = client.account(account.storageUrl(), TokenSource.of("AUTH_tkstale"));
        assertThat(failure(() -> fixed.head().await()).status()).hasValue(401);
        assertThat(failure(() -> fixed.head().await()).getMessage()).doesNotContain("AUTH_tkstale");
    }

    @Test
    void aRequestTellsAnyStatusForProbes() {
        SwiftResponse answer =
                account.request(
                                HttpMethod.POST,
                                "/no-such-container/x",
                                RequestBody.EMPTY,
                                headers())
                        .await();
        answer.discard().await();
        assertThat(answer.status()).isEqualTo(404);
        SwiftAccount other =
                client.account(
                        account.storageUrl(),
                        new Login(
                                () ->
                                        new TempAuth(swift.authUrl(), "test:tester3", "testing3")
                                                .login(client.http())));
        SwiftResponse refused =
                other.request(HttpMethod.POST, "/no-such-container/x", RequestBody.EMPTY, headers())
                        .await();
        refused.discard().await();
        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void aRefererGoesWithEveryRequest() {
        account.putContainer("client referer", headers("X-Container-Read", ".r:.example.com"))
                .await();
        account.putObject("client referer", "o", body("x")).await();
        SwiftAccount anonymous = client.account(account.storageUrl(), TokenSource.of(""));
        assertThat(failure(() -> anonymous.headObject("client referer", "o").await()).status())
                .hasValue(401);
        assertThat(
                        anonymous
                                .withHeader("Referer", "http://www.example.com/page")
                                .headObject("client referer", "o")
                                .await()
                                .length())
                .contains(1L);
    }

    @Test
    void tempAuthRefusesAWrongKeyWithoutShowingIt() {
        assertThatThrownBy(
                        () ->
                                new TempAuth(swift.authUrl(), "test:tester", "wr0ng")
                                        .login(client.http())
                                        .await())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("401")
                .hasMessageNotContaining("wr0ng");
    }

    @Test
    void keystoneGivesTokensThatSwiftTakes() {
        KeystoneV3 keystone =
                KeystoneV3.of(
                        swift.keystoneUrl(), "tester", "Default", "testing", "test", "Default");
        Login scoped = new Login(() -> keystone.login(vertx));
        SwiftAccount project = client.account(scoped.authentication().await().storageUrl(), scoped);
        assertThat(scoped.authentication().await().expires()).isPresent();
        project.putContainer("keystone", headers()).await();
        project.putObject("keystone", "o", body("by keystone")).await();
        assertThat(text(project.getObject("keystone", "o").await())).isEqualTo("by keystone");

        // A role that is no operator's: authenticated, and refused by Swift.
        KeystoneV3 guest =
                KeystoneV3.of(swift.keystoneUrl(), "guest", "Default", "guest", "test", "Default");
        SwiftAccount refused =
                client.account(project.storageUrl(), new Login(() -> guest.login(vertx)));
        assertThat(failure(() -> refused.headContainer("keystone").await()).status()).hasValue(403);
    }

    @Test
    void keystoneRefusalsAreOneExceptionWithoutSecrets() {
        for (KeystoneV3 bad :
                List.of(
                        KeystoneV3.of(
                                swift.keystoneUrl(),
                                "tester",
                                "Default",
                                "wr0ng",
                                "test",
                                "Default"),
                        KeystoneV3.of(
                                swift.keystoneUrl(),
                                "tester",
                                "Default",
                                "testing",
                                "nothing",
                                "Default"),
                        KeystoneV3.of(
                                swift.keystoneUrl().resolve("/v3/nowhere"),
                                "tester",
                                "Default",
                                "testing",
                                "test",
                                "Default"))) {
            assertThatThrownBy(() -> bad.login(vertx).await())
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("log-in of tester")
                    .hasMessageNotContaining("wr0ng");
        }
        KeystoneV3 elsewhere =
                new KeystoneV3(
                        swift.keystoneUrl(),
                        "tester",
                        new KeystoneV3.Ref.Id("default"),
                        "testing",
                        new KeystoneV3.Ref.Name("test"),
                        new KeystoneV3.Ref.Id("default"),
                        java.util.Optional.of("Mars"),
                        KeystoneV3.Interface.INTERNAL);
        assertThatThrownBy(() -> elsewhere.login(vertx).await())
                .hasMessageContaining("no internal endpoint of type object-store in region Mars");
    }

    private void assertRange(ByteRange range, long first, String expected) {
        Download download =
                account.getObject(CONTAINER, "range", ReadOptions.none().withRange(range)).await();
        assertThat(download.range()).isEqualTo(new Download.Extent(first, expected.length()));
        assertThat(download.info().length()).contains(10L);
        assertThat(text(download)).isEqualTo(expected);
    }

    private void assertStatus(int status, ReadOptions options) {
        SwiftException e = failure(() -> account.getObject(CONTAINER, "range", options).await());
        assertThat(e.status()).hasValue(status);
    }

    private static SwiftException failure(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(SwiftException.class, call);
    }

    private static String text(Download download) {
        return download.bytes(1 << 20).await().toString();
    }

    private static ObjectPath path(String object) {
        return new ObjectPath("AUTH_test", CONTAINER, object);
    }

    private static RequestBody body(String text) {
        return RequestBody.of(Buffer.buffer(text));
    }

    private static MultiMap headers(String... pairs) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.set(pairs[i], pairs[i + 1]);
        }
        return headers;
    }
}
