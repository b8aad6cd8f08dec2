package io.zerocloud.node;

import io.zerocloud.nvram.GuestEnvironment;
import io.zerocloud.plan.Attachment;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Pin;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.ChannelLimits;
import io.zerocloud.sandbox.session.ChannelType;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.wire.SessionOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a guest is told about its session, with the object that the session is attached to. */
final class SessionNvram {
    private final SessionOrder order;
    private String where = "nothing to read";
    private @Nullable Pin attachedPin;

    SessionNvram(SessionOrder order) {
        this.order = order;
    }

    /** Where the session's data came from, for the report. */
    String where() {
        return where;
    }

    /**
     * Remembers how a channel's input was opened.
     *
     * @param how for the report
     */
    void note(Channel channel, Optional<Pin> pin, String how) {
        Optional<Attachment> attachment = order.session().attachment();
        if (attachment.isPresent() && attachment.get().device().equals(channel.device())) {
            attachedPin = pin.orElse(null);
            where = how;
        } else if (attachedPin == null) {
            where = how;
        }
    }

    /** The channel that tells the guest its arguments, environment and mounts. */
    io.zerocloud.sandbox.session.Channel channel(Resources resources) throws IOException {
        Map<String, String> local = Map.of();
        Optional<Attachment> attachment = order.session().attachment();
        if (attachment.isPresent()) {
            Attachment attached = attachment.get();
            String device = "/dev/" + attached.device();
            String path = attached.path().toString();
            Pin pin = attachedPin;
            if (pin != null) {
                local =
                        GuestEnvironment.localRead(
                                device,
                                path,
                                pin.contentType(),
                                pin.length(),
                                pin.etag(),
                                pin.timestamp(),
                                pin.contentEncoding(),
                                pin.meta());
            } else {
                Optional<Channel> channel = order.session().channel(attached.device());
                if (channel.isPresent()
                        && channel.get().backing() instanceof Channel.Backing.ObjectOutput output) {
                    local =
                            GuestEnvironment.localWrite(
                                    device, path, output.contentType(), output.meta());
                }
            }
        }
        String text =
                order.session().nvram(GuestEnvironment.join(Map.of(), order.environment(), local));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OpenFile file = resources.add(OpenFile.of(bytes));
        return new io.zerocloud.sandbox.session.Channel(
                io.zerocloud.sandbox.session.Channel.NVRAM,
                ChannelType.RANDOM,
                ChannelLimits.reads(Math.max(1, bytes.length) * 16L),
                Backing.FileRegion.whole(file));
    }
}
