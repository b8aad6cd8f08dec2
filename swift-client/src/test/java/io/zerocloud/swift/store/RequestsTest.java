package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs {@code requests.txt}: each line a request and Swift's answer. */
class RequestsTest {
    private static final Pattern REPEAT = Pattern.compile("~([0-9]+)");

    @TempDir private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static StoreFixture store;

    record Case(String method, String path, List<String> headers, int status, String text) {
        @Override
        public String toString() {
            String all = method + " " + path + " " + headers;
            return (all.length() > 100 ? all.substring(0, 100) + "..." : all) + " is " + status;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        store = new StoreFixture(directory);
        store.owner("PUT", "/c");
        store.owner("PUT", "/c/o", "0123456789".getBytes(StandardCharsets.US_ASCII));
        store.owner("PUT", "/c/empty");
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = RequestsTest.class.getResourceAsStream("requests.txt")) {
            assertThat(in).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(RequestsTest::parse)
                    .toList()
                    .stream();
        }
    }

    private static Case parse(String line) {
        String[] fields = line.split("\\|");
        List<String> headers = new ArrayList<>();
        String all = fields[2].strip();
        for (String header :
                all.startsWith("Content-Type") ? List.of(all) : List.of(all.split("; (?=[A-Z])"))) {
            int colon = header.indexOf(':');
            if (colon > 0) {
                headers.add(repeat(header.substring(0, colon)));
                headers.add(repeat(header.substring(colon + 1).strip()));
            }
        }
        return new Case(
                fields[0].strip(),
                repeat(fields[1].strip()),
                headers,
                Integer.parseInt(fields[3].strip()),
                fields.length > 4 ? fields[4].strip() : "");
    }

    private static String repeat(String text) {
        Matcher matcher = REPEAT.matcher(text);
        return matcher.replaceAll(match -> "x".repeat(Integer.parseInt(match.group(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isAnsweredAsSwiftAnswers(Case c) throws Exception {
        String path = c.path.startsWith("=") ? c.path.substring(1) : "/v1/AUTH_test" + c.path;
        RawClient.Answer answer;
        try (RawClient client = new RawClient(store.store().port())) {
            List<String> headers = new ArrayList<>(c.headers);
            headers.addAll(List.of("X-Auth-Token", store.ownerToken(), "Content-Length", "0"));
            answer = client.request(c.method, path, headers);
        }
        assertThat(answer.status()).as(answer.toString()).isEqualTo(c.status);
        assertThat(answer.body()).contains(c.text);
        assertThat(answer.header("X-Trans-Id")).matches("tx[0-9a-f]{21}-[0-9a-f]{10}");
    }
}
