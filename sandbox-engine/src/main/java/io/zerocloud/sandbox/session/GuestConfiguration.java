package io.zerocloud.sandbox.session;

import java.util.List;
import java.util.Map;

/**
 * What a guest learns about its run, written to {@code /dev/nvram}.
 *
 * @param arguments the command line with argv[0]; empty for a guest that needs none
 * @param environment in the order given; a variable with an empty value is dropped
 * @param mounts tar images
 * @param modes how the guest library presents a channel: alias to {@code pipe}, {@code char} or
 *     {@code file}
 * @param clockSeconds start of the guest's clock in seconds since 1970
 * @param verbosity log level of the guest library, 0 to 4
 * @param precache whether the guest library stops after mounting and makes a template
 */
public record GuestConfiguration(
        List<String> arguments,
        Map<String, String> environment,
        List<Mount> mounts,
        Map<String, String> modes,
        long clockSeconds,
        int verbosity,
        boolean precache) {
    public GuestConfiguration {
        arguments = List.copyOf(arguments);
        environment =
                java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(environment));
        mounts = List.copyOf(mounts);
        modes = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(modes));
        if (verbosity < 0 || verbosity > 4) {
            throw new IllegalArgumentException("verbosity " + verbosity + " is not 0 to 4");
        }
        if (clockSeconds < 0) {
            throw new IllegalArgumentException(
                    "clock of " + clockSeconds + " s, must be 0 or more");
        }
    }
}
