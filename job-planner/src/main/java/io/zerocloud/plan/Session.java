package io.zerocloud.plan;

import io.zerocloud.nvram.Mount;
import io.zerocloud.nvram.Nvram;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One guest run: a node of the job.
 *
 * @param id 1, 2, ... in job order; also its place in {@link Plan#sessions()} plus one
 * @param name {@code group} or {@code group-i}
 * @param group the group's name
 * @param program what is run
 * @param arguments argv, argv[0] included
 * @param env the job's own variables; see {@link io.zerocloud.nvram.GuestEnvironment}
 * @param channels declared devices in the job's order, then the standard streams that it did not
 *     declare, then connections
 * @param attachment the object that attracts it
 * @param location co-location label
 * @param captures texts of the {@code *}s of the group's first wildcard input
 * @param component number of the set of sessions that connections join; all of a set must run at
 *     the same time. A session without connections is alone in its set
 */
public record Session(
        int id,
        String name,
        String group,
        Program program,
        List<String> arguments,
        Map<String, String> env,
        List<Channel> channels,
        Optional<Attachment> attachment,
        Optional<String> location,
        List<String> captures,
        int component) {

    public Session {
        arguments = List.copyOf(arguments);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        channels = List.copyOf(channels);
        captures = List.copyOf(captures);
    }

    /** The guest's {@code SCRIPT_NAME}: {@code exec.name} or the node's name. */
    public String programName() {
        return arguments.getFirst();
    }

    public Optional<Channel> channel(String device) {
        return channels.stream().filter(channel -> channel.device().equals(device)).findFirst();
    }

    /** Whether connections join it to other sessions. */
    public boolean isConnected() {
        return channels.stream()
                .anyMatch(
                        channel ->
                                channel.backing() instanceof Channel.Backing.PeerInput
                                        || channel.backing() instanceof Channel.Backing.PeerOutput);
    }

    /** Archives mounted at {@code /}: system images first, the user's image over them. */
    public List<Mount> mounts() {
        return channels.stream()
                .filter(Channel::isMounted)
                .sorted(java.util.Comparator.comparing(c -> c.device().equals("image")))
                .map(
                        channel ->
                                Mount.readOnly(
                                        channel.path(),
                                        channel.backing() instanceof Channel.Backing.UploadedImage))
                .toList();
    }

    /** File types by channel path, for every channel. */
    public Map<String, String> modes() {
        Map<String, String> modes = new LinkedHashMap<>();
        channels.forEach(channel -> modes.put(channel.path(), channel.mode().word()));
        return modes;
    }

    /**
     * The text of {@code /dev/nvram}.
     *
     * @param environment the final variables, as {@link io.zerocloud.nvram.GuestEnvironment} joins
     *     them
     */
    public String nvram(Map<String, String> environment) {
        return Nvram.render(mounts(), arguments, environment, modes());
    }
}
