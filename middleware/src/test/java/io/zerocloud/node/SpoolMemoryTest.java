package io.zerocloud.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolMemoryTest {
    @TempDir Path folder;

    private final Quota memory = new Quota("memory", 10_000);
    private final Quota disk = new Quota("disk", 100_000);

    private Spool spool(byte[] content) throws Exception {
        Spool spool = new Spool(folder, 8_000, memory, disk);
        spool.write(content);
        spool.complete();
        return spool;
    }

    @Test
    void manySmallOutputsTogetherKeepToTheMemoryOfAll() throws Exception {
        byte[] content =
                "some output ".repeat(500).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Spool first = spool(content);
        assertThat(memory.used()).isEqualTo(content.length);
        assertThat(disk.used()).isZero();
        Spool second = spool(content);
        assertThat(memory.used()).isLessThanOrEqualTo(10_000);
        assertThat(disk.used()).isEqualTo(content.length);
        for (Spool spool : new Spool[] {first, second}) {
            assertThat(spool.reader(0).readAllBytes()).isEqualTo(content);
            spool.drop();
            spool.drop();
        }
        assertThat(memory.used()).isZero();
        assertThat(disk.used()).isZero();
    }

    @Test
    void whatGrowsBeyondItsShareGivesTheMemoryBack() throws Exception {
        Spool spool = new Spool(folder, 8_000, memory, disk);
        for (int i = 0; i < 10; i++) {
            spool.write(new byte[1_000]);
        }
        assertThat(memory.used()).isZero();
        assertThat(disk.used()).isEqualTo(10_000);
        spool.drop();
        assertThat(disk.used()).isZero();
    }
}
