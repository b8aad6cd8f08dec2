package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.disk.DiskObjects;
import io.zerocloud.swift.disk.DiskState;
import io.zerocloud.swift.disk.ObjectFolder;
import io.zerocloud.swift.disk.XattrMetadata;
import io.zerocloud.swift.ring.PathHash;
import io.zerocloud.swift.ring.Ring;
import io.zerocloud.swift.ring.RingDevice;
import io.zerocloud.swift.ring.RingFile;
import io.zerocloud.swift.ring.SwiftConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest {
    private static final byte[] HELLO = "hello, world".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path directory;
    private StoreFixture store;

    @BeforeEach
    void start() throws IOException {
        store = new StoreFixture(directory);
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void whatIsPutCanBeListedReadAndDeleted() throws Exception {
        assertThat(store.owner("PUT", "/c").statusCode()).isEqualTo(201);
        assertThat(store.owner("PUT", "/c").statusCode()).isEqualTo(202);
        assertThat(store.owner("PUT", "/c/a/b", HELLO, "X-Object-Meta-Color", "blue").statusCode())
                .isEqualTo(201);
        assertThat(StoreFixture.text(store.owner("GET", "/c?format=json")))
                .contains("\"name\":\"a/b\"", "\"bytes\":12");
        var got = store.owner("GET", "/c/a/b");
        assertThat(got.body()).isEqualTo(HELLO);
        assertThat(got.headers().firstValue("X-Object-Meta-Color")).contains("blue");
        assertThat(store.owner("DELETE", "/c").statusCode()).isEqualTo(409);
        assertThat(store.owner("DELETE", "/c/a/b").statusCode()).isEqualTo(204);
        assertThat(store.owner("GET", "/c/a/b").statusCode()).isEqualTo(404);
        assertThat(store.owner("DELETE", "/c").statusCode()).isEqualTo(204);
    }

    @Test
    void everyReplicaLiesWhereTheRingSaysAndReadsAsSwiftsDisksDo() throws Exception {
        store.owner("PUT", "/c");
        store.owner("PUT", "/c/o", HELLO, "X-Object-Meta-Color", "blue");
        Path etc = store.store().swiftDirectory();
        SwiftConf conf = SwiftConf.read(etc.resolve("swift.conf"));
        Ring ring = RingFile.read(etc.resolve("object.ring.gz"));
        ObjectPath path = new ObjectPath("AUTH_test", "c", "o");
        PathHash hash = conf.hasher().object(path);
        var primaries = ring.primaries(ring.partition(hash));
        assertThat(primaries).hasSize(3);
        for (RingDevice device : primaries) {
            StorageNode node =
                    store.store().nodes().stream()
                            .filter(n -> n.ip().equals(device.ip()))
                            .findFirst()
                            .orElseThrow();
            Path folder =
                    ObjectFolder.of(
                            node.devices().resolve(device.device()),
                            conf.defaultPolicy(),
                            ring.partPower(),
                            hash);
            DiskState state = new DiskObjects(XattrMetadata.INSTANCE).open(folder, path);
            assertThat(state).isInstanceOf(DiskState.Stored.class);
            try (var object = ((DiskState.Stored) state).object()) {
                assertThat(object.length()).isEqualTo(HELLO.length);
                assertThat(object.metadata().get("X-Object-Meta-Color")).contains("blue");
            }
        }
    }

    @Test
    void aStoreKeepsWhatItHasOverARestart() throws Exception {
        store.owner("PUT", "/c");
        store.owner("PUT", "/c/o", HELLO);
        store.close();
        store = new StoreFixture(directory);
        assertThat(store.owner("GET", "/c/o").body()).isEqualTo(HELLO);
        assertThat(StoreFixture.text(store.owner("GET", "/c"))).isEqualTo("o\n");
    }

    @Test
    void manyBuffersOfBytesComeBackAsTheyWere() throws Exception {
        byte[] bytes = new byte[1_000_003];
        new java.util.Random(7).nextBytes(bytes);
        store.owner("PUT", "/c");
        store.owner("PUT", "/c/o", bytes);
        assertThat(store.owner("GET", "/c/o").body()).isEqualTo(bytes);
        assertThat(store.owner("GET", "/c/o", "Range", "bytes=131071-900000").body())
                .isEqualTo(java.util.Arrays.copyOfRange(bytes, 131_071, 900_001));
    }

    @Test
    void aDirectoryServesOneStoreAtATime() {
        assertThatThrownBy(() -> new StoreFixture(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in use by another store");
    }

    @Test
    void aDirectoryKeepsTheNodesItWasLaidOutWith() {
        store.close();
        assertThatThrownBy(() -> EmbeddedStore.start(directory, StoreFixture.USERS, 2, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was laid out for 4 nodes and 3 replicas, not for 2 and 2");
    }
}
