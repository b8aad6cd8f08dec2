package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs guests. One engine serves a whole process; all methods may be called by many threads,
 * virtual ones included.
 */
public interface Engine extends AutoCloseable {
    /**
     * Starts an engine and its supervisor, and waits until the first worker is sealed.
     *
     * @throws EngineException.Unavailable if the supervisor cannot be started, or a mandatory
     *     protection is missing on this host; the message names it
     */
    static Engine start(EngineConfig config) throws EngineException {
        return new PooledEngine(config);
    }

    /**
     * Loads a program: copies it whole, hashes it, checks its ELF structure, seals its text in
     * memory and validates the sealed copy. Programs with equal bytes share one copy, so loading a
     * known program costs the hash only.
     *
     * @param nexe read to its end, at most {@link Program#MAX_BYTES}; not closed
     * @return to be closed by the caller; sessions that run keep what they need
     * @throws EngineException.ProgramRefused if it is no executable of the ABI or breaks a rule
     */
    Program load(InputStream nexe) throws EngineException, IOException;

    /** {@link #load(InputStream)} of a file. */
    Program load(Path nexe) throws EngineException, IOException;

    /**
     * Starts a session. Waits at most {@link EngineConfig#admissionTimeout} for memory and a
     * worker, otherwise returns at once.
     *
     * @throws EngineException.InvalidSpec if the specification breaks a rule; nothing was taken
     *     over
     * @throws EngineException.Busy if no worker or no memory became free in time
     * @throws EngineException.Unavailable if the supervisor cannot be reached
     */
    Session start(SessionSpec spec) throws EngineException, InterruptedException;

    /**
     * Takes over an end of a link for the calling thread; a session gets the other end.
     *
     * @return to be used and closed by this thread
     * @throws IllegalStateException if the end was taken or closed before
     */
    HeldEnd hold(Link.End end) throws IOException;

    /** What guards a guest on this host, each with the reason if it is off. */
    List<Protection> protections();

    /** Whether workers can be attached to by a debugger: never the case for an agent's engine. */
    boolean debug();

    /** Sessions running, workers waiting, bytes of the memory budget in use. */
    Usage usage();

    /**
     * Says that {@link #close} follows once what runs has ended: a supervisor that ends meanwhile,
     * stopped by whoever stops this process too, is not missed.
     */
    void ending();

    /** Kills all sessions and the supervisor that this engine started. Waits for their end. */
    @Override
    void close();

    /**
     * A snapshot of an engine's load.
     *
     * @param sessions running
     * @param idleWorkers sealed and waiting
     * @param memoryBytes reserved by the running sessions, without programs and templates
     * @param started sessions since the engine's start
     * @param poolRestarts times that a dead supervisor was replaced
     */
    record Usage(
            int sessions, int idleWorkers, long memoryBytes, long started, long poolRestarts) {}
}
