package io.zerocloud.sandbox.session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A session from the request that was sent to its report. Two things end it: the worker's own
 * record, a claim, and the supervisor's word that the process is gone, the truth. What we did
 * ourselves (cancelled, stream failed) is known before both.
 */
final class LiveSession implements Session {
    private final Worker worker;
    private final SessionSpec spec;
    private final List<Channel> channels;
    private final List<Pump> pumps;
    private final Hooks hooks;
    private final long submitted;
    private final long admitted;

    /** Why we stopped it, if we did. */
    private final CompletableFuture<Outcome> decided = new CompletableFuture<>();

    private final CompletableFuture<Wire.PoolEvent.Ended> end = new CompletableFuture<>();
    private final CompletableFuture<Report> report = new CompletableFuture<>();
    private final AtomicBoolean judging = new AtomicBoolean();
    private volatile Optional<Wire.Ending> ending = Optional.empty();
    private volatile Optional<Outcome> changedInput = Optional.empty();
    private volatile Optional<Template> template = Optional.empty();

    /** What a session needs of its engine. */
    interface Hooks {
        /** Kills the worker, now and again until it has ended. */
        void kill(Worker worker);

        /**
         * Judges a range of the jail buffer and answers the worker.
         *
         * @param judged to be run just before the answer is sent
         */
        void jail(Worker worker, Wire.JailQuestion question, Runnable judged);

        /** Seals the snapshot that the worker wrote. */
        Optional<Template> snapshot();

        /** Whether a file that the session read was changed meanwhile, and which. */
        Optional<Outcome> changedInput();

        /** The worker has ended; its reservations can go. Called once. */
        void ended();
    }

    LiveSession(
            Worker worker,
            SessionSpec spec,
            List<Channel> channels,
            List<Pump> pumps,
            long submitted,
            long admitted,
            Hooks hooks) {
        this.worker = worker;
        this.spec = spec;
        this.channels = channels;
        this.pumps = pumps;
        this.submitted = submitted;
        this.admitted = admitted;
        this.hooks = hooks;
    }

    void start(Poller poller) {
        for (Pump pump : pumps) {
            var _ =
                    pump.done()
                            .whenComplete(
                                    (nothing, failure) -> {
                                        if (failure != null) {
                                            stop(
                                                    new Outcome.ChannelFailed(
                                                            pump.alias(), message(failure)));
                                        }
                                    });
            pump.start(poller);
        }
    }

    @Override
    public long id() {
        return worker.serial();
    }

    @Override
    public int workerPid() {
        return worker.pid();
    }

    @Override
    public CompletionStage<Report> report() {
        return report.minimalCompletionStage();
    }

