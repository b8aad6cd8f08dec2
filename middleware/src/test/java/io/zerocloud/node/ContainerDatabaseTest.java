package io.zerocloud.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Listings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerDatabaseTest {
    private static final StorePath CONTAINER = StorePath.container("a", "c");

    @TempDir private Path folder;

    /** A container of that many objects, a page at a time. */
    private record Pages(int count) implements Listings {
        private static final int PAGE = 1_000;

        @Override
        public List<String> containers(String account, String prefix, String marker) {
            return List.of();
        }

        @Override
        public List<ListedObject> objects(
                String account, String container, String prefix, String marker) {
            int from = marker.isEmpty() ? 0 : Integer.parseInt(marker) + 1;
            return IntStream.range(from, Math.min(count, from + PAGE))
                    .mapToObj(
                            i ->
                                    new ListedObject(
                                            "%07d".formatted(i),
                                            1,
                                            "d41d8cd98f00b204e9800998ecf8427e",
                                            "text/plain",
                                            "2026-01-01T00:00:00.000000"))
                    .toList();
        }
    }

    @Test
    void aDatabaseTakesNoMoreDiskThanWasPaidForAndEqualListingsGiveEqualBytes() throws Exception {
        Quota disk = new Quota("test", 64 << 20);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        long taken = ContainerDatabase.build(first, CONTAINER, new Pages(5_000), disk);
        assertThat(disk.used()).isEqualTo(taken);
        assertThat(Files.size(first)).isLessThanOrEqualTo(taken);
        ContainerDatabase.build(second, CONTAINER, new Pages(5_000), disk);
        assertThat(first).hasSameBinaryContentAs(second);
    }

    @Test
    void aContainerThatDoesNotFitIsRefusedAndNothingStaysTaken() {
        Quota disk = new Quota("test", 1 << 20);
        assertThatThrownBy(
                        () ->
                                ContainerDatabase.build(
                                        folder.resolve("large"),
                                        CONTAINER,
                                        new Pages(1_000_000),
                                        disk))
                .isInstanceOf(Quota.Exceeded.class);
        assertThat(disk.used()).isZero();
    }
}
