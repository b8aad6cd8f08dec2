package io.zerocloud.toolchain;

import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Channel;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.GuestConfiguration;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.SessionSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs compiled guests in the real sandbox and collects what they print. */
final class GuestRunner implements AutoCloseable {
    private static final long MEMORY = 256L << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long MAX_OUTPUT = 16 << 20;

    private final Engine engine;

    GuestRunner() throws EngineException {
        engine = Engine.start(EngineConfig.defaults().withPoolSize(2));
    }

    /** The end of a run: an exit code, or the cause of another end as text. */
    record Result(String end, String output) {
        static Result exited(int code, String output) {
            return new Result("exit " + code, output);
        }
    }

    Result run(Path nexe, String input) throws EngineException, IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (Program program = engine.load(nexe);
                OpenFile stdin = OpenFile.of(input.getBytes(StandardCharsets.UTF_8))) {
            SessionSpec spec =
                    SessionSpec.of(program, new Limits(MEMORY, TIMEOUT))
                            .channel(
                                    new Channel(
                                            Channel.STDIN,
                                            ChannelType.SEQUENTIAL,
                                            ChannelLimits.reads(MAX_OUTPUT),
                                            Backing.FileRegion.whole(stdin)))
                            .channel(sink(Channel.STDOUT, output))
                            .channel(sink(Channel.STDERR, new ByteArrayOutputStream()))
                            .configuration(
                                    new GuestConfiguration(
                                            List.of("program"),
                                            Map.of(),
                                            List.of(),
                                            Map.of(),
                                            0,
                                            0,
                                            false))
                            .build();
            Report report = engine.start(spec).await();
            String text = output.toString(StandardCharsets.ISO_8859_1);
            return report.outcome() instanceof Outcome.Exited(int code)
                    ? Result.exited(code & 0xFF, text)
                    : new Result(report.outcome().cause(), text);
        }
    }

    private static Channel sink(String alias, ByteArrayOutputStream sink) {
        return new Channel(
                alias,
                ChannelType.SEQUENTIAL,
                ChannelLimits.writes(MAX_OUTPUT),
                new Backing.ToStream(sink));
    }

    @Override
    public void close() {
        engine.close();
    }
}
