package io.zerocloud.nvram;

/**
 * A tar archive that the guest's runtime unpacks before main.
 *
 * @param channel {@code /dev/...}
 * @param mountpoint directory
 * @param access {@code ro}
 * @param removable whether it came with the request
 */
public record Mount(String channel, String mountpoint, String access, boolean removable) {
    /** Mounted at {@code /}, read at start, never written. */
    public static Mount readOnly(String channel, boolean removable) {
        return new Mount(channel, "/", "ro", removable);
    }
}
