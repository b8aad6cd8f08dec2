package io.zerocloud.node;

import io.zerocloud.wire.KeptLink;
import io.zerocloud.wire.SessionResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Outputs that Swift refused with 401, because the caller's token had expired while the job ran:
 * they wait for an hour for somebody with a valid one. What waits takes at most a quarter of the
 * spool space, so that new jobs always find room; what finds no room is not kept.
 */
final class KeptOutputs implements AutoCloseable {
    static final Duration KEPT = Duration.ofHours(1);

    /** Each may hold a descriptor. */
    private static final int MOST = 1_000;

    private final Clock clock;
    private final Quota room;
    private final Map<KeptLink, Kept> outputs = new HashMap<>();

    /** An output that waits; its source belongs to this object. */
    record Kept(Outputs.Source source, Outputs.Head head, long bytes, Instant until) {}

    /**
     * @param room bytes of spool space that may wait
     */
    KeptOutputs(Clock clock, Quota room) {
        this.clock = clock;
        this.room = room;
    }

    /**
     * Takes an output over, if there is room for it.
     *
     * @return where it waits; empty if the source stays the caller's
     */
    synchronized Optional<SessionResult.Kept> keep(
            KeptLink link, Outputs.Source source, Outputs.Head head) {
        long bytes = source.length();
        if (outputs.size() >= MOST || outputs.containsKey(link) || !room.tryTake(bytes)) {
            return Optional.empty();
        }
        source.trim();
        Kept kept = new Kept(source, head, bytes, clock.instant().plus(KEPT));
        outputs.put(link, kept);
        return Optional.of(new SessionResult.Kept(link.path(), kept.until().toEpochMilli()));
    }

    /** An output that waits. */
    synchronized Optional<Kept> find(KeptLink link) {
        return Optional.ofNullable(outputs.get(link)).filter(kept -> !isOver(kept));
    }

    /** Gives an output back; who reads it fails. */
    synchronized void drop(KeptLink link) {
        Kept kept = outputs.remove(link);
        if (kept != null) {
            giveBack(kept);
        }
    }

    /** Gives back those whose time is over. */
    synchronized void sweep() {
        outputs.values()
                .removeIf(
                        kept -> {
                            boolean over = isOver(kept);
                            if (over) {
                                giveBack(kept);
                            }
                            return over;
                        });
    }

    synchronized int size() {
        return outputs.size();
    }

    private boolean isOver(Kept kept) {
        return !clock.instant().isBefore(kept.until());
    }

    private void giveBack(Kept kept) {
        kept.source().close();
        room.giveBack(kept.bytes());
    }

    @Override
    public synchronized void close() {
        outputs.values().forEach(this::giveBack);
        outputs.clear();
    }
}
