package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sealed workers that wait for a session, refilled as they are taken, and the supervisor behind
 * them. A supervisor that dies takes its workers along; it is replaced with growing pauses.
 *
 * <p>Events of the supervisor and of workers arrive on the poller's thread, which alone closes the
 * descriptors of workers. {@code lock} guards the deque and the counts and is never held while
 * waiting for the kernel.
 */
final class Pool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /** Which workers are used. */
    enum Walls {
        /** Those with every mandatory protection on; what a worker says of itself is checked. */
        ALL_MANDATORY,

        /** Those that take themselves for safe: a build for tests lacks a protection. */
        AS_BUILT
    }

    private final EngineConfig config;
    private final Walls walls;
    private final Poller poller;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final ConcurrentHashMap<Long, Worker> workers = new ConcurrentHashMap<>();

    /** Packets are read on the poller's thread only, one at a time. */
    private final MemorySegment packet =
            Arena.ofAuto().allocate(Wire.reportBytes(SessionSpec.MAX_CHANNELS) + 8L, 8);

    private Supervisor supervisor;
    private int asked;
    private long restarts;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean closed;
    private boolean ending;
    private boolean down;
    private boolean refillDue;
    private List<Protection> protections = List.of();
    private String lastFault = "";

    Pool(EngineConfig config, Poller poller, Walls walls) throws EngineException.Unavailable {
        this.config = config;
        this.walls = walls;
        this.poller = poller;
        supervisor = Supervisor.open(config);
        try {
            watch(supervisor);
        } catch (IOException e) {
            supervisor.close();
            throw new EngineException.Unavailable(
                    "cannot watch the supervisor: " + e.getMessage(), e);
        }
        lock.lock();
        try {
            refill();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The oldest idle worker; waits for one.
     *
     * @return empty if none became ready in time
     */
    Optional<Worker> take(long nanos) throws InterruptedException, EngineException.Unavailable {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            for (; ; ) {
                if (closed) {
                    throw new EngineException.Unavailable("the engine has been closed");
                }
                Worker worker = idle.pollFirst();
                if (worker != null) {
                    refill();
                    return Optional.of(worker);
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                refill();
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a worker has told how it is protected.
     *
     * @throws EngineException.Unavailable if none could be made, or a mandatory protection is
     *     missing
     */
    void awaitReady(Duration atMost) throws EngineException.Unavailable {
        long left = atMost.toNanos();
        String fault;
        lock.lock();
        try {
            while (idle.isEmpty() && lastFault.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (!idle.isEmpty()) {
                return;
            }
            fault = lastFault.isEmpty() ? "no worker within " + atMost : lastFault;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fault = "interrupted";
        } finally {
            lock.unlock();
        }
        close();
        throw new EngineException.Unavailable(fault);
    }

    /** Why there is no worker, for the message of an empty pool. */
    String lastFault() {
        lock.lock();
        try {
            return lastFault;
        } finally {
            lock.unlock();
        }
    }

    List<Protection> protections() {
        lock.lock();
        try {
            return protections;
        } finally {
            lock.unlock();
        }
    }

    int idleWorkers() {
        lock.lock();
        try {
            return idle.size();
        } finally {
            lock.unlock();
        }
    }

    long restarts() {
        lock.lock();
        try {
            return restarts;
        } finally {
            lock.unlock();
        }
    }

    /** Asks the supervisor to kill a worker; repeated by the caller until the worker has ended. */
    void kill(Worker worker) {
        Supervisor current;
        lock.lock();
        try {
            current = supervisor;
        } finally {
            lock.unlock();
        }
        try {
            if (!current.kill(worker.serial())) {
                LOG.debug("the supervisor is busy; worker {} is killed later", worker.serial());
                later(() -> killAgain(worker), FIRST_PAUSE_MILLIS);
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("no supervisor to kill worker {}: it died with it", worker.serial(), e);
        }
    }

    private void killAgain(Worker worker) {
        if (workers.get(worker.serial()) == worker) {
            kill(worker);
        }
    }

    /** A supervisor that ends from now on is not replaced. */
    void ending() {
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
    }

    /** Kills all workers; sessions that run end as cancelled. */
    @Override
    public void close() {
        Supervisor last;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            last = supervisor;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        // A callback that has begun would use the descriptors that this closes.
        poller.runBetweenCallbacks(
                () -> {
                    if (last.socket().isOpen()) {
                        poller.forget(last.socket().number());
                    }
                    last.close();
                    endAll("the engine was closed");
                });
    }

    private void watch(Supervisor current) throws IOException {
        poller.watch(current.socket().number(), () -> onSupervisor(current));
    }

    /** Asks for as many workers as are missing. Called with the lock. */
    private void refill() {
        int missing = config.poolSize() - idle.size() - asked;
        if (missing <= 0 || closed || down) {
            return;
        }
        try {
            if (supervisor.spawn(missing)) {
                asked += missing;
            } else {
                refillLater();
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("the supervisor cannot be asked for workers", e);
            refillLater();
        }
    }

    /** Asks again after a pause that grows until a worker is ready. Called with the lock. */
    private void refillLater() {
        if (refillDue || closed) {
            return;
        }
        refillDue = true;
        later(this::refillLocked, pauseMillis);
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    /** A worker that was asked for will not come. */
    private void notComing(Optional<String> fault) {
        lock.lock();
        try {
            asked = Math.max(asked - 1, 0);
            fault.ifPresent(message -> lastFault = message);
            refillLater();
        } finally {
            lock.unlock();
        }
    }

    private void onSupervisor(Supervisor current) {
        try {
            for (; ; ) {
                Posix.Received received =
                        Posix.receive(
                                current.socket().number(),
                                packet.asSlice(0, Wire.POOL_EVENT_BYTES),
                                1);
                if (received.length() < 0) {
                    return;
                }
                if (received.length() == 0) {
                    lose(current, "the supervisor ended");
                    return;
                }
                onEvent(Wire.poolEvent(packet, received.length()), received.descriptors());
            }
        } catch (IOException | Wire.ProtocolException | IllegalStateException e) {
            lose(current, "the connection to the supervisor failed: " + e.getMessage());
        }
    }

    private void onEvent(Wire.PoolEvent event, List<Descriptor> descriptors)
            throws IOException, Wire.ProtocolException {
        switch (event) {
            case Wire.PoolEvent.Spawned spawned -> {
                if (descriptors.size() != 1) {
                    throw new Wire.ProtocolException("a worker without a socket");
                }
                Worker worker = new Worker(spawned.serial(), spawned.pid(), descriptors.get(0));
                workers.put(spawned.serial(), worker);
                poller.watch(worker.control().number(), () -> onWorker(worker));
            }
            case Wire.PoolEvent.Ended ended -> {
                Worker worker = workers.remove(ended.serial());
                if (worker == null) {
                    // Its birth was never told.
                    notComing(Optional.empty());
                } else {
                    drain(worker);
                    forget(worker);
                    worker.session()
                            .ifPresentOrElse(
                                    s -> s.ended(ended), () -> lostIdle(worker, ended.status()));
                }
            }
            case Wire.PoolEvent.NotSpawned refused -> {
                LOG.warn("the supervisor cannot make a worker: {}", Errno.name(refused.errno()));
                notComing(Optional.of("cannot make a worker: " + Errno.name(refused.errno())));
            }
        }
    }

    /** A packet of a worker: the hello of an idle one, a question or the report of a session's. */
    private void onWorker(Worker worker) {
        try {
            while (worker.control().isOpen()) {
                Posix.Received received = Posix.receive(worker.control().number(), packet, 0);
                if (received.length() < 0) {
                    return;
                }
                if (received.length() == 0) {
                    // The end: the supervisor's event follows and says how.
                    poller.forget(worker.control().number());
                    return;
                }
                if (worker.session().isPresent()) {
                    worker.session().get().received(packet, received.length());
                } else if (worker.greets()) {
                    onHello(worker, Wire.hello(packet, received.length()));
                } else {
                    // A report without a session: somebody sent it a signal. Its end follows.
                    LOG.debug("worker {} was ended from outside", worker.serial());
                }
            }
        } catch (IOException | Wire.ProtocolException e) {
            LOG.warn("worker {} broke its protocol: {}", worker.serial(), e.getMessage());
            worker.session().ifPresent(session -> session.fail(String.valueOf(e.getMessage())));
            fault(String.valueOf(e.getMessage()));
            poller.forget(worker.control().number());
            kill(worker);
        }
    }

    private void onHello(Worker worker, Wire.Hello hello) {
        boolean missing = hello.protections().stream().anyMatch(p -> p.mandatory() && !p.on());
        boolean refused = hello.fatal() || (missing && walls == Walls.ALL_MANDATORY);
        if (refused) {
            kill(worker);
        }
        lock.lock();
        try {
            protections = hello.protections();
            if (refused) {
                lastFault =
                        "a mandatory protection is missing on this host: "
                                + hello.protections().stream()
                                        .filter(p -> p.mandatory() && !p.on())
                                        .map(p -> p.name() + " (" + p.reason() + ")")
                                        .toList();
                LOG.error("{}", lastFault);
                changed.signalAll();
                return;
            }
            asked--;
            idle.addLast(worker);
            pauseMillis = FIRST_PAUSE_MILLIS;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void drain(Worker worker) {
        if (worker.session().isPresent() && worker.control().isOpen()) {
            onWorker(worker);
        }
    }

    private void forget(Worker worker) {
        if (worker.control().isOpen()) {
            poller.forget(worker.control().number());
            worker.control().close();
        }
    }

    private void lostIdle(Worker worker, int status) {
        LOG.warn("worker {} ended while it was idle (status {})", worker.serial(), status);
        lock.lock();
        try {
            if (!idle.remove(worker)) {
                asked = Math.max(asked - 1, 0);
            }
            refillLater();
        } finally {
            lock.unlock();
        }
    }

    private void refillLocked() {
        lock.lock();
        try {
            refillDue = false;
            refill();
        } finally {
            lock.unlock();
        }
    }

    private void fault(String message) {
        lock.lock();
        try {
            lastFault = message;
        } finally {
            lock.unlock();
        }
    }

    /** The supervisor is gone: so are its workers. */
    private void lose(Supervisor current, String reason) {
        lock.lock();
        try {
            if (closed || supervisor != current || down) {
                return;
            }
            down = true;
            idle.clear();
            asked = 0;
            lastFault = reason;
        } finally {
            lock.unlock();
        }
        poller.forget(current.socket().number());
        endAll(reason);
        later(() -> replace(current, reason, 1), FIRST_PAUSE_MILLIS);
    }

    private void replace(Supervisor dead, String reason, int attempt) {
        dead.close();
        if (isEnding()) {
            // Who stops this process has often stopped the supervisor in the same moment.
            return;
        }
        try {
            Supervisor next = Supervisor.open(config);
            lock.lock();
            try {
                if (closed) {
                    next.close();
                    return;
                }
                supervisor = next;
                watch(next);
                down = false;
                restarts++;
                refill();
            } finally {
                lock.unlock();
            }
            LOG.warn("{}; another one has taken its place after {} attempts", reason, attempt);
        } catch (EngineException.Unavailable | IOException e) {
            long pause;
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                lastFault = String.valueOf(e.getMessage());
                pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
                pause = pauseMillis;
            } finally {
                lock.unlock();
            }
            if (attempt == 1) {
                LOG.error(
                        "{} and there is none: {}; trying until there is", reason, e.getMessage());
            } else {
                LOG.debug("there is no supervisor yet: {}", e.getMessage());
            }
            later(() -> replace(dead, reason, attempt + 1), pause);
        }
    }

    private boolean isEnding() {
        lock.lock();
        try {
            return closed || ending;
        } finally {
            lock.unlock();
        }
    }

    private void endAll(String reason) {
        for (Worker worker : new ArrayList<>(workers.values())) {
            if (workers.remove(worker.serial(), worker)) {
                forget(worker);
                worker.session().ifPresent(session -> session.lost(reason));
            }
        }
    }

    private static void later(Runnable task, long millis) {
        java.util.concurrent.CompletableFuture.delayedExecutor(
                        millis,
                        java.util.concurrent.TimeUnit.MILLISECONDS,
                        Thread::startVirtualThread)
                .execute(task);
    }
}
