package io.zerocloud.sandbox.session;

/**
 * One protection of the second wall, as the supervisor found it on this host.
 *
 * @param name such as {@code seccomp} or {@code network namespace}
 * @param on whether it holds
 * @param reason why not, for example {@code EPERM}; empty if on
 * @param mandatory whether the engine refuses to start without it
 */
public record Protection(String name, boolean on, String reason, boolean mandatory) {}
