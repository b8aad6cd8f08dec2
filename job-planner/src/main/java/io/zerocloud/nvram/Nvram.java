package io.zerocloud.nvram;

import java.util.List;
import java.util.Map;

/**
 * The text of {@code /dev/nvram}, from which a guest's runtime learns its command line,
 * environment, mounts and file types: an INI-like text of one record a line, {@code key=value,
 * key=value}.
 *
 * <p>Values come from clients. Every value that the runtime unescapes is escaped so that it arrives
 * exactly as it was given; names, which it does not unescape, are refused if they could be read as
 * anything else than a name.
 */
public final class Nvram {
    private Nvram() {}

    /**
     * The sections fstab, args, env and mapping, in this order; empty ones are left out.
     *
     * @param mounts in order
     * @param arguments argv, argv[0] included
     * @param environment variables; those without a value are left out
     * @param modes file type words by channel path
     * @throws IllegalArgumentException if a name holds a comma, {@code #}, {@code =}, a blank or a
     *     control character, or a value holds NUL
     */
    public static String render(
            List<Mount> mounts,
            List<String> arguments,
            Map<String, String> environment,
            Map<String, String> modes) {
        StringBuilder text = new StringBuilder();
        if (!mounts.isEmpty()) {
            text.append("[fstab]\n");
            for (Mount mount : mounts) {
                text.append("channel=")
                        .append(name(mount.channel()))
                        .append(", mountpoint=")
                        .append(name(mount.mountpoint()))
                        .append(", access=")
                        .append(name(mount.access()))
                        .append(", removable=")
                        .append(mount.removable() ? "yes" : "no")
                        .append('\n');
            }
        }
        if (!arguments.isEmpty()) {
            arguments.forEach(Nvram::value);
            text.append("[args]\nargs = ").append(CommandLine.join(arguments)).append('\n');
        }
        StringBuilder env = new StringBuilder();
        environment.forEach(
                (name, value) -> {
                    if (!value.isEmpty()) {
                        env.append("name=").append(name(name)).append(", value=");
                        CommandLine.escape(value(value), false, env);
                        env.append('\n');
                    }
                });
        if (!env.isEmpty()) {
            text.append("[env]\n").append(env);
        }
        if (!modes.isEmpty()) {
            text.append("[mapping]\n");
            modes.forEach(
                    (channel, mode) ->
                            text.append("channel=")
                                    .append(name(channel))
                                    .append(", mode=")
                                    .append(name(mode))
                                    .append('\n'));
        }
        return text.toString();
    }

    /** Whether a text can stand as a name: nothing in it is read as syntax or trimmed. */
    public static boolean isName(String text) {
        return !text.isEmpty()
                && text.codePoints()
                        .noneMatch(
                                c ->
                                        c <= ' '
                                                || c == 0x7f
                                                || c == ','
                                                || c == '#'
                                                || c == '='
                                                || c == '"'
                                                || c == '\\'
                                                || Character.isISOControl(c)
                                                || Character.isWhitespace(c));
    }

    private static String name(String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException("not a name in nvram: " + text);
        }
        return text;
    }

    private static String value(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a value in nvram cannot hold NUL");
        }
        return text;
    }
}
