package io.zerocloud.sandbox.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Everything about one session.
 *
 * @param program what runs
 * @param channels at most {@link #MAX_CHANNELS}, aliases unique, stdin, stdout and stderr among
 *     them; {@link Engine#start} adds {@code /dev/nvram} if {@code configuration} is present
 * @param configuration what the guest library reads at start; empty for a raw guest
 * @param limits memory and time
 * @param jail whether the guest may make code of its own executable (jail and unjail)
 * @param memoryDigest digest of the guest's memory at the end; costs a pass over its memory
 * @param template start from this snapshot instead of the program's entry
 * @param takeTemplate whether the guest's fork trap ends the session with {@link
 *     Outcome.Snapshotted} and {@link Session#template} then gives the snapshot
 */
public record SessionSpec(
        Program program,
        List<Channel> channels,
        Optional<GuestConfiguration> configuration,
        Limits limits,
        boolean jail,
        DigestAlgorithm memoryDigest,
        Optional<Template> template,
        boolean takeTemplate) {
    /** Most channels of one session, the nvram included. */
    public static final int MAX_CHANNELS = 1024;

    public SessionSpec {
        channels = List.copyOf(channels);
    }

    /** A specification with the optional parts off. */
    public static Builder of(Program program, Limits limits) {
        return new Builder(program, limits);
    }

    /** Collects a specification. Not for use by several threads. */
    public static final class Builder {
        private final Program program;
        private final Limits limits;
        private final List<Channel> channels = new ArrayList<>();
        private Optional<GuestConfiguration> configuration = Optional.empty();
        private boolean jail;
        private DigestAlgorithm memoryDigest = DigestAlgorithm.NONE;
        private Optional<Template> template = Optional.empty();
        private boolean takeTemplate;

        private Builder(Program program, Limits limits) {
            this.program = program;
            this.limits = limits;
        }

        public Builder channel(Channel channel) {
            channels.add(channel);
            return this;
        }

        public Builder channels(Collection<Channel> more) {
            channels.addAll(more);
            return this;
        }

        public Builder configuration(GuestConfiguration value) {
            configuration = Optional.of(value);
            return this;
        }

        public Builder jail(boolean value) {
            jail = value;
            return this;
        }

        public Builder memoryDigest(DigestAlgorithm value) {
            memoryDigest = value;
            return this;
        }

        public Builder template(Template value) {
            template = Optional.of(value);
            return this;
        }

        public Builder takeTemplate(boolean value) {
            takeTemplate = value;
            return this;
        }

        public SessionSpec build() {
            return new SessionSpec(
                    program,
                    channels,
                    configuration,
                    limits,
                    jail,
                    memoryDigest,
                    template,
                    takeTemplate);
        }
    }
}
