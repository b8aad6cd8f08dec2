package io.zerocloud.sandbox.session;

/**
 * A tar channel that the guest library mounts ({@code [fstab]} of /dev/nvram).
 *
 * @param channel alias of the channel, such as {@code /dev/image}; no comma, {@code #} or newline
 * @param mountpoint absolute directory; same restriction
 * @param access unpack at start, or pack at exit
 * @param removable whether a session started from a template mounts it anew
 */
public record Mount(String channel, String mountpoint, Access access, boolean removable) {
    /** What the guest library does with the tar. */
    public enum Access {
        /** Unpack at start. */
        READ,
        /** Pack the directory into the channel at exit. */
        WRITE
    }
}
