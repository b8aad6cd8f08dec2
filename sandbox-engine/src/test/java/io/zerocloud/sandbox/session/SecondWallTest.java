package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The operating system's wall with the first wall taken away: guests that no validator has seen
 * make every system call of the kernel's table, and each one kills them.
 */
@ExtendWith(Engines.class)
class SecondWallTest {
    private static final Pattern CALL = Pattern.compile("#define __NR_(\\w+) (\\d+)");
    private static final String TABLE = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

    /** What a guest may ask of the kernel once it runs. With harmless arguments they fail. */
    private static final Set<String> ALLOWED =
            Set.of("read", "write", "pread64", "pwrite64", "exit_group");

    private static final int SIGSYS = 31;
    private static final byte[] NEW = template(0);
    private static final byte[] OLD = template(1);

    @TestFactory
    Stream<DynamicTest> everySystemCallOfTheKernelIsFatalButThoseOnTheList(Engine engine)
            throws Exception {
        Path table = Path.of(TABLE);
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(table), "needs the package libc6-dev");
        List<DynamicTest> tests = new ArrayList<>();
        Matcher calls = CALL.matcher(Files.readString(table));
        while (calls.find()) {
            String name = calls.group(1);
            int number = Integer.parseInt(calls.group(2));
            tests.add(
                    DynamicTest.dynamicTest(
                            name,
                            () -> {
                                Outcome outcome = raw(engine, number, false);
                                if (ALLOWED.contains(name)) {
                                    assertThat(outcome)
                                            .isNotInstanceOf(Outcome.KilledByKernel.class);
                                } else {
                                    assertThat(outcome)
                                            .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
                                }
                            }));
        }
        assertThat(tests).hasSizeGreaterThan(330);
        return tests.stream();
    }

    @Test
    void numbersOutsideTheTableAreFatal(Engine engine) throws Exception {
        for (int number :
                new int[] {-1, 1000, 0x7fffffff, 0x40000000, 0x40000001, 0x40000000 | 231}) {
            assertThat(raw(engine, number, false)).isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        }
    }

    @Test
    void the32BitEntryIsFatal(Engine engine) throws Exception {
        // 1 is exit, 3 read, 4 write, 20 getpid there
        for (int number : new int[] {1, 3, 4, 20, 252}) {
            Outcome outcome = raw(engine, number, true);
            // A kernel without 32-bit emulation faults instead.
            assertThat(outcome)
                    .matches(
                            o ->
                                    o.equals(new Outcome.KilledByKernel(SIGSYS))
                                            || o instanceof Outcome.Faulted);
        }
    }

    @Test
    void theSameProgramsNeverPassTheFirstWall(Engine engine) throws Exception {
        byte[] nexe = assemble(39, false);
        assertThatThrownBy(() -> engine.load(new ByteArrayInputStream(nexe)))
                .isInstanceOf(EngineException.ProgramRefused.class);
    }

    @Test
    void mprotectGivesNoExecutablePagesAndNoneOutsideTheGuest(Engine engine) throws Exception {
        assertThat(call(engine, 10, "0x440A01000000", "0x1000", "3"))
                .isEqualTo(new Outcome.Exited(0));
        assertThat(call(engine, 10, "0x440A01000000", "0x1000", "5"))
                .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        assertThat(call(engine, 10, "0x440A01000000", "0x1000", "7"))
                .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        assertThat(call(engine, 10, "0x440B00000000", "0x1000", "3"))
                .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        assertThat(call(engine, 10, "0x4409FFFFF000", "0x1000", "3"))
                .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        assertThat(call(engine, 10, "0x440AFFFFF000", "0x2000", "3"))
                .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        assertThat(call(engine, 10, "0x440AFFFFF000", "0x100000000", "3"))
                .isEqualTo(new Outcome.KilledByKernel(SIGSYS));
        assertThat(call(engine, 10, "0x440AFEFF0000", "0x10000", "1"))
                .isEqualTo(new Outcome.Exited(0));
    }

    @Test
    void theTimeStampCounterFaults(Engine engine) throws Exception {
        String source =
                """
                .include "zerovm.inc"
                .globl _start
                .text
                .p2align 5
                _start:
                    rdtsc
                    exit_with 0
                .data
                .long 0
                """;
        assertThat(run(engine, Guests.assemble(source))).isInstanceOf(Outcome.Faulted.class);
    }

    @Test
    void mandatoryProtectionsAreOn(Engine engine) {
        assertThat(engine.protections())
                .filteredOn(Protection::mandatory)
                .isNotEmpty()
                .allMatch(Protection::on);
        assertThat(engine.protections()).allMatch(p -> p.on() || !p.reason().isEmpty());
    }

    private static Outcome call(Engine engine, int number, String... arguments) throws Exception {
        String source =
                """
                .include "zerovm.inc"
                .globl _start
                .text
                .p2align 5
                _start:
                    movl $%d, %%eax
                    movabsq $%s, %%rdi
                    movabsq $%s, %%rsi
                    movabsq $%s, %%rdx
                    syscall
                    exit_with_rax
                .data
                .long 0
                """
                        .formatted(number, arguments[0], arguments[1], arguments[2]);
        return run(engine, Guests.assemble(source));
    }

    /** The number is patched in: assembling a guest for each call would take the test's time. */
    private static byte[] assemble(int number, boolean old) throws IOException {
        byte[] nexe = (old ? OLD : NEW).clone();
        int at = new String(nexe, StandardCharsets.ISO_8859_1).indexOf("\270D3\"\21");
        ByteBuffer.wrap(nexe).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 1, number);
        return nexe;
    }

    private static byte[] template(int kind) {
        try {
            String source = Files.readString(Path.of("src/test/guests/raw.s"));
            return Guests.assemble(source, "CALL=0x11223344", "KIND=" + kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Outcome raw(Engine engine, int number, boolean old) throws Exception {
        return run(engine, assemble(number, old));
    }

    private static Outcome run(Engine engine, byte[] nexe) throws Exception {
        try (Program program = ((PooledEngine) engine).loadUnvalidated(nexe)) {
            return Run.of(
                            engine,
                            program,
                            new Limits(Run.MEMORY, Duration.ofSeconds(5)),
                            InputStream.nullInputStream(),
                            spec -> spec)
                    .outcome();
        }
    }
}
