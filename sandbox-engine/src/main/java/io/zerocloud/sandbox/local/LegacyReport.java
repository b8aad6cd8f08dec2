package io.zerocloud.sandbox.local;

import io.zerocloud.sandbox.session.ChannelReport;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Report;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The seven lines that the original hypervisor prints, for programs that read them. */
public final class LegacyReport {
    private LegacyReport() {}

    /** The report of a session that ran. */
    public static String of(Report report) {
        String digests =
                Stream.concat(
                                report.channels().stream()
                                        .filter(c -> !c.digest().isEmpty())
                                        .map(c -> c.alias() + " " + c.digest()),
                                Stream.of(report.memoryDigest())
                                        .filter(digest -> !digest.isEmpty())
                                        .map(digest -> "/dev/memory " + digest))
                        .collect(Collectors.joining(" "));
        return lines(
                "0",
                report.outcome() instanceof Outcome.Snapshotted ? "1" : "0",
                String.valueOf(report.guestCode().orElse(0)),
                digests.isEmpty() ? "disabled" : digests,
                accounting(report),
                report.state());
    }

    /** The report of a program that was refused. */
    public static String refused(String reason) {
        return lines("1", "0", "0", "disabled", "0.00 0.00 0 0 0 0 0 0 0 0", reason);
    }

    /** The report of a session that could not be set up. */
    public static String notRun(String reason) {
        return lines("2", "0", "0", "disabled", "0.00 0.00 0 0 0 0 0 0 0 0", reason);
    }

    /**
     * System and user seconds, then reads, read bytes, writes and written bytes of local and of
     * network channels.
     */
    public static String accounting(Report report) {
        return seconds(report.systemTime())
                + " "
                + seconds(report.userTime())
                + " "
                + counts(report.channels(), false)
                + " "
                + counts(report.channels(), true);
    }

    private static String counts(List<ChannelReport> channels, boolean network) {
        List<ToLongFunction<ChannelReport>> counters =
                List.of(
                        ChannelReport::gets,
                        ChannelReport::getBytes,
                        ChannelReport::puts,
                        ChannelReport::putBytes);
        return counters.stream()
                .map(
                        counter ->
                                String.valueOf(
                                        channels.stream()
                                                .filter(c -> c.network() == network)
                                                .mapToLong(counter)
                                                .sum()))
                .collect(Collectors.joining(" "));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e9);
    }

    private static String lines(String... lines) {
        return String.join("\n", lines) + "\n\n";
    }
}
