package io.zerocloud.sandbox.session;

import java.time.Duration;

/**
 * What a session may use.
 *
 * @param memoryBytes the guest's memory, text, data, heap and its 16 MiB of stack together, 1 to 4
 *     GiB; at least 8 MiB must remain for data and heap. Reserved from the engine's memory budget.
 * @param timeout wall-clock time from the worker's acceptance of the session, 1 ms to 30 days
 */
public record Limits(long memoryBytes, Duration timeout) {
    /** All that the address space of a guest holds. */
    public static final long MAX_MEMORY = 1L << 32;

    /** The longest time-out. */
    public static final Duration MAX_TIMEOUT = Duration.ofDays(30);

    public Limits {
        if (memoryBytes < 1 || memoryBytes > MAX_MEMORY) {
            throw new IllegalArgumentException(
                    "memory of " + memoryBytes + " bytes, must be 1 to " + MAX_MEMORY);
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout of "
                            + timeout
                            + ", must be 1 ms to "
                            + MAX_TIMEOUT.toDays()
                            + " days");
        }
    }
}
