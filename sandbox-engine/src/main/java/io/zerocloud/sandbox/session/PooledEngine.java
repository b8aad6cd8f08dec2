package io.zerocloud.sandbox.session;

import io.zerocloud.sandbox.validator.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine: admission, the pool, and what a session needs while it runs. */
final class PooledEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(PooledEngine.class);

    /** How long after its time-out a worker that has not reported is killed. */
    private static final long GRACE_MILLIS = 1_000;

    /** How long sinks may take what a guest wrote, once its time is over. */
    private static final long DRAIN_MILLIS = 5_000;

    /** Jailed ranges judged at once: each is in this process's memory meanwhile. */
    private static final int JUDGES = 2;

    private static final int ATTEMPTS = 3;
    private static final long KILL_AGAIN_MILLIS = 200;
    private static final Duration FIRST_WORKER = Duration.ofSeconds(10);

    private final EngineConfig config;
    private final Validator validator;
    private final Poller poller;
    private final Pool pool;
    private final Programs programs;
    private final MemoryBudget budget;
    private final Semaphore slots;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<LiveSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong reserved = new AtomicLong();
    private final Semaphore judges = new Semaphore(JUDGES);

    PooledEngine(EngineConfig config) throws EngineException {
        this(config, Pool.Walls.ALL_MANDATORY);
    }

    /** With {@link Pool.Walls#AS_BUILT} for tests that take a wall away to see the others hold. */
    PooledEngine(EngineConfig config, Pool.Walls walls) throws EngineException {
        this.config = config;
        this.validator = Validator.standard();
        try {
            this.poller = new Poller("sandbox-poller");
        } catch (IOException e) {
            throw new EngineException.Unavailable("cannot watch descriptors: " + e.getMessage(), e);
        }
        this.budget = new MemoryBudget(config.memoryBudgetBytes());
        this.programs = new Programs(validator, budget, config.admissionTimeout());
        budget.onShortage(programs::giveUp);
        this.slots = new Semaphore(config.maxSessions(), true);
        this.timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("sandbox-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        try {
            this.pool = new Pool(config, poller, walls);
            pool.awaitReady(FIRST_WORKER);
        } catch (EngineException.Unavailable e) {
            timer.shutdownNow();
            poller.close();
            throw e;
        }
    }

    @Override
    public Program load(InputStream nexe) throws EngineException, IOException {
        return programs.load(nexe);
    }

    @Override
    public Program load(Path nexe) throws EngineException, IOException {
        try (InputStream in = Files.newInputStream(nexe)) {
            return programs.load(in);
        }
    }

    /** A program that no validator has seen: for tests of the second wall alone. */
    Program loadUnvalidated(byte[] nexe) throws EngineException, IOException {
        return programs.loadUnvalidated(nexe);
    }

    @Override
    public Session start(SessionSpec spec) throws EngineException, InterruptedException {
        long submitted = System.nanoTime();
        SealedProgram program = ((Programs.Held) spec.program()).sealed();
        List<Channel> wanted = new ArrayList<>(spec.channels());
        OpenFile nvram = null;
        try {
            long least = GuestMemory.least(program.layout());
            if (spec.limits().memoryBytes() < least) {
                throw new EngineException.MemoryTooSmall(spec.limits().memoryBytes(), least);
            }
            if (spec.configuration().isPresent()) {
                nvram = OpenFile.of(Nvram.text(spec.configuration().get()));
                wanted.add(
                        new Channel(
                                Channel.NVRAM,
                                ChannelType.RANDOM,
                                ChannelLimits.reads(ChannelLimits.UNLIMITED),
                                Backing.FileRegion.whole(nvram)));
            }
            ChannelPlan plan = ChannelPlan.of(wanted);
            if (spec.template().isPresent()) {
                ((Snapshot) spec.template().get())
                        .requireFits(
                                program.sha256(), spec.limits().memoryBytes(), plan.channels());
            }
            return admit(spec, program, plan, submitted);
        } catch (IOException e) {
            throw new EngineException.Unavailable("cannot start the session: " + e.getMessage(), e);
        } finally {
            if (nvram != null) {
                nvram.close();
            }
        }
    }

    private Session admit(SessionSpec spec, SealedProgram program, ChannelPlan plan, long submitted)
            throws EngineException, InterruptedException, IOException {
        long deadline = submitted + config.admissionTimeout().toNanos();
        long memory = reservation(spec);
        if (!slots.tryAcquire(Math.max(deadline - System.nanoTime(), 0), TimeUnit.NANOSECONDS)) {
            throw new EngineException.Busy(config.maxSessions() + " sessions run already");
        }
        Release release = new Release(0);
        try {
            if (!budget.reserve(memory, deadline - System.nanoTime())) {
                throw new EngineException.Busy(
                        "memory of "
                                + memory
                                + " bytes is not free: "
                                + budget.used()
                                + " of "
                                + budget.total()
                                + " are in use");
            }
            release = new Release(memory);
            reserved.addAndGet(memory);
            LiveSession session = send(spec, program, plan, submitted, deadline, release);
            started.incrementAndGet();
            return session;
        } catch (EngineException | InterruptedException | IOException | RuntimeException e) {
            release.run();
            throw e;
        }
    }

    /**
     * Bytes of the budget for a session: the guest's memory; as much again for the template that it
     * writes; and as much again for the copies of jailed ranges, with the buffer in which they are
     * handed over.
     */
    private static long reservation(SessionSpec spec) {
        long memory = spec.limits().memoryBytes();
        return memory
                + (spec.takeTemplate() ? memory : 0)
                + (spec.jail() ? memory + Jail.MAX_BYTES : 0);
    }

    /**
     * Gives back a slot and memory, once: a session that fails while its request is sent may have
     * been ended by the poller already.
     */
    private final class Release implements Runnable {
        private final long memory;
        private final AtomicBoolean done = new AtomicBoolean();

        Release(long memory) {
            this.memory = memory;
        }

        @Override
        public void run() {
            if (done.compareAndSet(false, true)) {
                if (memory > 0) {
                    reserved.addAndGet(-memory);
                    budget.release(memory);
                }
                slots.release();
            }
        }
    }

    private LiveSession send(
            SessionSpec spec,
            SealedProgram program,
            ChannelPlan plan,
            long submitted,
            long deadline,
            Runnable release)
            throws EngineException, InterruptedException, IOException {
        SessionFiles files = SessionFiles.of(spec);
        OpenChannels open;
        try {
            open = plan.open();
        } catch (IOException | EngineException | RuntimeException e) {
            files.close();
            throw e;
        }
        try (Arena arena = Arena.ofConfined()) {
            LiveSession session;
            try (Request request = Request.of(arena, spec, program, plan.channels(), open, files)) {
                session =
                        dispatch(
                                request,
                                deadline,
                                (worker, admitted) ->
                                        new LiveSession(
                                                worker,
                                                spec,
                                                plan.channels(),
                                                open.pumps(),
                                                submitted,
                                                admitted,
                                                new Hooks(
                                                        spec,
                                                        plan,
                                                        files,
                                                        open.inputs(),
                                                        release)));
            }
            open.sent();
            session.start(poller);
            sessions.add(session);
            guard(session, spec.limits().timeout().toMillis());
            return session;
        } catch (EngineException | InterruptedException | RuntimeException e) {
            open.abandon();
            files.close();
            throw e;
        }
    }

    @FunctionalInterface
    private interface SessionFactory {
        LiveSession of(Worker worker, long admitted);
    }

    /** Sends the request to a worker; to another one if that has died while it waited. */
    private LiveSession dispatch(Request request, long deadline, SessionFactory factory)
            throws EngineException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Worker worker =
                    pool.take(deadline - System.nanoTime())
                            .orElseThrow(
                                    () ->
                                            new EngineException.Busy(
                                                    "no worker is free"
                                                            + reason(pool.lastFault())));
            LiveSession session = factory.of(worker, System.nanoTime());
            worker.serve(session);
            try {
                config.debug().ifPresent(hold -> hold.accept(worker.pid()));
                try (Descriptor control = worker.control().share()) {
                    request.send(poller, control.number());
                }
                return session;
            } catch (IOException | IllegalStateException e) {
                LOG.debug("worker {} was gone before its session", worker.serial(), e);
                pool.kill(worker);
                if (!session.withdraw() || attempt == ATTEMPTS) {
                    throw new EngineException.Unavailable(
                            "workers die before they are used" + reason(pool.lastFault()), e);
                }
            } catch (InterruptedException | RuntimeException e) {
                // It has half a request and would wait for the rest for ever.
                pool.kill(worker);
                session.withdraw();
                throw e;
            }
        }
    }

    private static String reason(String fault) {
        return fault.isEmpty() ? "" : " (" + fault + ")";
    }

    /** Kills the worker if it outlives its time, and frees what waits for slow sinks. */
    private void guard(LiveSession session, long timeoutMillis) {
        Future<?> expiry =
                timer.schedule(
                        session::expire, timeoutMillis + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        Future<?> drain =
                timer.schedule(
                        session::abandonPumps, timeoutMillis + DRAIN_MILLIS, TimeUnit.MILLISECONDS);
        var _ =
                session.report()
                        .thenRun(
                                () -> {
                                    expiry.cancel(false);
                                    drain.cancel(false);
                                    sessions.remove(session);
                                });
    }

    private void kill(Worker worker) {
        pool.kill(worker);
        if (worker.session().map(s -> !s.hasEnded()).orElse(false) && !timer.isShutdown()) {
            var _ = timer.schedule(() -> kill(worker), KILL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public HeldEnd hold(Link.End end) throws IOException {
        return HeldEnd.of(poller, end);
    }

    @Override
    public List<Protection> protections() {
        return pool.protections();
    }

    @Override
    public boolean debug() {
        return config.debug().isPresent();
    }

    @Override
    public Usage usage() {
        return new Usage(
                sessions.size(),
                pool.idleWorkers(),
                reserved.get(),
                started.get(),
                pool.restarts());
    }

    @Override
    public void ending() {
        pool.ending();
    }

    @Override
    public void close() {
        sessions.forEach(session -> session.cancel("the engine was closed"));
        pool.close();
        timer.shutdownNow();
        poller.close();
        programs.close();
    }

    /** What one session does with its engine. */
    private final class Hooks implements LiveSession.Hooks {
        private final SessionSpec spec;
        private final ChannelPlan plan;
        private final SessionFiles files;
        private final InputFiles inputs;
        private final Runnable release;

        Hooks(
                SessionSpec spec,
                ChannelPlan plan,
                SessionFiles files,
                InputFiles inputs,
                Runnable release) {
            this.spec = spec;
            this.plan = plan;
            this.files = files;
            this.inputs = inputs;
            this.release = release;
        }

        @Override
        public void kill(Worker worker) {
            PooledEngine.this.kill(worker);
        }

        @Override
        public void jail(Worker worker, Wire.JailQuestion question, Runnable judged) {
            Jail.answer(worker.control(), files.jailBuffer(), question, validator, judges, judged);
        }

        @Override
        public Optional<Template> snapshot() {
            return files.takeSnapshot(
                    spec.program().sha256(), spec.limits().memoryBytes(), plan.channels(), budget);
        }

        @Override
        public Optional<Outcome> changedInput() {
            return inputs.changed();
        }

        @Override
        public void ended() {
            files.close();
            inputs.close();
            release.run();
        }
    }
}
