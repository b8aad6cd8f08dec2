package io.zerocloud.swift.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealSwiftExtension.class)
class RealSwiftIT {
    @Test
    void aServerStopsAndStarts(RealSwift swift) throws Exception {
        swift.stopServer("object-4");
        swift.startServer("object-4");
    }

    @Test
    void aClosedClusterLeavesNothing() throws Exception {
        RealSwift own = RealSwift.start("--nodes", "1", "--no-ec");
        long supervisor = own.supervisor();
        assertThat(Files.exists(own.swiftDir().resolve("swift.conf"))).isTrue();
        own.close();

        assertThat(own.swiftDir()).doesNotExist();
        assertThat(ProcessHandle.allProcesses().map(ProcessHandle::parent))
                .noneMatch(parent -> parent.map(p -> p.pid() == supervisor).orElse(false));
    }

    @Test
    void aKilledSupervisorTakesItsServersWithIt() throws Exception {
        RealSwift own = RealSwift.start("--nodes", "1", "--no-ec");
        ProcessHandle supervisor = ProcessHandle.of(own.supervisor()).orElseThrow();
        var servers = supervisor.descendants().toList();
        assertThat(servers).hasSize(5);
        supervisor.destroyForcibly();

        for (ProcessHandle server : servers) {
            server.onExit().get(20, java.util.concurrent.TimeUnit.SECONDS);
        }
        own.close();
        assertThat(own.swiftDir()).doesNotExist();
    }
}
