package io.zerocloud.sandbox.session;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that a session reads in place, held to see at its end whether somebody wrote to them
 * meanwhile. A file that is renamed, replaced or removed keeps its bytes for the session; one whose
 * bytes were written or cut must not pass for the input that was asked for.
 */
final class InputFiles implements AutoCloseable {
    private record Input(String alias, Descriptor file, Posix.Stat before) {}

    private final List<Input> inputs = new ArrayList<>();

    /** Takes the descriptor over. */
    void add(String alias, Descriptor file, Posix.Stat before) {
        inputs.add(new Input(alias, file, before));
    }

    /**
     * Fails the first channel whose file has another length or time of writing than at the start.
     */
    Optional<Outcome> changed() {
        for (Input input : inputs) {
            try {
                if (!Posix.stat(input.file().number()).equals(input.before())) {
                    return Optional.of(
                            new Outcome.ChannelFailed(
                                    input.alias(), "its file was changed during the session"));
                }
            } catch (IOException e) {
                return Optional.of(
                        new Outcome.ChannelFailed(
                                input.alias(), "its file cannot be looked at: " + e.getMessage()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        inputs.forEach(input -> input.file().close());
    }
}
