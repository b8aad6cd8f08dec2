package io.zerocloud.node;

import io.zerocloud.network.Networks;
import io.zerocloud.plan.Channel;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.Session;
import io.zerocloud.sandbox.session.SessionSpec;
import io.zerocloud.wire.SessionEvent;
import io.zerocloud.wire.SessionEvent.Cause;
import io.zerocloud.wire.SessionOrder;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** One session from its order to its result. Used once, by one thread. */
final class SessionRun {
    private final Node node;
    private final SessionOrder order;
    private final RunningSession running;
    private final Optional<Networks.Seat> seat;
    private final Mandates mandates;
    private final long arrived = System.nanoTime();

    /**
     * @param seat its ends of channels, if it has any; closed by the caller
     */
    SessionRun(
            Node node, SessionOrder order, RunningSession running, Optional<Networks.Seat> seat) {
        this.node = node;
        this.order = order;
        this.running = running;
        this.seat = seat;
        this.mandates = new Mandates(order);
    }

    /**
     * Runs the session.
     *
     * @param started told when the guest runs
     * @throws SessionFailure if it does not get that far
     */
    SessionResult run(Consumer<SessionEvent> started)
            throws SessionFailure, IOException, InterruptedException {
        try (Resources resources = new Resources()) {
            SessionImages images = new SessionImages(node, order, mandates, resources);
            SessionNvram nvram = new SessionNvram(order);
            SessionChannels channels =
                    new SessionChannels(
                            node, order, running, seat, mandates, resources, images, nvram);
            SessionOutcome outcome =
                    new SessionOutcome(
                            node, order, running, mandates, channels, nvram, resources, arrived);
            Session session;
            long prepared;
            try (Programs.Lease lease = images.program()) {
                SessionSpec.Builder spec =
                        SessionSpec.of(
                                lease.program(),
                                new Limits(node.config().memoryBytes(), node.timeout(order)));
                for (Channel channel : order.session().channels()) {
                    spec.channel(channels.open(channel));
                }
                spec.channel(nvram.channel(resources));
                if (Thread.interrupted() || running.isCancelled()) {
                    throw new SessionFailure(Cause.CANCELLED, 499, "cancelled");
                }
                prepared = System.nanoTime();
                session = node.engine().start(spec.build());
            } catch (EngineException.ProgramRefused e) {
                return outcome.refused(String.valueOf(e.getMessage()));
            } catch (EngineException.Busy e) {
                throw new SessionFailure(Cause.BUSY, 503, "Slot not available: " + e.getMessage());
            } catch (EngineException.InvalidSpec e) {
                throw new SessionFailure(Cause.INPUT, 400, String.valueOf(e.getMessage()));
            } catch (EngineException e) {
                throw new SessionFailure(
                        Cause.AGENT, 503, "Slot not available: the sandbox is not available");
            } catch (Quota.Exceeded e) {
                throw new SessionFailure(
                        Cause.BUSY, 507, "Insufficient Storage: " + e.getMessage());
            }
            running.guest(session);
            started.accept(new SessionEvent.Started());
            if (channels.part().filter(part -> !part.isHttp()).isPresent()) {
                running.bodyStartsAt(0);
            }
            Report report = session.await();
            if (report.outcome() instanceof Outcome.Cancelled(String reason)) {
                throw new SessionFailure(Cause.CANCELLED, 499, "cancelled: " + reason);
            }
            if (running.isCancelled()) {
                // It exited before it could be killed: its channels are closed behind the
                // cancelling,
                // so what it took for their ends may be none.
                throw new SessionFailure(Cause.CANCELLED, 499, "cancelled");
            }
            if (report.outcome() instanceof Outcome.Exited) {
                seat.ifPresent(Networks.Seat::guestExited);
            }
            return outcome.result(report, prepared);
        }
    }
}
