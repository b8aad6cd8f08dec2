package io.zerocloud.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.wire.Blob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
    private static final int QUOTA = 1_000;

    @TempDir Path folder;

    private BlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = new BlobStore(folder, QUOTA);
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private Blob store(int length, int value) throws IOException {
        return store.store(
                new ByteArrayInputStream(bytes(length, value)), Optional.empty(), 10_000);
    }

    @Test
    void theLongestUnusedMakeRoom() throws IOException {
        Blob first = store(400, 1);
        Blob second = store(400, 2);
        assertThat(store.find(first.sha256())).isPresent();
        Blob third = store(400, 3);
        assertThat(store.find(second.sha256())).isEmpty();
        assertThat(store.find(first.sha256())).isPresent();
        assertThat(store.find(third.sha256()).orElseThrow()).hasBinaryContent(bytes(400, 3));
    }

    @Test
    void whatIsOnItsWayCountsToo() throws IOException {
        InputStream slow =
                new InputStream() {
                    private int calls;

                    @Override
                    public int read() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) {
                        calls++;
                        if (calls == 1) {
                            return 700;
                        }
                        // 700 bytes of this one are written and not yet a blob.
                        assertThatThrownBy(() -> store(400, 5))
                                .isInstanceOf(BlobStore.TooLong.class);
                        return -1;
                    }
                };
        store.store(slow, Optional.empty(), 10_000);
        assertThat(store(1_000, 6).length()).isEqualTo(1_000);
    }

    @Test
    void nothingRemainsOfWhatIsRefused() throws IOException {
        assertThatThrownBy(() -> store(1_001, 1)).isInstanceOf(BlobStore.TooLong.class);
        assertThatThrownBy(
                        () ->
                                store.store(
                                        new ByteArrayInputStream(bytes(500, 1)),
                                        Optional.of("0".repeat(64)),
                                        10_000))
                .hasMessageContaining("hash to");
        Blob twice = store(500, 1);
        assertThat(store(500, 1)).isEqualTo(twice);
        store(500, 2);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }
}
