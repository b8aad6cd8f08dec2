package io.zerocloud.sandbox.toolchain.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.elf.NexeImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiler driver with the host's gcc and binutils, on programs that need no library. */
class DriverTest {
    private static final String PROGRAM =
            """
            int table[] = {1, 2, 3};
            int pick(int i) { return table[i]; }
            void _start(void) { for (;;) pick(1); }
            """;

    @TempDir private Path directory;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private int cc(String... arguments) throws IOException {
        return ccReading("", arguments);
    }

    private int ccReading(String input, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("-nostdlib", "-nostdinc"));
        words.addAll(List.of(arguments));
        Invocation invocation =
                new Invocation(
                        words,
                        directory,
                        System.getenv(),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        output,
                        errors);
        return new Driver(invocation, false).run();
    }

    private void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private String messages() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Test
    void compilesAndLinksAnAcceptedExecutable() throws Exception {
        file("program.c", PROGRAM);
        assertThat(cc("-O2", "program.c", "-o", "program.nexe")).as(messages()).isZero();
        NexeImage image = NexeImage.parse(Files.readAllBytes(directory.resolve("program.nexe")));
        assertThat(image.entry() % 32).isZero();
        assertThat(image.data()).isPresent();
        assertThat(Files.isExecutable(directory.resolve("program.nexe"))).isTrue();
    }

    @Test
    void compilesSeveralSourcesOfOneCall() throws IOException {
        file("a.c", PROGRAM);
        file("b.c", "int other(int *p) { return *p; }");
        assertThat(cc("-c", "a.c", "b.c")).as(messages()).isZero();
        assertThat(cc("a.o", "b.o")).as(messages()).isZero();
        assertThat(directory.resolve("a.out")).exists();
    }

    @Test
    void writesAssemblyThatCompilesAsItIs() throws IOException {
        file("program.c", PROGRAM);
        assertThat(cc("-O1", "-S", "program.c")).isZero();
        assertThat(directory.resolve("program.s")).content().contains(".bundle_lock");
        assertThat(cc("-c", "program.s")).as(messages()).isZero();
    }

    @Test
    void readsStandardInputAndResponseFiles() throws IOException {
        file("options", "-O1 -c\n-o 'with space.o' -x c");
        assertThat(ccReading("int x;", "@options", "-")).as(messages()).isZero();
        assertThat(directory.resolve("with space.o")).exists();
    }

    @Test
    void preprocessesAssemblyOfTheUpperCaseEnding() throws IOException {
        file("start.S", "#define SLOT 65536\n\t.globl _start\n_start:\n\tcall SLOT\n\thlt\n");
        assertThat(cc("start.S", "-o", "start.nexe")).as(messages()).isZero();
    }

    @Test
    void writesMakeRulesWhereGccWould() throws IOException {
        file("value.h", "#define VALUE 3\n");
        file("program.c", "#include \"value.h\"\nint value = VALUE;\n");
        Files.createDirectory(directory.resolve("objects"));
        assertThat(cc("-MMD", "-c", "program.c", "-o", "objects/program.o")).isZero();
        assertThat(directory.resolve("objects/program.d"))
                .content()
                .startsWith("objects/program.o:")
                .contains("value.h");
    }

    @Test
    void namesTheSourceLineOfForbiddenInlineAssembly() throws IOException {
        file(
                "probe.c",
                "int f(void)\n{\n\tint a;\n\t__asm__(\"cpuid\" : \"=a\"(a));\n\treturn a;\n}\n");
        assertThat(cc("-c", "probe.c")).isEqualTo(1);
        assertThat(messages()).contains("probe.c:4: error: `cpuid' in f");
        assertThat(directory.resolve("probe.o")).doesNotExist();
    }

    /**
     * gcc moves the comparison in front of the jump, where masking the target would lose its flags.
     */
    @Test
    void comparesBehindASwitchWhatAllItsCasesCompareFirst() throws IOException {
        StringBuilder program = new StringBuilder("void a(int), b(int), c(int), d(int), e(int);\n");
        program.append("int unused() { int warned; return 0; }\n");
        program.append("void walk(int kind, int from, int to) { switch (kind) {\n");
        for (int kind = 0; kind < 5; kind++) {
            char call = (char) ('a' + kind);
            program.append(
                    "case " + kind + ": for (; from < to; from++) " + call + "(from); break;\n");
        }
        file("walk.c", program.append("} }\n").toString());
        assertThat(cc("-O2", "-Wall", "-S", "walk.c")).as(messages()).isZero();
        assertThat(messages()).containsOnlyOnce("unused variable");
        assertThat(Files.readAllLines(directory.resolve("walk.s")))
                .filteredOn(line -> line.contains("cmpl\t%edx, %esi"))
                .hasSize(5);
        assertThat(ccReading(program.toString(), "-O2", "-xc", "-S", "-o", "piped.s", "-"))
                .as(messages())
                .isZero();
    }

    /** gcc counts on the comparison with 0, and on the range check, in front of the jump. */
    @ParameterizedTest
    @ValueSource(strings = {"-O1", "-O2", "-O3", "-Os"})
    void comparesBehindASwitchWhatWasComparedInFrontOfIt(String level) throws IOException {
        file(
                "rich.c",
                """
                int compare(int), yes(void), no(void);
                int rich(int n, unsigned kind)
                {
                    int order = compare(n);
                    if (order == 0)
                        return 7;
                    switch (kind) {
                    case 0: return order < 0 ? yes() : no();
                    case 1: return order <= 0 ? no() : 3;
                    case 2: return 4;
                    case 3: return 5;
                    case 4: return order > 0 ? yes() : no();
                    case 5: return order >= 0 ? yes() : 9;
                    default: __builtin_unreachable();
                    }
                }
                """);
        file(
                "ranged.c",
                """
                int last(void), one, two, three;
                int ranged(unsigned kind)
                {
                    switch (kind) {
                    case 0: break;
                    case 1: one = 2; break;
                    case 2: two = 3; break;
                    case 3: three = 4; one = 1; break;
                    case 4: three = 5; two = 1; break;
                    case 5:
                    case 6:
                        one = two = three = 0;
                        if (kind == 6)
                            last();
                        break;
                    default: return -1;
                    }
                    return 0;
                }
                """);
        assertThat(cc(level, "-c", "rich.c", "ranged.c")).as(messages()).isZero();
    }

    @Test
    void writesNoExecutableThatTheValidatorRefuses() throws IOException {
        file(
                "bad.s",
                "\t.globl _start\n_start:\n\t.bundle_lock\n\tsyscall\n\t.bundle_unlock\n\thlt\n");
        assertThat(cc("bad.s", "-o", "bad.nexe")).isEqualTo(1);
        assertThat(messages()).contains("the validator refuses").contains("_start");
        assertThat(directory.resolve("bad.nexe")).doesNotExist();
    }

    @Test
    void namesTheLineOfCodeThatCannotBeRewrittenWithoutDebugInformationToo() throws IOException {
        file(
                "nested.c",
                """
                int call(int (*f)(int));
                int outer(int k)
                {
                    int inner(int x) { return x + k; }
                    return call(inner);
                }
                int next(void) { return 0; }
                """);
        assertThat(cc("-O0", "-c", "nested.c")).isEqualTo(1);
        assertThat(messages()).startsWith("nested.c:7: error: ").contains("nested function");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O2"})
    void debuggersFindTheLinesOfTheSource(String level) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gdb")), "needs Debian's package gdb");
        file(
                "lines.c",
                """
                volatile int sink;

                __attribute__((noinline)) void store(int value)
                {
                    sink = value;
                }

                void _start(void)
                {
                    for (;;)
                        store(7);
                }
                """);
        assertThat(cc("-g", level, "lines.c", "-o", "lines.nexe")).as(messages()).isZero();
        Process gdb =
                new ProcessBuilder(
                                "gdb",
                                "-nx",
                                "-batch",
                                "-ex",
                                "info line lines.c:5",
                                "-ex",
                                "info line store",
                                "-ex",
                                "info scope store",
                                "lines.nexe")
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        assertThat(new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .containsPattern("Line 5 of \"lines.c\" starts at address 0x2[0-9a-f]+ <store")
                .containsPattern("Line [45] of \"lines.c\" starts at address 0x2[0-9a-f]+ <store>")
                .contains("Symbol value is");
        assertThat(gdb.waitFor()).isZero();
    }

    @Test
    void debugInformationChangesNoCode() throws IOException {
        file("program.c", PROGRAM);
        assertThat(cc("-O2", "-c", "program.c", "-o", "plain.o")).isZero();
        assertThat(cc("-O2", "-g", "-c", "program.c", "-o", "debug.o")).isZero();
        assertThat(text("debug.o")).isEqualTo(text("plain.o")).isNotEmpty();
    }

    private byte[] text(String object) throws IOException {
        Path text = directory.resolve(object + ".text");
        Process copy =
                new ProcessBuilder(
                                "objcopy", "-O", "binary", "-j", ".text", object, text.toString())
                        .directory(directory.toFile())
                        .inheritIO()
                        .start();
        assertThat(copy.onExit().join().exitValue()).isZero();
        return Files.readAllBytes(text);
    }

    @Test
    void saysWhyAnOptionCannotWork() throws IOException {
        file("program.c", PROGRAM);
        assertThat(cc("-shared", "program.c")).isEqualTo(1);
        assertThat(messages()).contains("-shared: guests are statically linked");
        assertThat(cc("-mavx2", "-c", "program.c")).isEqualTo(1);
        assertThat(messages()).contains("x86-64-v2");
    }

    @Test
    void passesOnTheCompilersErrorsAndFails() throws IOException {
        file("wrong.c", "int f( {\n");
        assertThat(cc("-c", "wrong.c")).isEqualTo(1);
        assertThat(messages()).contains("wrong.c:1");
        assertThat(cc("missing.c")).isEqualTo(1);
    }

    @Test
    void refusesACacheThatOthersMayEnter() throws IOException {
        Path open =
                Files.createDirectory(
                        directory.resolve("open"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-xr-x")));
        assertThatThrownBy(() -> CacheDirectory.makePrivate(open))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed to others");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        assertThatThrownBy(() -> CacheDirectory.makePrivate(link)).isInstanceOf(IOException.class);
    }
}
