package io.zerocloud.plan;

import io.zerocloud.job.Group;
import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Channel.Backing;
import java.util.List;
import java.util.Optional;

/**
 * Which object a session is attached to: the device that {@code attach} names, if it has a path in
 * the store. By default the first of {@code stdin} and {@code input} that has one; else {@code
 * image}, else {@code script} (a small file does not decide where a job runs as long as a larger
 * one can), else the first output.
 */
final class AttachmentRule {
    private AttachmentRule() {}

    static Optional<Attachment> choose(Group group, List<Channel> declared) {
        if (group.attach().isPresent()) {
            return declared.stream()
                    .filter(channel -> channel.device().equals(group.attach().get()))
                    .flatMap(channel -> attachment(channel).stream())
                    .findFirst();
        }
        for (List<String> devices :
                List.of(
                        List.of("stdin", "input"),
                        List.of("image"),
                        List.of("script"),
                        List.of("stdout", "stderr", "output"))) {
            for (Channel channel : declared) {
                Optional<Attachment> found = attachment(channel);
                if (found.isPresent() && devices.contains(channel.device())) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Attachment> attachment(Channel channel) {
        return switch (channel.backing()) {
            case Backing.ObjectInput input -> read(channel, input.object().path());
            case Backing.ContainerInput input -> read(channel, input.container().path());
            case Backing.ObjectOutput output ->
                    Optional.of(
                            new Attachment(
                                    channel.device(), output.path(), Attachment.Access.WRITE));
            default -> Optional.empty();
        };
    }

    private static Optional<Attachment> read(Channel channel, StorePath path) {
        return Optional.of(new Attachment(channel.device(), path, Attachment.Access.READ));
    }
}