    @Override
    public Report await() throws InterruptedException {
        try {
            return report.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Report> await(Duration atMost) throws InterruptedException {
        try {
            return Optional.of(report.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void cancel(String reason) {
        stop(new Outcome.Cancelled(reason));
        if (decided.isDone() && decided.resultNow() instanceof Outcome.Cancelled) {
            pumps.forEach(Pump::interrupt);
        }
    }

    @Override
    public Optional<Template> template() {
        return template;
    }

    /** The limit of time has passed and the worker has not said so itself. */
    void expire() {
        stop(new Outcome.TimedOut());
    }

    /** Gives up on sinks that do not take what the guest wrote. */
    void abandonPumps() {
        pumps.forEach(Pump::interrupt);
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /**
     * Takes the session back from a worker that never got its request.
     *
     * @return false if the worker's end has been noticed and everything was released already
     */
    boolean withdraw() {
        return end.complete(new Wire.PoolEvent.Ended(worker.serial(), 0, 0, 0, 0, 0));
    }

    /** A packet of the worker; the poller's thread. */
    void received(MemorySegment packet, int length) throws Wire.ProtocolException {
        Optional<Wire.JailQuestion> question =
                spec.jail() ? Wire.jailQuestion(packet, length) : Optional.empty();
        if (question.isPresent()) {
            if (!judging.compareAndSet(false, true)) {
                throw new Wire.ProtocolException("a range to judge while another is judged");
            }
            hooks.jail(worker, question.get(), () -> judging.set(false));
        } else if (ending.isEmpty()) {
            ending = Optional.of(Wire.report(packet, length, channels, spec.memoryDigest()));
        } else {
            throw new Wire.ProtocolException("a second report");
        }
    }

    /** The worker broke the protocol. */
    void fail(String message) {
        stop(new Outcome.EngineFailed(message));
    }

    /** The worker went with its supervisor. */
    void lost(String reason) {
        decided.complete(new Outcome.EngineFailed(reason));
        ended(new Wire.PoolEvent.Ended(worker.serial(), 0, 0, 0, 0, System.nanoTime()));
    }

    /** The worker has been reaped; the poller's thread. */
    void ended(Wire.PoolEvent.Ended event) {
        if (!end.complete(event)) {
            return;
        }
        if (ending.map(e -> e.outcome() instanceof Outcome.Snapshotted).orElse(false)) {
            template = hooks.snapshot();
        }
        changedInput = hooks.changedInput();
        hooks.ended();
        List<CompletableFuture<?>> sinks = new ArrayList<>();
        for (Pump pump : pumps) {
            if (pump.feedsGuest()) {
                pump.interrupt();
            } else {
                sinks.add(pump.done().exceptionally(failure -> null));
            }
        }
        var _ =
                CompletableFuture.allOf(sinks.toArray(new CompletableFuture<?>[0]))
                        .thenRun(() -> report.complete(report(event)));
    }

    private void stop(Outcome outcome) {
        if (!hasEnded() && decided.complete(outcome)) {
            hooks.kill(worker);
        }
    }

    private Report report(Wire.PoolEvent.Ended event) {
        List<ChannelReport> counts = new ArrayList<>(channels.size());
        for (int i = 0; i < channels.size(); i++) {
            Channel channel = channels.get(i);
            int index = i;
            Wire.Counters c =
                    ending.map(e -> e.channels().get(index))
                            .orElse(new Wire.Counters(0, 0, 0, 0, ""));
            counts.add(
                    new ChannelReport(
                            channel.alias(),
                            channel.network(),
                            c.gets(),
                            c.getBytes(),
                            c.puts(),
                            c.putBytes(),
                            c.digest()));
        }
        return new Report(
                outcome(event),
                Duration.ofNanos(event.user() * 1000),
                Duration.ofNanos(event.system() * 1000),
                event.peakBytes(),
                counts,
                ending.map(Wire.Ending::memoryDigest).orElse(""),
                new Report.Timings(submitted, admitted, entered(), event.endedNanos()));
    }

    private Outcome outcome(Wire.PoolEvent.Ended event) {
        if (decided.isDone()) {
            return decided.resultNow();
        }
        int signal = event.status() & 0x7f;
        if (signal != 0) {
            return new Outcome.KilledByKernel(signal);
        }
        Optional<Outcome> sink = failedSink();
        if (sink.isPresent()) {
            return sink.get();
        }
        boolean told = ending.map(e -> e.outcome() instanceof Outcome.ChannelFailed).orElse(false);
        if (changedInput.isPresent() && !told) {
            return changedInput.get();
        }
        return ending.map(e -> withinLimit(e.outcome()))
                .orElseGet(
                        () ->
                                new Outcome.EngineFailed(
                                        "the worker ended with status "
                                                + (event.status() >> 8)
                                                + " and no report"));
    }

    /** A fault behind the heap is one for want of memory, as far as can be told from outside. */
    private Outcome withinLimit(Outcome outcome) {
        long limit = spec.limits().memoryBytes();
        return outcome instanceof Outcome.Faulted fault
                        && fault.access().isPresent()
                        && !fault.access().equals(fault.instruction())
                        && GuestMemory.isBeyond(limit, fault.access().getAsLong(), channels)
                ? new Outcome.MemoryExceeded(fault, limit)
                : outcome;
    }

    /** A sink that failed after the guest had ended: its bytes are lost all the same. */
    private Optional<Outcome> failedSink() {
        for (Pump pump : pumps) {
            if (!pump.feedsGuest() && pump.done().isCompletedExceptionally()) {
                return Optional.of(
                        new Outcome.ChannelFailed(
                                pump.alias(), message(pump.done().exceptionNow())));
            }
        }
        return Optional.empty();
    }

    /** The worker's stamp if it can be true: clocks are one and the same, CLOCK_MONOTONIC. */
    private long entered() {
        long stamp = ending.map(Wire.Ending::enteredNanos).orElse(0L);
        return stamp >= admitted && stamp <= System.nanoTime() ? stamp : 0;
    }

    private static String message(Throwable failure) {
        String text = failure.getMessage();
        return text == null ? failure.getClass().getSimpleName() : text;
    }
}
