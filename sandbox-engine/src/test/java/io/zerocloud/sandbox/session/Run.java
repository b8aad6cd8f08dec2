package io.zerocloud.sandbox.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** One run of a guest with standard streams from and to memory. */
final class Run {
    static final long MEMORY = 64L << 20;

    private final Report report;
    private final ByteArrayOutputStream out;

    private Run(Report report, ByteArrayOutputStream out) {
        this.report = report;
        this.out = out;
    }

    Report report() {
        return report;
    }

    Outcome outcome() {
        return report.outcome();
    }

    String stdout() {
        return out.toString(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static Run of(Engine engine, byte[] nexe) throws Exception {
        return of(engine, nexe, InputStream.nullInputStream(), builder -> builder);
    }

    static Run of(
            Engine engine, byte[] nexe, InputStream in, UnaryOperator<SessionSpec.Builder> more)
            throws Exception {
        try (Program program = engine.load(new ByteArrayInputStream(nexe))) {
            return of(engine, program, new Limits(MEMORY, Duration.ofSeconds(10)), in, more);
        }
    }

    static Run of(
            Engine engine,
            Program program,
            Limits limits,
            InputStream in,
            UnaryOperator<SessionSpec.Builder> more)
            throws EngineException, InterruptedException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SessionSpec.Builder builder =
                SessionSpec.of(program, limits)
                        .channel(in(Channel.STDIN, in))
                        .channel(out(Channel.STDOUT, out))
                        .channel(nothing(Channel.STDERR));
        return new Run(engine.start(more.apply(builder).build()).await(), out);
    }

    static Channel in(String alias, InputStream stream) {
        return new Channel(
                alias,
                ChannelType.SEQUENTIAL,
                ChannelLimits.reads(1L << 40),
                new Backing.FromStream(stream));
    }

    static Channel out(String alias, ByteArrayOutputStream stream) {
        return new Channel(
                alias,
                ChannelType.SEQUENTIAL,
                ChannelLimits.writes(1L << 40),
                new Backing.ToStream(stream));
    }

    static Channel nothing(String alias) {
        return new Channel(
                alias,
                ChannelType.SEQUENTIAL,
                ChannelLimits.writes(1L << 40),
                new Backing.Nothing());
    }
}
