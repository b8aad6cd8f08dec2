package io.zerocloud.serve;

import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zerocloud.swift.store.StoreUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster for the behaviours of the original's own tests that a client can see. The tests bear
 * their numbers in the catalogue. The guest {@code copy} stands for the original's sorter: it
 * copies stdin to stdout.
 */
@Timeout(180)
abstract class JobCatalogue {
    static final String COPY = "'exec':{'path':'swift://~/c/copy'}";

    @TempDir static Path folder;

    static EmbeddedCluster cluster;
    static Client user;
    static Client other;

    @BeforeAll
    static void start() throws Exception {
        Path image = folder.resolve("sys.tar");
        Files.write(
                image,
                tar(
                        Map.of(
                                "bin/copy",
                                TestGuests.copy(0, 1, 0),
                                "bin/nvram",
                                TestGuests.copy(3, 1, 0),
                                "bin/second",
                                TestGuests.copy(4, 1, 0))));
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder.resolve("cluster"))
                                .withUsers(
                                        List.of(
                                                StoreUser.admin("a", "user", "key"),
                                                StoreUser.admin("a1", "user1", "key1"),
                                                StoreUser.admin("a1", "user2", "key2")))
                                .withSystemImages(Map.of("sysimage1", image)));
        user = Client.login(cluster.url(), "a:user", "key");
        other = Client.login(cluster.url(), "a1:user1", "key1");
        for (String container : new String[] {"c", "c_in1", "c_in2", "c_out1", "c_out2"}) {
            user.put(container, new byte[0]);
        }
        user.put(
                "c/o",
                bytes("0123456789"),
                "Content-Type",
                "text/plain",
                "X-Object-Meta-Key1",
                "value1");
        for (String container : new String[] {"c_in1", "c_in2"}) {
            for (String name : new String[] {"input1", "input2", "junk"}) {
                user.put(
                        container + "/" + name,
                        bytes(container + "/" + name + "\n"),
                        "Content-Type",
                        "text/plain");
            }
        }
        user.put("c/copy", TestGuests.copy(0, 1, 0), "Content-Type", "application/x-nexe");
        user.put("c/fails", TestGuests.says("partly\n", "could not go on\n", 4));
        user.put("c/env", TestGuests.copy(3, 1, 0));
        user.put("c/envwithinput", TestGuests.copy(4, 1, 0));
        user.put("c/toerr", TestGuests.copy(0, 2, 0));
        user.put("c/input", TestGuests.copy(3, 1, 0));
        user.put("c/hello", TestGuests.says("hello, world", "\nfinished\n", 0));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    static String hello(String devices) {
        return "[{'name':'hello','exec':{'path':'swift://~/c/hello'},'devices':[" + devices + "]}]";
    }

    static String wild(String path, String output) {
        return "[{'name':'sort',%s,'devices':[{'name':'stdin','path':'swift://~/%s'},{'name':'stdout'%s}]}]"
                .formatted(COPY, path, output);
    }

    static HttpResponse<byte[]> post(byte[] body, String type) throws Exception {
        return user.call(
                "POST",
                "/v1/" + user.account(),
                body,
                "X-Zerovm-Execute",
                "1.0",
                "Content-Type",
                type);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
