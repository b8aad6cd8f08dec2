package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs {@code access.txt}: ACLs, who asks for what, and whether it is granted. */
class AccessTest {
    @TempDir private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static StoreFixture store;

    record Case(
            String readAcl,
            String writeAcl,
            String accountAcl,
            String who,
            String method,
            String path,
            int status) {}

    @BeforeAll
    static void start() throws IOException {
        store = new StoreFixture(directory);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = AccessTest.class.getResourceAsStream("access.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(AccessTest::parse)
                            .toList()
                            .stream();
        }
    }

    private static Case parse(String line) {
        String[] f = line.split("\\|");
        return new Case(
                f[0].strip(),
                f[1].strip(),
                f[2].strip(),
                f[3].strip(),
                f[4].strip(),
                f[5].strip(),
                Integer.parseInt(f[6].strip()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isDecidedAsTempAuthDecides(Case c) throws Exception {
        expect(
                store.owner(
                        "PUT",
                        "/c",
                        "X-Container-Read",
                        c.readAcl,
                        "X-Container-Write",
                        c.writeAcl));
        expect(store.owner("PUT", "/c/o", new byte[] {1}));
        expect(store.owner("POST", "", "X-Account-Access-Control", c.accountAcl));
        int at = c.who.indexOf('@');
        String who = at < 0 ? c.who : c.who.substring(0, at);
        List<String> headers = new ArrayList<>();
        switch (who) {
            case "owner" -> add(headers, store.token(StoreFixture.USERS.get(0)));
            case "other" -> add(headers, store.token(StoreFixture.USERS.get(1)));
            case "member" -> add(headers, store.token(StoreFixture.USERS.get(2)));
            case "badtoken" -> add(headers, "AUTH_tk00000000000000000000000000000000");
            case "nobody" -> {}
            default -> throw new IllegalArgumentException(who);
        }
        if (at >= 0) {
            headers.addAll(List.of("Referer", c.who.substring(at + 1)));
        }
        HttpResponse<byte[]> answer =
                store.request(
                        c.method,
                        "/v1/AUTH_test" + c.path,
                        new byte[0],
                        headers.toArray(String[]::new));
        assertThat(answer.statusCode()).isEqualTo(c.status);
        if (c.status == 401) {
            assertThat(answer.headers().firstValue("Www-Authenticate"))
                    .contains("Swift realm=\"AUTH_test\"");
        }
    }

    private static void add(List<String> headers, String token) {
        headers.addAll(List.of("X-Auth-Token", token));
    }

    private static void expect(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isBetween(200, 299);
    }

    @Test
    void aclsAreShownToOwnersOnly() throws Exception {
        store.owner("PUT", "/shown", "X-Container-Read", "test2", "X-Container-Meta-A", "b");
        assertThat(store.owner("HEAD", "/shown").headers().firstValue("X-Container-Read"))
                .contains("test2");
        HttpResponse<byte[]> answer =
                store.request(
                        "HEAD",
                        "/v1/AUTH_test/shown",
                        new byte[0],
                        "X-Auth-Token",
                        store.token(StoreFixture.USERS.get(1)));
        assertThat(answer.headers().firstValue("X-Container-Read")).isEmpty();
        assertThat(answer.headers().firstValue("X-Container-Meta-A")).contains("b");
    }

    @Test
    void aKeyThatIsWrongGetsNoToken() throws Exception {
        for (String[] login :
                new String[][] {
                    {"test:tester", "wrong"},
                    {"test:nobody", "testing"},
                    {"tester", "testing"},
                    {"", ""}
                }) {
            HttpResponse<byte[]> answer =
                    store.request(
                            "GET",
                            "/auth/v1.0",
                            new byte[0],
                            "X-Auth-User",
                            login[0],
                            "X-Auth-Key",
                            login[1]);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("X-Auth-Token")).isEmpty();
        }
    }
}
