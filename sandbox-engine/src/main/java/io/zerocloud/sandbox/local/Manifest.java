package io.zerocloud.sandbox.local;

import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A ZeroVM manifest of version 20130611: {@code key = value} lines. Lines without {@code =} and
 * unknown keys are ignored, as the original does. Network channels ({@code tcp:}, {@code udp:}) and
 * daemons ({@code Job}) belong to a cluster and are refused here.
 *
 * @param program path of the executable
 * @param limits memory and time-out
 * @param memoryDigest whether the report has a digest of the guest's memory
 * @param channels in the order of their lines
 */
public record Manifest(Path program, Limits limits, boolean memoryDigest, List<Line> channels) {
    private static final String VERSION = "20130611";
    private static final int FIELDS = 8;

    public Manifest {
        channels = List.copyOf(channels);
    }

    /** One channel line: path on this machine, name for the guest, type, digest flag, limits. */
    public record Line(
            Path source, String alias, ChannelType type, boolean digest, ChannelLimits limits) {}

    /** A manifest that breaks a rule; the message names line and rule. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }
    }

    /** Parses the text of a manifest. */
    public static Manifest parse(String text) throws Invalid {
        Optional<String> version = Optional.empty();
        Optional<Path> program = Optional.empty();
        Optional<String[]> memory = Optional.empty();
        Optional<Duration> timeout = Optional.empty();
        List<Line> channels = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String value = line.substring(equals + 1).strip();
            switch (line.substring(0, equals).strip()) {
                case "Version" -> version = Optional.of(value);
                case "Program" -> program = Optional.of(Path.of(value));
                case "Memory" -> memory = Optional.of(value.split("\\s*,\\s*", -1));
                case "Timeout" -> timeout = Optional.of(Duration.ofSeconds(number(line, value)));
                case "Channel" -> channels.add(channel(line, value));
                case "Job" ->
                        throw new Invalid(
                                "Job: daemons are templates here and are not started by a manifest");
                default -> {}
            }
        }
        if (!version.orElse("").equals(VERSION)) {
            throw new Invalid("Version is " + version.orElse("missing") + ", must be " + VERSION);
        }
        String[] size = memory.orElseThrow(() -> new Invalid("Memory is missing"));
        if (size.length > 2) {
            throw new Invalid(
                    "Memory has " + size.length + " fields, must be size and digest flag");
        }
        try {
            return new Manifest(
                    program.orElseThrow(() -> new Invalid("Program is missing")),
                    new Limits(
                            number("Memory", size[0]),
                            timeout.orElseThrow(() -> new Invalid("Timeout is missing"))),
                    size.length == 2 && flag("Memory", size[1]),
                    channels);
        } catch (IllegalArgumentException e) {
            throw new Invalid(String.valueOf(e.getMessage()));
        }
    }

    private static Line channel(String line, String value) throws Invalid {
        String[] fields = value.split("\\s*,\\s*", -1);
        if (fields.length != FIELDS) {
            throw new Invalid(
                    "a channel has "
                            + FIELDS
                            + " fields, not "
                            + fields.length
                            + ": "
                            + line.strip());
        }
        if (fields[0].startsWith("tcp:")
                || fields[0].startsWith("udp:")
                || fields[0].startsWith("opaque:")) {
            throw new Invalid("network channels need a cluster: " + line.strip());
        }
        try {
            return new Line(
                    Path.of(fields[0]),
                    fields[1],
                    ChannelType.of((int) Math.min(number(line, fields[2]), 4)),
                    flag(line, fields[3]),
                    new ChannelLimits(
                            number(line, fields[4]),
                            number(line, fields[5]),
                            number(line, fields[6]),
                            number(line, fields[7])));
        } catch (IllegalArgumentException e) {
            throw new Invalid(e.getMessage() + ": " + line.strip());
        }
    }

    private static boolean flag(String line, String text) throws Invalid {
        return switch (text) {
            case "0" -> false;
            case "1" -> true;
            default ->
                    throw new Invalid(
                            "the digest flag is \"" + text + "\", must be 0 or 1: " + line.strip());
        };
    }

    private static long number(String line, String text) throws Invalid {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new Invalid("\"" + text + "\" is no number: " + line.strip());
        }
    }
}
