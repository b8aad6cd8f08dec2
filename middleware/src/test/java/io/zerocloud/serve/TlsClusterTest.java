package io.zerocloud.serve;

import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.swift.store.EmbeddedStore;
import io.zerocloud.swift.store.StoreConfig;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy and two agents as their configuration files say, with TLS between all of them. */
@Timeout(120)
class TlsClusterTest {
    private static final byte[] DATA = new byte[3_000_000];

    @TempDir static Path folder;

    private static EmbeddedStore store;
    private static Roles first;
    private static Roles second;
    private static Roles proxy;
    private static Client user;

    @BeforeAll
    static void start() throws Exception {
        new Random(9).nextBytes(DATA);
        store =
                EmbeddedStore.start(
                        folder.resolve("store"), List.of(StoreConfig.DEFAULT_USER), 2, 0);
        ClusterAuthority authority = ClusterAuthority.in(folder.resolve("ca"));
        first = agent(authority, "one");
        second = agent(authority, "two");
        proxy =
                roles(
                        authority,
                        "proxy",
                        """
                        proxy:
                          listen: 127.0.0.1:0
                          work: %s
                          agents:
                            - {name: one, url: 'https://%s'}
                            - {name: two, url: 'https://%s'}
                        """
                                .formatted(folder.resolve("proxy"), at(first), at(second)));
        user = Client.login("http://" + at(proxy), "test:tester", "testing");
        user.put("c", new byte[0]);
        user.put("c/o", DATA);
        user.put("c/send", TestGuests.copy(0, 4, 0));
        user.put("c/take", TestGuests.copy(3, 1, 0));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {proxy, first, second, store}) {
            part.close();
        }
    }

    private static Roles agent(ClusterAuthority authority, String name) throws Exception {
        ClusterAuthority.Issued issued = authority.issue(name, List.of("127.0.0.1"));
        return roles(
                authority,
                name,
                """
                node:
                  name: %s
                  listen: 127.0.0.1:0
                  slots: 1
                  tls_certificate: %s
                  tls_key: %s
                  work: %s
                """
                        .formatted(
                                name,
                                issued.certificate(),
                                issued.key(),
                                folder.resolve("work-" + name)));
    }

    private static Roles roles(ClusterAuthority authority, String name, String section)
            throws Exception {
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(
                file,
                """
                swift: {url: '%s', folder: '%s'}
                cluster: {key_file: '%s', ca: '%s'}
                """
                                .formatted(
                                        store.url(),
                                        store.swiftDirectory(),
                                        authority.clusterKey(),
                                        authority.certificate())
                        + section);
        return Roles.start(file, Map.of());
    }

    /** Host and port of a machine with one role. */
    private static String at(Roles roles) {
        String line = roles.listening().getFirst();
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    @Test
    void channelsBetweenAgentsAreCarriedOverTls() throws Exception {
        // One slot each: the two cannot be at one agent.
        for (int i = 0; i < 3; i++) {
            HttpResponse<byte[]> answer =
                    user.job(
                            """
                            [{'name':'map','exec':{'path':'swift://~/c/send'},'connect':['reduce'],
                              'devices':[{'name':'stdin','path':'swift://~/c/o'}]},
                             {'name':'reduce','exec':{'path':'swift://~/c/take'},
                              'devices':[{'name':'stdout','content_type':'text/plain'}]}]
                            """);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(DATA);
        }
    }
}
