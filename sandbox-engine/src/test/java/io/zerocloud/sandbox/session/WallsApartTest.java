package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.guests.Guests;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first wall without the second's filter, and the supervisor as an ordinary user. */
class WallsApartTest {
    private static final Path WITHOUT_SECCOMP =
            Path.of("target/native/zerocloud-supervisor-without-seccomp");
    private static final Limits LIMITS = new Limits(Run.MEMORY, Duration.ofSeconds(5));

    @Test
    void withoutTheFilterTheValidatorAloneStopsSystemCalls() throws Exception {
        String raw = Files.readString(Path.of("src/test/guests/raw.s"));
        byte[] getpid = Guests.assemble(raw, "CALL=39", "KIND=0");
        try (PooledEngine engine = new PooledEngine(withoutSeccomp(), Pool.Walls.AS_BUILT)) {
            assertThat(engine.protections())
                    .filteredOn(p -> p.name().equals("seccomp filter"))
                    .noneMatch(Protection::on);
            // It is the filter that kills elsewhere: here the very same guest goes on behind its
            // call.
            try (Program program = engine.loadUnvalidated(getpid)) {
                assertThat(run(engine, program).outcome()).isEqualTo(new Outcome.Exited(42));
            }
            assertThatThrownBy(() -> engine.load(new ByteArrayInputStream(getpid)))
                    .isInstanceOf(EngineException.ProgramRefused.class);
            String fault = Files.readString(Path.of("src/test/guests/fault.s"));
            for (int kind : new int[] {2, 3, 4, 8, 9, 10, 11}) {
                Run run = Run.of(engine, Guests.assemble(fault, "KIND=" + kind));
                assertThat(run.outcome())
                        .isInstanceOfAny(Outcome.Faulted.class, Outcome.MemoryExceeded.class);
            }
            assertThat(Run.of(engine, Guests.nexe("hello")).outcome())
                    .isEqualTo(new Outcome.Exited(7));
        }
    }

    @Test
    void aWorkerWithoutAMandatoryProtectionIsRefusedWhateverItSaysOfItself() {
        assertThatThrownBy(() -> Engine.start(withoutSeccomp()))
                .isInstanceOf(EngineException.Unavailable.class)
                .hasMessageContaining("seccomp filter");
    }

    @Test
    void aServiceOfAnOrdinaryUserKeepsItsMandatoryProtections() throws Exception {
        assumeTrue(Posix.effectiveUid() == 0, "starting the service as another user needs root");
        Path directory = Files.createTempDirectory("zerocloud-");
        Files.setPosixFilePermissions(
                directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Path binary = directory.resolve("supervisor");
        Path socket = directory.resolve("socket");
        try (InputStream in = Supervisor.class.getResourceAsStream("zerocloud-supervisor")) {
            Files.copy(java.util.Objects.requireNonNull(in), binary);
        }
        Files.setPosixFilePermissions(
                binary, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Process service =
                new ProcessBuilder(
                                List.of(
                                        "setpriv",
                                        "--reuid",
                                        "12345",
                                        "--regid",
                                        "12345",
                                        "--clear-groups",
                                        binary.toString(),
                                        "--socket",
                                        socket.toString(),
                                        "--peer-uid",
                                        "0"))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            BufferedReader output =
                    new BufferedReader(
                            new InputStreamReader(
                                    service.getInputStream(), StandardCharsets.UTF_8));
            assertThat(output.readLine()).isEqualTo("ready");
            // A second agent is served once the first has gone.
            for (int agent = 0; agent < 2; agent++) {
                try (Engine engine =
                        Engine.start(EngineConfig.defaults().withPoolSize(2).withSocket(socket))) {
                    assertThat(engine.protections())
                            .filteredOn(Protection::mandatory)
                            .allMatch(Protection::on);
                    assertThat(Run.of(engine, Guests.nexe("hello")).outcome())
                            .isEqualTo(new Outcome.Exited(7));
                }
            }
        } finally {
            service.destroy();
            service.waitFor();
            for (Path file : List.of(binary, socket, directory)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static EngineConfig withoutSeccomp() {
        return EngineConfig.defaults()
                .withPoolSize(2)
                .withSupervisor(WITHOUT_SECCOMP.toAbsolutePath());
    }

    private static Run run(Engine engine, Program program) throws Exception {
        return Run.of(engine, program, LIMITS, InputStream.nullInputStream(), spec -> spec);
    }
}
