package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a supervisor that is a service of its own does with what it finds at its socket's path. */
class ServiceSocketTest {
    @TempDir Path directory;
    private final List<Process> services = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Process service : services) {
            service.destroyForcibly().waitFor();
        }
    }

    @Test
    void theSocketOfAKilledSupervisorIsReplaced() throws Exception {
        Path socket = directory.resolve("socket");
        assertThat(firstLine(start(socket))).contains("ready");
        // Its processes in namespaces of their own hold the socket until the kernel has ended them.
        services.getFirst().destroyForcibly().waitFor();
        assertThat(socket).exists();
        assertThat(firstLine(start(socket))).contains("ready");
        assertServes(socket);
    }

    @Test
    void theSocketOfALivingSupervisorIsLeftAlone() throws Exception {
        Path socket = directory.resolve("socket");
        assertThat(firstLine(start(socket))).contains("ready");
        Process second = start(socket);
        assertThat(firstLine(second)).isEmpty();
        assertThat(second.waitFor()).isNotZero();
        assertServes(socket);
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("socket"), "precious");
        Process service = start(file);
        assertThat(firstLine(service)).isEmpty();
        assertThat(service.waitFor()).isNotZero();
        assertThat(file).hasContent("precious");
    }

    @Test
    void aSupervisorThatComesBackIsUsedAgain() throws Exception {
        Path socket = directory.resolve("socket");
        assertThat(firstLine(start(socket))).contains("ready");
        try (Engine engine = Engine.start(config(socket))) {
            services.getFirst().destroyForcibly().waitFor();
            assertThat(firstLine(start(socket))).contains("ready");
            assertThat(Run.of(engine, Guests.nexe("hello")).outcome())
                    .isEqualTo(new Outcome.Exited(7));
            assertThat(engine.usage().poolRestarts()).isEqualTo(1);
        }
    }

    @Test
    void anEngineThatEndsDoesNotMissItsSupervisor() throws Exception {
        Path socket = directory.resolve("socket");
        assertThat(firstLine(start(socket))).contains("ready");
        try (Engine engine =
                Engine.start(config(socket).withAdmissionTimeout(Duration.ofMillis(500)))) {
            engine.ending();
            services.getFirst().destroyForcibly().waitFor();
            assertThat(firstLine(start(socket))).contains("ready");
            assertThatThrownBy(() -> Run.of(engine, Guests.nexe("hello")))
                    .isInstanceOf(EngineException.class);
            assertThat(engine.usage().poolRestarts()).isZero();
        }
    }

    private static EngineConfig config(Path socket) {
        return EngineConfig.defaults().withPoolSize(1).withSocket(socket);
    }

    private static void assertServes(Path socket) throws Exception {
        try (Engine engine = Engine.start(config(socket))) {
            assertThat(Run.of(engine, Guests.nexe("hello")).outcome())
                    .isEqualTo(new Outcome.Exited(7));
        }
    }

    private Process start(Path socket) throws Exception {
        Path binary = directory.resolve("supervisor");
        if (!Files.exists(binary)) {
            try (InputStream in = Supervisor.class.getResourceAsStream("zerocloud-supervisor")) {
                Files.copy(Objects.requireNonNull(in), binary);
            }
            Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
        }
        Process service =
                new ProcessBuilder(binary.toString(), "--socket", socket.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        services.add(service);
        return service;
    }

    /** Empty if it ended without a line. */
    private static Optional<String> firstLine(Process service) throws Exception {
        return Optional.ofNullable(
                new BufferedReader(
                                new InputStreamReader(
                                        service.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine());
    }
}
