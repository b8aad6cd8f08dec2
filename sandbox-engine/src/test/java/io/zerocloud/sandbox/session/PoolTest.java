package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The pool under loss, shortage and load. */
class PoolTest {
    /** Room in a memory budget for the programs of these tests. */
    private static final long PROGRAMS = 1 << 20;

    private static EngineConfig config() {
        return EngineConfig.defaults().withPoolSize(3);
    }

    private static List<ProcessHandle> supervisors() {
        return ProcessHandle.current()
                .descendants()
                .filter(p -> p.info().command().orElse("").contains("zerocloud-supervisor"))
                .toList();
    }

    /**
     * The processes of an engine that was just started: an engine is ready with its first worker.
     */
    private static List<ProcessHandle> family(List<ProcessHandle> before, int atLeast) {
        return await().until(
                        () -> supervisors().stream().filter(p -> !before.contains(p)).toList(),
                        mine -> mine.size() >= atLeast);
    }

    private static SessionSpec endless(Program program) {
        return SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(60)))
                .channel(Run.in(Channel.STDIN, InputStream.nullInputStream()))
                .channel(Run.nothing(Channel.STDOUT))
                .channel(Run.nothing(Channel.STDERR))
                .build();
    }

    private static Program loop(Engine engine) throws Exception {
        String source = Files.readString(Path.of("src/test/guests/fault.s"));
        return engine.load(new ByteArrayInputStream(Guests.assemble(source, "KIND=6")));
    }

    /** What ps shows as NI. */
    private static int nice(ProcessHandle process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')')).split(" ")[17]);
    }

    @Test
    void workersGiveWayToOthersAsFarAsTheConfigurationSays() throws Exception {
        List<ProcessHandle> before = supervisors();
        int ours = nice(ProcessHandle.current());
        try (Engine _ = Engine.start(config().withNice(7))) {
            for (ProcessHandle process : family(before, 2)) {
                assertThat(nice(process)).isEqualTo(Math.min(19, ours + 7));
                Path group = Path.of("/proc/" + process.pid() + "/autogroup");
                if (Files.exists(group)) {
                    assertThat(Files.readString(group)).endsWith("nice 7\n");
                }
            }
        }
    }

    @Test
    void aKilledSupervisorTakesItsWorkersAlongAndIsReplaced() throws Exception {
        List<ProcessHandle> before = supervisors();
        try (Engine engine = Engine.start(config());
                Program program = loop(engine)) {
            Session running = engine.start(endless(program));
            List<ProcessHandle> mine = family(before, 4);
            ProcessHandle parent =
                    mine.stream()
                            .filter(p -> p.parent().orElseThrow().equals(ProcessHandle.current()))
                            .findFirst()
                            .orElseThrow();
            parent.destroyForcibly();
            assertThat(running.await(Duration.ofSeconds(10)).orElseThrow().outcome())
                    .isInstanceOf(Outcome.EngineFailed.class);
            for (ProcessHandle process : mine) {
                process.onExit().get(5, java.util.concurrent.TimeUnit.SECONDS);
            }
            Run next = Run.of(engine, Guests.nexe("hello"));
            assertThat(next.outcome()).isEqualTo(new Outcome.Exited(7));
            assertThat(engine.usage().poolRestarts()).isEqualTo(1);
            assertThat(engine.usage().sessions()).isZero();
            assertThat(engine.usage().memoryBytes()).isZero();
        }
    }

    /** The process that forks: the parent of workers, which have no children. */
    private static ProcessHandle forker(List<ProcessHandle> before) {
        return supervisors().stream()
                .filter(p -> !before.contains(p) && p.children().findAny().isPresent())
                .filter(p -> p.children().allMatch(c -> c.children().findAny().isEmpty()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTerminalsSignalsAreTheAgentsAloneAndAnEndedIdleWorkerIsReplaced() throws Exception {
        List<ProcessHandle> before = supervisors();
        try (Engine engine = Engine.start(config())) {
            List<ProcessHandle> mine = family(before, 4);
            List<Long> pids = mine.stream().map(ProcessHandle::pid).toList();
            for (ProcessHandle process : mine) {
                String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
                // man 5 proc: behind the name stand state, parent, process group and session.
                String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
                assertThat(Long.parseLong(session)).isIn(pids);
            }
            for (ProcessHandle worker : forker(before).children().toList()) {
                worker.destroy();
                worker.onExit().get(5, java.util.concurrent.TimeUnit.SECONDS);
            }
            Run next = Run.of(engine, Guests.nexe("hello"));
            assertThat(next.outcome()).isEqualTo(new Outcome.Exited(7));
            assertThat(engine.usage().poolRestarts()).isZero();
        }
    }

    private static void limitDescriptors(ProcessHandle process, String limit) throws Exception {
        Process tool =
                new ProcessBuilder("prlimit", "--pid", "" + process.pid(), "--nofile=" + limit)
                        .inheritIO()
                        .start();
        assertThat(tool.waitFor()).isZero();
    }

    @Test
    void aPoolThatCannotForkSaysSoAndRecovers() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs util-linux");
        List<ProcessHandle> before = supervisors();
        try (Engine engine = Engine.start(config().withAdmissionTimeout(Duration.ofMillis(100)));
                Program program = loop(engine)) {
            ProcessHandle forker = forker(before);
            // It may still wait for its four descriptors, but open no other.
            limitDescriptors(forker, "4:");
            List<Session> running = new ArrayList<>();
            EngineException.Busy busy =
                    catchThrowableOfType(
                            EngineException.Busy.class,
                            () -> {
                                while (running.size() < 100) {
                                    running.add(engine.start(endless(program)));
                                }
                            });
            assertThat(busy).hasMessageContaining("cannot make a worker: EMFILE");
            limitDescriptors(forker, "1024:");
            Outcome outcome = new Outcome.Cancelled("");
            for (int i = 0; i < 300 && outcome instanceof Outcome.Cancelled; i++) {
                try {
                    outcome = Run.of(engine, Guests.nexe("hello")).outcome();
                } catch (EngineException.Busy e) {
                    assertThat(e).hasMessageContaining("no worker is free");
                }
            }
            assertThat(outcome).isEqualTo(new Outcome.Exited(7));
            running.forEach(session -> session.cancel("done"));
        }
    }

    @Test
    void workersAtTheSameTimeHaveUsersOfTheirOwn() throws Exception {
        assumeTrue(Posix.effectiveUid() == 0, "only root can give each worker a user");
        List<ProcessHandle> before = supervisors();
        try (Engine engine = Engine.start(config().withPoolSize(6));
                Program program = loop(engine)) {
            List<Session> running = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                running.add(engine.start(endless(program)));
            }
            // Those that fill the pool again are root's for a moment.
            List<String> users =
                    await().until(
                                    () -> users(forker(before)),
                                    all -> all.stream().noneMatch(line -> line.contains("\t0")));
            assertThat(users).hasSizeGreaterThanOrEqualTo(6).doesNotHaveDuplicates();
            running.forEach(session -> session.cancel("done"));
        }
    }

    private static List<String> users(ProcessHandle forker) throws IOException {
        List<String> users = new ArrayList<>();
        for (ProcessHandle worker : forker.children().toList()) {
            Files.readAllLines(Path.of("/proc/" + worker.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("Uid:"))
                    .forEach(users::add);
        }
        return users;
    }

    @Test
    void aKilledIdleWorkerIsReplaced() throws Exception {
        List<ProcessHandle> before = supervisors();
        try (Engine engine = Engine.start(config())) {
            for (int round = 0; round < 3; round++) {
                List<ProcessHandle> mine = new ArrayList<>(supervisors());
                mine.removeAll(before);
                mine.stream()
                        .filter(p -> p.children().findAny().isEmpty())
                        .forEach(ProcessHandle::destroyForcibly);
                assertThat(Run.of(engine, Guests.nexe("hello")).outcome())
                        .isEqualTo(new Outcome.Exited(7));
            }
        }
    }

    @Test
    void closingLeavesNoProcess() throws Exception {
        List<ProcessHandle> before = supervisors();
        List<ProcessHandle> mine;
        Session running;
        try (Engine engine = Engine.start(config());
                Program program = loop(engine)) {
            running = engine.start(endless(program));
            mine = new ArrayList<>(supervisors());
            mine.removeAll(before);
        }
        assertThat(running.await().outcome()).isInstanceOf(Outcome.Cancelled.class);
        for (ProcessHandle process : mine) {
            process.onExit().get(5, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    @Test
    void memoryIsReservedAndAShortageIsATypedError() throws Exception {
        try (Engine engine =
                        Engine.start(
                                config().withMemoryBudgetBytes(Run.MEMORY * 2 + PROGRAMS)
                                        .withAdmissionTimeout(Duration.ofMillis(50)));
                Program program = loop(engine)) {
            Session first = engine.start(endless(program));
            Session second = engine.start(endless(program));
            assertThat(engine.usage().memoryBytes()).isEqualTo(Run.MEMORY * 2);
            assertThatThrownBy(() -> engine.start(endless(program)))
                    .isInstanceOf(EngineException.Busy.class)
                    .hasMessageContaining("are in use");
            first.cancel("done");
            first.await();
            Session third = engine.start(endless(program));
            second.cancel("done");
            third.cancel("done");
            second.await();
            third.await();
            assertThat(engine.usage().memoryBytes()).isZero();
        }
    }

    @Test
    void sessionsAreLimited() throws Exception {
        try (Engine engine =
                        Engine.start(
                                config().withMaxSessions(1)
                                        .withAdmissionTimeout(Duration.ofMillis(50)));
                Program program = loop(engine)) {
            Session first = engine.start(endless(program));
            assertThatThrownBy(() -> engine.start(endless(program)))
                    .isInstanceOf(EngineException.Busy.class)
                    .hasMessageContaining("sessions run already");
            first.cancel("done");
            first.await();
        }
    }

    @Test
    void aStartThatFailsReleasesOnceAndKillsTheWorker() throws Exception {
        List<ProcessHandle> worker = new ArrayList<>();
        EngineConfig stopped =
                config().withMaxSessions(1)
                        .withDebug(
                                pid -> {
                                    if (worker.isEmpty()) {
                                        worker.add(ProcessHandle.of(pid).orElseThrow());
                                        throw new UnsupportedOperationException("stop here");
                                    }
                                });
        try (Engine engine = Engine.start(stopped);
                Program program = loop(engine)) {
            assertThatThrownBy(() -> engine.start(endless(program)))
                    .isInstanceOf(UnsupportedOperationException.class);
            worker.get(0).onExit().get(5, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(engine.usage().memoryBytes()).isZero();
            Session next = engine.start(endless(program));
            assertThat(engine.usage().memoryBytes()).isEqualTo(Run.MEMORY);
            next.cancel("done");
            next.await();
            assertThat(engine.usage().memoryBytes()).isZero();
        }
    }

    @Test
    void aGuestGetsTheMemoryOfItsLimitAndNoMore() throws Exception {
        try (Engine engine = Engine.start(config());
                Program program = engine.load(new ByteArrayInputStream(Guests.nexe("touch")))) {
            long memory = 300L << 20;
            Run run =
                    Run.of(
                            engine,
                            program,
                            new Limits(memory, Duration.ofSeconds(20)),
                            InputStream.nullInputStream(),
                            spec -> spec);
            assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
            assertThat(run.report().peakMemoryBytes())
                    .isBetween(memory * 9 / 10 - (16 << 20), memory);
        }
    }

    @Test
    void aLimitTooSmallForTheProgramIsRefusedAndTheLeastOneIsNot() throws Exception {
        try (Engine engine = Engine.start(config())) {
            for (String name : List.of("touch", "hello", "echo", "driver")) {
                try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe(name)))) {
                    EngineException.MemoryTooSmall refusal =
                            catchThrowableOfType(
                                    EngineException.MemoryTooSmall.class,
                                    () -> withMemory(engine, program, 1));
                    assertThat(refusal).isNotNull();
                    long least = refusal.leastBytes();
                    assertThat(refusal)
                            .hasMessageContaining("a memory limit of 1 bytes is too small")
                            .hasMessageContaining("at least " + least);
                    assertThatThrownBy(() -> withMemory(engine, program, least - 1))
                            .isInstanceOf(EngineException.MemoryTooSmall.class);
                    // The worker, which decides for itself, agrees.
                    assertThat(withMemory(engine, program, least))
                            .isNotInstanceOf(Outcome.EngineFailed.class);
                }
            }
            assertThat(engine.usage().memoryBytes()).isZero();
        }
    }

    private static Outcome withMemory(Engine engine, Program program, long bytes) throws Exception {
        return Run.of(
                        engine,
                        program,
                        new Limits(bytes, Duration.ofSeconds(20)),
                        InputStream.nullInputStream(),
                        spec -> spec)
                .outcome();
    }

    @Test
    void manySessionsAtOnceFromVirtualThreads() throws Exception {
        byte[] hello = Guests.nexe("hello");
        try (Engine engine = Engine.start(config().withAdmissionTimeout(Duration.ofSeconds(60)));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Callable<String> one = () -> Run.of(engine, hello).stdout();
                results.add(threads.submit(one));
            }
            for (Future<String> result : results) {
                assertThat(result.get()).isEqualTo("Hello, ZeroCloud\n");
            }
            assertThat(engine.usage().started()).isEqualTo(300);
        }
    }

    @Test
    void changingTheProgramsFileChangesNothingForItsSessions() throws Exception {
        Path file = Files.createTempFile("guest", ".nexe");
        try (Engine engine = Engine.start(config())) {
            Files.write(file, Guests.nexe("hello"));
            try (Program program = engine.load(file)) {
                byte[] other = Guests.nexe("echo");
                Files.write(file, other);
                Run run =
                        Run.of(
                                engine,
                                program,
                                new Limits(Run.MEMORY, Duration.ofSeconds(5)),
                                InputStream.nullInputStream(),
                                spec -> spec);
                assertThat(run.outcome()).isEqualTo(new Outcome.Exited(7));
            }
        } finally {
            Files.delete(file);
        }
    }
}
