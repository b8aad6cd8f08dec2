package io.zerocloud.cli.bench;

import io.zerocloud.cli.bench.Measurement.Target;
import io.zerocloud.cli.guest.SampleGuest;
import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.validator.ChunkStream;
import io.zerocloud.sandbox.validator.SampleCode;
import io.zerocloud.sandbox.validator.Validator;
import io.zerocloud.sandbox.validator.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Validation on one warm core: what the tool chain makes of a sample, C library included; random
 * valid code, which no branch predictor learns and no compiler emits; and many small chunks of the
 * latter as {@code zerocloud validate --batch} takes them. The median of runs in wall-clock time.
 */
final class ValidateBenchmark implements Benchmark {
    private static final String GUEST = "wordcount";
    private static final int BUNDLES = 1 << 17;
    private static final int CHUNKS = 500_000;
    private static final int WARM_UP = 30;
    private static final int RUNS = 21;

    @Override
    public String name() {
        return "validate";
    }

    @Override
    public String description() {
        return "checking code on one warm core";
    }

    @Override
    public void run(Consumer<Measurement> results) throws IOException {
        Validator validator = Validator.standard();
        byte[] code = SampleCode.valid(1, BUNDLES);
        Optional<byte[]> guest = compiled();
        Target target = new Target.OursAtLeast(200);
        if (guest.isPresent()) {
            String name = "validation of " + GUEST + ".c, compiled";
            results.accept(speed(name, validator, guest.get(), target));
        }
        results.accept(
                speed(
                        "validation of random valid code",
                        validator,
                        code,
                        guest.isPresent() ? new Target.None() : target));
        byte[] stream = chunks(code);
        double batch =
                median(
                        () ->
                                new ChunkStream(
                                                validator,
                                                new ByteArrayInputStream(stream),
                                                OutputStream.nullOutputStream())
                                        .run());
        results.accept(
                new Measurement(
                        "validation of 32-byte chunks",
                        CHUNKS / batch,
                        Double.NaN,
                        "1/s",
                        new Target.OursAtLeast(200_000)));
    }

    private static Measurement speed(String name, Validator validator, byte[] code, Target target)
            throws IOException {
        double seconds =
                median(
                        () -> {
                            Verdict verdict = validator.validate(code, 0, code.length, 0x20000);
                            if (!verdict.accepted()) {
                                throw new IllegalStateException("the code was refused: " + name);
                            }
                        });
        return new Measurement(name, code.length / seconds / 1e6, Double.NaN, "MB/s", target);
    }

    /**
     * The text of a guest without its fill, repeated to about the size of the generated code; none
     * where guests cannot be compiled.
     */
    private static Optional<byte[]> compiled() {
        byte[] file;
        NexeImage image;
        try {
            file = SampleGuest.compile(GUEST);
            image = NexeImage.parse(file);
        } catch (IOException | ElfRejected e) {
            System.err.println("validate: no compiled guest: " + e.getMessage());
            return Optional.empty();
        }
        int length = (int) image.text().fileSize() / Validator.BUNDLE * Validator.BUNDLE;
        byte[] text = image.mappedText(ByteBuffer.wrap(file));
        int copies = Math.max(1, BUNDLES * Validator.BUNDLE / length);
        ByteBuffer code = ByteBuffer.allocate(copies * length);
        for (int i = 0; i < copies; i++) {
            code.put(text, 0, length);
        }
        return Optional.of(code.array());
    }

    private static byte[] chunks(byte[] code) {
        ByteBuffer stream =
                ByteBuffer.allocate(CHUNKS * (4 + Validator.BUNDLE)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < CHUNKS; i++) {
            stream.putInt(Validator.BUNDLE)
                    .put(code, i % BUNDLES * Validator.BUNDLE, Validator.BUNDLE);
        }
        return stream.array();
    }

    private interface Task {
        void run() throws IOException;
    }

    private static double median(Task task) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            task.run();
        }
        long[] nanos = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            task.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[RUNS / 2] / 1e9;
    }
}
