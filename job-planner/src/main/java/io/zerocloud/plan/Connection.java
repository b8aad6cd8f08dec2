package io.zerocloud.plan;

/**
 * A directed stream between two sessions of a job.
 *
 * @param id index in {@link Plan#connections()}
 * @param from id of the writing session
 * @param fromDevice its device, such as {@code out/reduce-1}
 * @param to id of the reading session
 * @param toDevice its device, such as {@code in/map-3}
 */
public record Connection(int id, int from, String fromDevice, int to, String toDevice) {}
