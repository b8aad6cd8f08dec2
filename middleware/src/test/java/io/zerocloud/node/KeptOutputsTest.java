package io.zerocloud.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.wire.KeptLink;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptOutputsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Outputs.Head HEAD = new Outputs.Head(Map.of("Content-Type", "a/b"), 0);

    @TempDir Path folder;

    private final Quota disk = new Quota("disk", 1_000);
    private final SetClock clock = new SetClock();
    private final KeptOutputs kept = new KeptOutputs(clock, new Quota("kept", 250));

    private static final class SetClock extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static KeptLink link(String session) {
        return new KeptLink("AUTH_ä b/c", "node1", session, "stdout");
    }

    private Outputs.Source streamed(int bytes) throws IOException {
        Spool spool = new Spool(folder, 0, disk);
        spool.write(new byte[bytes], 0, bytes);
        return new Outputs.Source.Streamed(spool);
    }

    @Test
    void anOutputWaitsForAnHourAndIsThenGivenBack() throws IOException {
        SessionResult.Kept place = kept.keep(link("1"), streamed(100), HEAD).orElseThrow();
        assertThat(place.time()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(KeptLink.parse(place.link())).contains(link("1"));
        clock.now = START.plus(Duration.ofMinutes(59));
        kept.sweep();
        assertThat(kept.find(link("1"))).isPresent();
        assertThat(disk.used()).isEqualTo(100);
        clock.now = START.plus(Duration.ofHours(1));
        assertThat(kept.find(link("1"))).as("before anybody swept").isEmpty();
        kept.sweep();
        assertThat(disk.used()).isZero();
    }

    @Test
    void whatFindsNoRoomStaysItsOwners() throws IOException {
        Outputs.Source first = streamed(200);
        Outputs.Source second = streamed(51);
        assertThat(kept.keep(link("1"), first, HEAD)).isPresent();
        assertThat(kept.keep(link("2"), second, HEAD)).isEmpty();
        assertThat(second.length()).isEqualTo(51);
        second.close();
        kept.drop(link("1"));
        assertThat(disk.used()).isZero();
        assertThat(kept.keep(link("3"), streamed(250), HEAD)).isPresent();
        kept.close();
        assertThat(disk.used()).isZero();
    }

    @Test
    void aFileWaitsWithItsOwnBytesOnly() throws IOException {
        WrittenFile file = WrittenFile.of(folder, disk, 900);
        assertThat(disk.used()).isEqualTo(900);
        assertThat(kept.keep(link("1"), new Outputs.Source.InFile(file), HEAD)).isPresent();
        assertThat(disk.used()).isZero();
        kept.drop(link("1"));
        assertThat(disk.used()).isZero();
    }

    @Test
    void aLinkIsReadAsItWasWritten() {
        for (KeptLink link :
                new KeptLink[] {
                    link("j-1-1"),
                    new KeptLink("AUTH_a+b%2F", "n:1", "s", "a/b"),
                    new KeptLink("A", "n", "s", "stderr")
                }) {
            assertThat(link.path()).doesNotContain(" ").startsWith("/kept/");
            assertThat(KeptLink.parse(link.path())).contains(link);
        }
        for (String none :
                new String[] {
                    "/kept/A/n/s",
                    "/kept/A/n/s/d/e",
                    "/kept//n/s/d",
                    "/kept/A/n/s/",
                    "/kept/A/n/%73/d",
                    "/kept/A%zz/n/s/d",
                    "kept/A/n/s/d",
                    "/kepT/A/n/s/d"
                }) {
            assertThat(KeptLink.parse(none)).as(none).isEmpty();
        }
    }
}
