package io.zerocloud.toolchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles gcc's own execution tests as guests and as native programs and compares what they print
 * and how they end, at every level of optimisation. The tests come from Debian's gcc-12-source and
 * stay there. A fixed sample runs by default, all of them with {@code -Dtorture=all}, or with
 * {@code -Dtorture=-O2,-Os} at these levels.
 */
class TortureIT {
    private static final Path TARBALL = Path.of("/usr/src/gcc-12/gcc-12.2.0-dfsg.tar.xz");
    private static final Path GUEST = Path.of("..", "sandbox-engine", "guest");
    private static final Path EXCEPTIONS =
            Path.of("src/test/resources/toolchain/torture-exceptions.txt");
    private static final String SELECTED = System.getProperty("torture", "");
    private static final boolean SAMPLE = SELECTED.isEmpty();
    private static final List<String> LEVELS =
            SAMPLE || SELECTED.equals("all")
                    ? List.of("-O0", "-O1", "-O2", "-O3", "-Os")
                    : List.of(SELECTED.split(","));
    private static final int SAMPLE_STEP = 80;
    private static final Pattern OPTIONS =
            Pattern.compile("dg-(?:additional-)?options\\s+\"([^\"]*)\"\\s*}");

    @TempDir private Path directory;

    private record Case(Path source, String level) {
        String name() {
            return source.getFileName() + " " + level;
        }
    }

    private record Result(Case test, String difference, boolean usable) {}

    @Test
    void guestsDoWhatNativeProgramsDo() throws Exception {
        assumeTrue(Files.exists(TARBALL), "needs Debian's package gcc-12-source");
        Map<String, String> exceptions = exceptions();
        List<Result> results = new ArrayList<>();
        try (GuestRunner runner = new GuestRunner();
                ExecutorService workers =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Result>> running = new ArrayList<>();
            Compiler compiler = new Compiler();
            for (Case test : cases()) {
                running.add(workers.submit(() -> compare(runner, compiler, test)));
            }
            for (Future<Result> one : running) {
                results.add(one.get());
            }
        }
        Map<String, String> unexpected = new TreeMap<>();
        for (String level : LEVELS) {
            List<Result> usable =
                    results.stream()
                            .filter(r -> r.usable() && r.test().level().equals(level))
                            .toList();
            long equal = usable.stream().filter(result -> result.difference().isEmpty()).count();
            System.out.printf("torture: %s: %d of %d equal%n", level, equal, usable.size());
            assertThat(usable).hasSizeGreaterThan(SAMPLE ? 15 : 1000);
        }
        for (Result result : results) {
            boolean excused =
                    exceptions.containsKey(result.test().source().getFileName().toString());
            if (!result.difference().isEmpty() && !excused) {
                unexpected.put(result.test().name(), result.difference());
            }
        }
        assertThat(unexpected).isEmpty();
    }

    private static List<Case> cases() throws Exception {
        Process script =
                new ProcessBuilder(GUEST.resolve("gcc/source.sh").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String folder =
                new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(script.waitFor()).isZero();
        Path tests = Path.of(folder, "gcc/testsuite/gcc.c-torture/execute");
        List<Path> sources = new ArrayList<>();
        for (Path part : List.of(tests, tests.resolve("ieee"))) {
            try (Stream<Path> files = Files.list(part)) {
                files.filter(f -> f.toString().endsWith(".c")).sorted().forEach(sources::add);
            }
        }
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < sources.size(); i += SAMPLE ? SAMPLE_STEP : 1) {
            for (String level : LEVELS) {
                cases.add(new Case(sources.get(i), level));
            }
        }
        return cases;
    }

    private Result compare(GuestRunner runner, Compiler compiler, Case test) throws Exception {
        Path work = Files.createTempDirectory(directory, "case");
        List<String> options = options(test);
        Path nativeProgram = work.resolve("native");
        List<String> nativeCommand = new ArrayList<>(List.of("gcc"));
        nativeCommand.addAll(options);
        nativeCommand.addAll(List.of("-o", nativeProgram.toString(), "-lm"));
        GuestRunner.Result expected = nativeRun(work, nativeCommand, nativeProgram);
        if (!expected.end().equals("exit 0")) {
            return new Result(test, "", false);
        }
        List<String> guestOptions = new ArrayList<>(options);
        guestOptions.addAll(List.of("-o", "guest.nexe", "-lm"));
        Compiler.Answer answer = compiler.run(work, false, guestOptions);
        if (answer.status() != 0) {
            return new Result(test, "does not compile: " + firstLines(answer.output()), true);
        }
        GuestRunner.Result actual = runner.run(work.resolve("guest.nexe"), "");
        Files.delete(work.resolve("guest.nexe"));
        return new Result(test, difference(expected, actual), true);
    }

    private static String difference(GuestRunner.Result expected, GuestRunner.Result actual) {
        if (!expected.end().equals(actual.end())) {
            return actual.end() + " instead of " + expected.end();
        }
        return expected.output().equals(actual.output()) ? "" : "prints something else";
    }

    private static List<String> options(Case test) throws IOException {
        List<String> options = new ArrayList<>(List.of("-w", test.level()));
        Matcher matcher =
                OPTIONS.matcher(Files.readString(test.source(), StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            options.addAll(List.of(matcher.group(1).strip().split("\\s+")));
        }
        options.removeIf(String::isEmpty);
        options.add(test.source().toString());
        return options;
    }

    private static GuestRunner.Result nativeRun(Path work, List<String> compile, Path program)
            throws IOException, InterruptedException {
        if (!execute(work, compile, work.resolve("messages")).equals("exit 0")) {
            return new GuestRunner.Result("no program", "");
        }
        Path output = work.resolve("output");
        String end = execute(work, List.of(program.toString()), output);
        return new GuestRunner.Result(end, Files.readString(output, StandardCharsets.ISO_8859_1));
    }

    private static String execute(Path work, List<String> command, Path output)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return "timeout";
        }
        return "exit " + process.exitValue();
    }

    /** {@code file reason} a line; {@code #} begins a comment. */
    private static Map<String, String> exceptions() throws IOException {
        Map<String, String> exceptions = new HashMap<>();
        for (String line : Files.readAllLines(EXCEPTIONS)) {
            String[] words = line.strip().split("\\s+", 2);
            if (!line.isBlank() && !line.startsWith("#")) {
                assertThat(words).as(line).hasSize(2);
                exceptions.put(words[0], words[1]);
            }
        }
        return exceptions;
    }

    private static String firstLines(String text) {
        return text.lines().limit(2).reduce((a, b) -> a + " / " + b).orElse("");
    }
}
