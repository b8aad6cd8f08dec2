package io.zerocloud.sandbox.session;

import static io.zerocloud.sandbox.session.Driver.AREA;
import static io.zerocloud.sandbox.session.Driver.EACCES;
import static io.zerocloud.sandbox.session.Driver.EDQUOT;
import static io.zerocloud.sandbox.session.Driver.EFAULT;
import static io.zerocloud.sandbox.session.Driver.EINVAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Results of the trap, in the order of its checks. Channels: 0 stdin (commands), 1 stdout
 * (results), 2 stderr, 3 and on as each test adds them.
 */
@ExtendWith(Engines.class)
class TrapTest {
    private static final long LAST = 0xFFFFFFFFL;

    private static List<Long> results(Engine engine, Driver driver, Channel... channels)
            throws Exception {
        Run run =
                Run.of(
                        engine,
                        Guests.nexe("driver"),
                        driver.input(),
                        spec -> spec.channels(List.of(channels)));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        return Driver.results(run);
    }

    private static Channel file(String alias, ChannelType type, ChannelLimits limits, String text)
            throws Exception {
        return new Channel(
                alias,
                type,
                limits,
                Backing.FileRegion.whole(OpenFile.of(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void badChannelsAndPointersAreRefusedBeforeAnythingElse(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .read(99, AREA, 1, 0)
                        .read(-1, AREA, 1, 0)
                        .write(3, AREA, 1, 0)
                        .read(0, 0, 1, 0) // below the trampoline
                        .read(0, 0x10000, 1, 0) // trampoline
                        .read(0, 0x20000, 1, 0) // text
                        .read(0, 0x30000, 1, 0) // rodata
                        .read(0, 0xFEFFFFFCL, 4, 0) // user manifest
                        .read(0, 0x4000000, 1, 0) // the hole behind the heap
                        .read(0, LAST, 2, 0) // beyond 4 GiB
                        .read(0, AREA, -1, 0)
                        .read(0, AREA, 0, 0)
                        .read(0, 0, 0, 0)
                        .write(1, 0x5000000, 1, 0)
                        .write(1, LAST, 2, 0)
                        .write(1, AREA, -5, 0)
                        .write(1, AREA, 0, 0)
                        .write(2, 0x20000, 16, 0); // text can be read
        assertThat(results(engine, driver))
                .containsExactly(
                        EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL,
                        EINVAL, EFAULT, 0L, 0L, EINVAL, EINVAL, EFAULT, 0L, 16L);
    }

    @Test
    void otherFunctionsAreRefused(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .trap(0, 0, 0, 0, 0)
                        .trap(Driver.READ | 1L << 32, 0, AREA, 1, 0)
                        .trap(-1, 0, 0, 0, 0)
                        .trap(Driver.FORK, 0, 0, 0, 0)
                        .trap(Driver.JAIL, AREA, 4096, 0, 0)
                        .trap(Driver.UNJAIL, AREA, 4096, 0, 0);
        assertThat(results(engine, driver)).containsExactly(-1L, -1L, -1L, 0L, EACCES, EACCES);
    }

    @Test
    void randomReadsClipToTheChannel(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .read(3, AREA, 4, 6) // in the middle
                        .read(3, AREA, 100, 6) // clipped
                        .read(3, AREA, 1, 10) // at the end: free
                        .read(3, AREA, 1, 11) // behind the end
                        .read(3, AREA, 1, -1)
                        .read(3, AREA, 100, 0)
                        .read(3, AREA, 1, 0) // gets used up
                        .read(3, AREA, 1, 10) // still free
                        .write(3, AREA, 1, 0); // not writable
        Channel channel =
                file("/dev/in", ChannelType.RANDOM, new ChannelLimits(3, 1000, 0, 0), "0123456789");
        assertThat(results(engine, driver, channel))
                .containsExactly(4L, 4L, 0L, EFAULT, EINVAL, 10L, EDQUOT, 0L, EDQUOT);
    }

    @Test
    void bytesAreLimitedToo(Engine engine) throws Exception {
        Driver driver = new Driver().read(3, AREA, 7, 0).read(3, AREA, 7, 0).read(3, AREA, 7, 0);
        Channel channel =
                file("/dev/in", ChannelType.RANDOM, new ChannelLimits(100, 10, 0, 0), "0123456789");
        assertThat(results(engine, driver, channel)).containsExactly(7L, 3L, EDQUOT);
    }

    @Test
    void sequentialReadsIgnoreTheOffsetAndLearnTheEnd(Engine engine) throws Exception {
        Driver driver =
                new Driver()
                        .read(3, AREA, 4, 999)
                        .read(3, AREA, 100, -7) // short: the end was seen
                        .read(3, AREA, 1, 0)
                        .read(3, AREA, 1, 0)
                        .write(1, AREA, 6, 0);
        Channel channel =
                file(
                        "/dev/in",
                        ChannelType.SEQUENTIAL,
                        new ChannelLimits(2, 1000, 0, 0),
                        "0123456789");
        Run run =
                Run.of(
                        engine,
                        Guests.nexe("driver"),
                        driver.input(),
                        spec -> spec.channel(channel));
        assertThat(Driver.results(run)).startsWith(4L, 6L, 0L, 0L);
        assertThat(run.stdout()).contains("456789");
        assertThat(run.report().channel("/dev/in").gets()).isEqualTo(2);
        assertThat(run.report().channel("/dev/in").getBytes()).isEqualTo(10);
    }

    @Test
    void aRegionHidesTheRestOfItsFile(Engine engine) throws Exception {
        for (ChannelType type : ChannelType.values()) {
            Driver driver = new Driver().read(3, AREA, 100, 0).write(1, AREA, 5, 0);
            Channel channel =
                    new Channel(
                            "/dev/in",
                            type,
                            ChannelLimits.reads(100),
                            new Backing.FileRegion(
                                    OpenFile.of(
                                            "secretHELLOsecret".getBytes(StandardCharsets.UTF_8)),
                                    6,
                                    5));
            Run run =
                    Run.of(
                            engine,
                            Guests.nexe("driver"),
                            driver.input(),
                            spec -> spec.channel(channel));
            assertThat(run.stdout()).contains("HELLO").doesNotContain("secret");
        }
    }

    @Test
    void writesFollowTheTypesRules(Engine engine) throws Exception {
        try (OpenFile sequential = OpenFile.memory();
                OpenFile random = OpenFile.memory();
                OpenFile append = OpenFile.memory();
                OpenFile both = OpenFile.memory()) {
            Driver fill = new Driver().write(3, 0x20000, 4, 0).write(4, 0x20000, 8, 0);
            results(
                    engine,
                    fill,
                    write("/dev/a", ChannelType.SEQUENTIAL, append, ChannelLimits.writes(10)),
                    write("/dev/b", ChannelType.SEQUENTIAL, both, ChannelLimits.writes(10)));
            assertThat(append.size()).isEqualTo(4);
            Driver driver =
                    new Driver()
                            .write(3, 0x20000, 3, 77) // append ignores the offset
                            .write(4, 0x20000, 2, 7) // both: grows to 9
                            .write(4, 0x20000, 1, 8 + 10 + 1) // behind size + remaining
                            .read(4, AREA, 100, 0)
                            .write(5, 0x20000, 2, 5) // random: a hole before it
                            .write(5, 0x20000, 2, 10) // at the put limit
                            .write(5, 0x20000, 20, 0) // clipped to what remains
                            .write(5, 0x20000, 1, 0) // used up
                            .write(5, 0x20000, 1, -1)
                            .read(5, AREA, 1, 0) // no gets
                            .write(6, 0x20000, 6, 0)
                            .write(6, 0x20000, 6, 0);
            assertThat(
                            results(
                                    engine,
                                    driver,
                                    write(
                                            "/dev/a",
                                            ChannelType.APPEND,
                                            append,
                                            ChannelLimits.writes(10)),
                                    write(
                                            "/dev/b",
                                            ChannelType.RANDOM,
                                            both,
                                            new ChannelLimits(9, 100, 9, 10)),
                                    write(
                                            "/dev/c",
                                            ChannelType.RANDOM,
                                            random,
                                            ChannelLimits.writes(10)),
                                    write(
                                            "/dev/d",
                                            ChannelType.SEQUENTIAL,
                                            sequential,
                                            ChannelLimits.writes(10))))
                    .containsExactly(
                            3L, 2L, EINVAL, 9L, 2L, EINVAL, 8L, EDQUOT, EINVAL, EDQUOT, 6L, 4L);
            assertThat(append.size()).isEqualTo(7);
            assertThat(both.size()).isEqualTo(9);
            assertThat(random.size()).isEqualTo(8);
            assertThat(sequential.size()).isEqualTo(10);
        }
    }

    private static Channel write(
            String alias, ChannelType type, OpenFile file, ChannelLimits limits) {
        return new Channel(alias, type, limits, new Backing.WritableFile(file));
    }
}
