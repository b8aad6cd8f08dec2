package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory files that a session has beside its channels: template, snapshot sink, jail buffer.
 */
final class SessionFiles implements AutoCloseable {
    private final Optional<Descriptor> template;
    private final Optional<Descriptor> snapshot;
    private final Optional<Descriptor> jail;

    private SessionFiles(
            Optional<Descriptor> template,
            Optional<Descriptor> snapshot,
            Optional<Descriptor> jail) {
        this.template = template;
        this.snapshot = snapshot;
        this.jail = jail;
    }

    static SessionFiles of(SessionSpec spec) throws IOException {
        Optional<Descriptor> snapshot =
                spec.takeTemplate()
                        ? Optional.of(Posix.memoryFile("zerocloud-template"))
                        : Optional.empty();
        try {
            return new SessionFiles(
                    spec.template().map(t -> ((Snapshot) t).file()),
                    snapshot,
                    spec.jail() ? Optional.of(Jail.buffer()) : Optional.empty());
        } catch (IOException e) {
            snapshot.ifPresent(Descriptor::close);
            throw e;
        }
    }

    /** In the order of the wire. */
    List<Descriptor> descriptors() {
        List<Descriptor> all = new ArrayList<>(3);
        template.ifPresent(all::add);
        snapshot.ifPresent(all::add);
        jail.ifPresent(all::add);
        return all;
    }

    /**
     * What the worker writes for judgement.
     *
     * @throws IllegalStateException if the session has no jail
     */
    Descriptor jailBuffer() {
        return jail.orElseThrow(IllegalStateException::new);
    }

    /** Seals what the worker wrote; empty if that fails. */
    Optional<Template> takeSnapshot(
            String program, long memory, List<Channel> channels, MemoryBudget budget) {
        if (snapshot.isEmpty()) {
            return Optional.empty();
        }
        Descriptor file = snapshot.get().take();
        try {
            Posix.fcntl(file.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_ALL);
            long bytes = Posix.stat(file.number()).size();
            budget.keep(bytes);
            return Optional.of(
                    new Snapshot(
                            file,
                            bytes,
                            program,
                            memory,
                            Snapshot.shape(channels),
                            () -> budget.release(bytes)));
        } catch (IOException e) {
            file.close();
            return Optional.empty();
        }
    }

    /** The template stays: it is the caller's. */
    @Override
    public void close() {
        snapshot.ifPresent(Descriptor::close);
        jail.ifPresent(Descriptor::close);
    }
}
