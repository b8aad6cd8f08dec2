package io.zerocloud.sandbox.session;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The text of {@code /dev/nvram}. Sections and keys are the guest library's; whatever its parser
 * would take for syntax is written as {@code \xHH}, which it decodes in arguments and values of the
 * environment only.
 */
final class Nvram {
    /** Longest text; guests of 2013 read the first 10 240 bytes only. */
    static final int MAX_BYTES = 1 << 20;

    private Nvram() {}

    static byte[] text(GuestConfiguration configuration) throws EngineException.InvalidSpec {
        StringBuilder text = new StringBuilder();
        section(text, "debug", out -> out.accept("verbosity=" + configuration.verbosity()));
        section(text, "time", out -> out.accept("seconds=" + configuration.clockSeconds()));
        if (!configuration.modes().isEmpty()) {
            text.append("[mapping]\n");
            for (Map.Entry<String, String> mode : configuration.modes().entrySet()) {
                plain("channel of a mode", mode.getKey());
                plain("mode of " + mode.getKey(), mode.getValue());
                text.append("channel=").append(mode.getKey());
                text.append(", mode=").append(mode.getValue()).append('\n');
            }
        }
        if (!configuration.mounts().isEmpty()) {
            text.append("[fstab]\n");
            for (Mount mount : configuration.mounts()) {
                plain("channel of a mount", mount.channel());
                plain("mount point of " + mount.channel(), mount.mountpoint());
                text.append("channel=").append(mount.channel());
                text.append(", mountpoint=").append(mount.mountpoint());
                text.append(", access=").append(mount.access() == Mount.Access.READ ? "ro" : "wo");
                text.append(", removable=").append(mount.removable() ? "yes" : "no").append('\n');
            }
        }
        if (configuration.precache()) {
            section(text, "precache", out -> out.accept("precache=yes"));
        }
        if (!configuration.arguments().isEmpty()) {
            text.append("[args]\nargs=");
            for (int i = 0; i < configuration.arguments().size(); i++) {
                String argument = configuration.arguments().get(i);
                text.append(i == 0 ? "" : " ")
                        .append(argument.isEmpty() ? "\"\"" : escape(argument));
            }
            text.append('\n');
        }
        environment(text, configuration.environment());
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new EngineException.InvalidSpec(
                    "arguments, environment and mounts take "
                            + bytes.length
                            + " bytes, at most "
                            + MAX_BYTES);
        }
        return bytes;
    }

    private static void environment(StringBuilder text, Map<String, String> variables)
            throws EngineException.InvalidSpec {
        boolean header = false;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            plain("name of an environment variable", variable.getKey());
            if (variable.getKey().isEmpty() || variable.getKey().contains("=")) {
                throw new EngineException.InvalidSpec(
                        "name of an environment variable \""
                                + variable.getKey()
                                + "\" is empty or contains =");
            }
            if (variable.getValue().isEmpty()) {
                continue;
            }
            text.append(header ? "" : "[env]\n");
            header = true;
            text.append("name=").append(variable.getKey());
            text.append(", value=").append(escape(variable.getValue())).append('\n');
        }
    }

    private static void section(StringBuilder text, String name, Consumer<Consumer<String>> body) {
        text.append('[').append(name).append("]\n");
        body.accept(line -> text.append(line).append('\n'));
    }

    /** What the parser gives no way to escape. */
    private static void plain(String what, String value) throws EngineException.InvalidSpec {
        if (value.chars().anyMatch(c -> c < 0x21 || c == 0x7f || c == ',' || c == '#')) {
            throw new EngineException.InvalidSpec(
                    what + " contains a space, comma, # or control character: " + escape(value));
        }
    }

    private static String escape(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= 0x20 || c == 0x7f || c == '\\' || c == '"' || c == ',' || c == '#') {
                text.append(String.format("\\x%02X", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
