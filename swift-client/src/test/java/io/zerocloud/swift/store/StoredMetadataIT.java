package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.swift.auth.Login;
import io.zerocloud.swift.auth.TempAuth;
import io.zerocloud.swift.client.RequestBody;
import io.zerocloud.swift.client.SwiftAccount;
import io.zerocloud.swift.client.SwiftClient;
import io.zerocloud.swift.client.SwiftClientOptions;
import io.zerocloud.swift.testing.RealSwift;
import io.zerocloud.swift.testing.RealSwiftExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store's metadata on disk are, byte for byte, those of a real Swift. */
@ExtendWith(RealSwiftExtension.class)
class StoredMetadataIT {
    private static final String CONTAINER = "bytes on disk";

    /** Headers of the PUTs and POSTs, one character a byte; what Swift sorts by chance is alone. */
    private static final List<Map<String, String>> CASES =
            List.of(
                    Map.of("X-Object-Meta-Plain", "blue"),
                    Map.of("X-Object-Meta-Text", HeaderText.encode("größe 日本 😀")),
                    Map.of("X-Object-Meta-Latin", "\u00e4\u00ff"),
                    Map.of("Content-Disposition", HeaderText.encode("filename=\"日本.txt\"")),
                    Map.of("Content-Type", HeaderText.encode("text/plain; charset=\"ü\"")),
                    Map.of("X-Object-Meta-A", "1", "X-Object-Meta-B", "2"));

    @Test
    void theSameRequestsLeaveTheSameBytes(RealSwift swift, @TempDir Path folder) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (StoreFixture store = new StoreFixture(folder);
                SwiftClient client = new SwiftClient(vertx, SwiftClientOptions.defaults())) {
            SwiftAccount theirs = account(client, swift.authUrl());
            SwiftAccount ours = account(client, URI.create(store.url("/auth/v1.0")));
            for (SwiftAccount account : List.of(theirs, ours)) {
                account.putContainer(CONTAINER, MultiMap.caseInsensitiveMultiMap()).await();
                for (int i = 0; i < CASES.size(); i++) {
                    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
                    headers.set("Content-Type", "text/plain");
                    new TreeMap<>(CASES.get(i)).forEach(headers::set);
                    String name = "größe/" + i;
                    RequestBody body = RequestBody.of(Buffer.buffer("abc"));
                    account.putObject(CONTAINER, name, body, headers).await();
                    account.putObject(CONTAINER, name + "p", body, plain()).await();
                    account.postObject(CONTAINER, name + "p", headers).await();
                }
            }
            for (int i = 0; i < CASES.size(); i++) {
                for (String name : List.of("größe/" + i, "größe/" + i + "p")) {
                    List<String> expected = files(swift.devices(), name);
                    assertThat(expected).isNotEmpty();
                    assertThat(files(List.of(folder), name))
                            .as("%s: %s", name, CASES.get(i))
                            .containsOnly(expected.toArray(String[]::new))
                            .hasSameSizeAs(expected);
                }
            }
        } finally {
            vertx.close().await();
        }
    }

    private static MultiMap plain() {
        return MultiMap.caseInsensitiveMultiMap().set("Content-Type", "text/plain");
    }

    private static SwiftAccount account(SwiftClient client, URI auth) {
        TempAuth user = new TempAuth(auth, "test:tester", "testing");
        Login login = new Login(() -> user.login(client.http()));
        return client.account(login.authentication().await().storageUrl(), login);
    }

    /**
     * The attribute of every replica's every file of an object, one character a byte, with the
     * times, which no two stores share, put out.
     */
    private static List<String> files(List<Path> roots, String name) throws IOException {
        String mark =
                new String(
                        ("/AUTH_test/" + CONTAINER + '/' + HeaderText.encode(name))
                                .getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1);
        List<String> found = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> tree = Files.walk(root)) {
                for (Path file : (Iterable<Path>) tree::iterator) {
                    String last = file.getFileName().toString();
                    if (last.endsWith(".data") || last.endsWith(".meta")) {
                        byte[] bytes = (byte[]) Files.getAttribute(file, "user:swift.metadata");
                        String text = new String(bytes, StandardCharsets.ISO_8859_1);
                        if (text.contains(mark + "q")) {
                            found.add(text.replaceAll("[0-9]{10}\\.[0-9]{5}", "0000000000.00000"));
                        }
                    }
                }
            }
        }
        return found.stream().sorted().toList();
    }
}
