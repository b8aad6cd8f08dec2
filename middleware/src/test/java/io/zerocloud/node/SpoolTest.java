package io.zerocloud.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SpoolTest {
    @TempDir Path folder;

    private final Quota quota = new Quota("spool", 1 << 20);

    @Test
    void whatIsWrittenIsReadFromMemoryAndFromTheFileAlike() throws Exception {
        for (int size : new int[] {0, 1, 999, 1000, 1001, 300_000}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Spool spool = new Spool(folder, 1000, quota);
            for (int at = 0; at < size; at += 700) {
                spool.write(bytes, at, Math.min(700, size - at));
            }
            spool.complete();
            assertThat(spool.reader(0).readAllBytes()).isEqualTo(bytes);
            assertThat(quota.used()).isEqualTo(size > 1000 ? size : 0);
            spool.drop();
            assertThat(quota.used()).isZero();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aReaderFollowsTheWriter() throws Exception {
        Spool spool = new Spool(folder, 10, quota);
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (InputStream in = spool.reader(2)) {
                                read.complete(in.readAllBytes());
                            } catch (java.io.IOException e) {
                                read.completeExceptionally(e);
                            }
                        });
        for (int i = 0; i < 100; i++) {
            spool.write(i);
        }
        spool.complete();
        assertThat(read.get()).hasSize(98).startsWith(2, 3, 4);
        spool.drop();
    }

    @Test
    void aFullQuotaFailsTheWriteAndTakesNothing() throws Exception {
        Spool spool = new Spool(folder, 10, quota);
        spool.write(new byte[1 << 19]);
        assertThatThrownBy(() -> spool.write(new byte[1 << 20])).isInstanceOf(Quota.Exceeded.class);
        assertThat(quota.used()).isEqualTo(1 << 19);
        spool.drop();
        assertThatThrownBy(() -> spool.write(1)).hasMessageContaining("dropped");
        assertThatThrownBy(() -> spool.reader(0).read()).hasMessageContaining("dropped");
    }

    @Test
    void aFullDiskFailsTheWriteAndTakesNothing() throws Exception {
        for (int inMemory : new int[] {10, 100_000}) {
            try (SmallDisk _ = SmallDisk.at(folder, 64)) {
                Spool spool = new Spool(folder, inMemory, quota);
                assertThatThrownBy(
                                () -> {
                                    for (int i = 0; i < 100; i++) {
                                        spool.write(new byte[3_000]);
                                    }
                                })
                        .as("%s bytes in memory", inMemory)
                        .isInstanceOf(java.io.IOException.class)
                        .hasMessageContaining("No space left");
                assertThat(quota.used()).isLessThanOrEqualTo(64 * 1024);
                spool.drop();
                assertThat(quota.used()).isZero();
                assertThat(folder).isEmptyDirectory();
            }
        }
    }
}
