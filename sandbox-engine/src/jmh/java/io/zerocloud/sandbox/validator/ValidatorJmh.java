package io.zerocloud.sandbox.validator;

import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Validation of one large text on one warm core; the counter {@code megabytes} is MB a second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class ValidatorJmh {
    private static final String GENERATED = "generated";
    private static final int BUNDLES = 1 << 17;

    /** What is validated. */
    @State(Scope.Benchmark)
    public static class Text {
        /** An executable, or {@code generated} for 4 MiB of {@link SampleCode}. */
        @Param(GENERATED)
        public String text = GENERATED;

        private byte[] code = new byte[0];

        /** Reads or makes the text. */
        @Setup
        public void load() throws IOException, ElfRejected {
            if (text.equals(GENERATED)) {
                code = SampleCode.valid(1, BUNDLES);
            } else {
                byte[] file = Files.readAllBytes(Path.of(text));
                code = NexeImage.parse(file).mappedText(ByteBuffer.wrap(file));
            }
            if (!Validator.standard().validate(code, 0, code.length, 0x20000).accepted()) {
                throw new IllegalArgumentException(text + " is refused");
            }
        }
    }

    /** Counts bytes beside runs. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Volume {
        /** Of code validated, in units of 10^6 bytes. */
        public double megabytes;
    }

    /** One whole text. */
    @Benchmark
    public Verdict validate(Text text, Volume volume) {
        volume.megabytes += text.code.length / 1e6;
        return Validator.standard().validate(text.code, 0, text.code.length, 0x20000);
    }
}
