package io.zerocloud.job;

import java.util.Set;
import java.util.regex.Pattern;

/** What may stand after {@code /dev/}. */
public final class DeviceNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*");
    private static final int LONGEST = 128;

    /** Names that the runtime or the planner makes itself. */
    private static final Set<String> TAKEN =
            Set.of(
                    "nvram", "self", "in", "out", "null", "zero", "full", "random", "urandom",
                    "memory");

    private DeviceNames() {}

    /** Whether a device can be called so. */
    public static boolean isValid(String name) {
        if (name.length() > LONGEST || !NAME.matcher(name).matches() || TAKEN.contains(name)) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** The same for a name in which {@code *} stands for texts that are not known yet. */
    static boolean isValidPattern(String pattern) {
        return isValid(pattern.replace('*', 'x'));
    }
}
