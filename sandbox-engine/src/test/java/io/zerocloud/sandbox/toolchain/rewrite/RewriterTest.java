package io.zerocloud.sandbox.toolchain.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every rule by example: {@code == name}, the input, {@code =>}, the output; or {@code => error}
 * and the message.
 */
class RewriterTest {
    private static final Path CASES = Path.of("src/test/resources/toolchain/rewrite");

    private record Case(String name, String input, boolean error, String expected) {}

    @TestFactory
    Stream<DynamicTest> rules() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(CASES)) {
            for (Path file : files.sorted().toList()) {
                cases.addAll(read(file));
            }
        }
        assertThat(cases).hasSizeGreaterThan(50);
        return cases.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
    }

    @Test
    void rewrittenCodeStaysAsItIs() throws RewriteException {
        String once = Rewriter.rewrite("\tmovl 4(%edi), %eax\n\tret\n", "case.s");
        assertThat(Rewriter.rewrite(once, "case.s")).isEqualTo(once);
    }

    @Test
    void sysrootsAreKeyedByTheRewritersVersion() throws IOException {
        assertThat(Files.readString(Path.of("guest/gcc/rewriter-version")).strip())
                .isEqualTo(Integer.toString(Rewriter.VERSION));
    }

    private static void check(Case example) {
        assertThat(rewritten(example.input(), example.error())).isEqualTo(example.expected());
    }

    private static String rewritten(String input, boolean error) {
        try {
            String output = Rewriter.rewrite(input, "case.s");
            assertThat(error).as("no error was found").isFalse();
            String header = "\t.bundle_align_mode 5 # sandboxed\n";
            assertThat(output).startsWith(header);
            return output.substring(header.length());
        } catch (RewriteException e) {
            assertThat(error).as("%s", e.getMessage()).isTrue();
            return e.getMessage() + "\n";
        }
    }

    private static List<Case> read(Path file) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String text : Files.readString(file).split("(?m)^== ")) {
            if (text.isBlank()) {
                continue;
            }
            int name = text.indexOf('\n');
            int arrow = text.indexOf("\n=>", name) + 1;
            int output = text.indexOf('\n', arrow) + 1;
            boolean error = text.startsWith("=> error", arrow);
            String expected = text.substring(output).stripTrailing();
            cases.add(
                    new Case(
                            file.getFileName() + ": " + text.substring(0, name),
                            text.substring(name + 1, arrow),
                            error,
                            expected.isEmpty() ? "" : expected + "\n"));
        }
        return cases;
    }
}
