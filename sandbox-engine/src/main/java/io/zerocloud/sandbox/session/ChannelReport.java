package io.zerocloud.sandbox.session;

/**
 * What a guest did on one channel: the worker's count.
 *
 * @param alias the channel's name
 * @param network as in {@link Channel}
 * @param gets completed reads
 * @param getBytes bytes read
 * @param puts completed writes
 * @param putBytes bytes written
 * @param digest lower-case hex, empty if none was asked for or the worker was killed
 */
public record ChannelReport(
        String alias,
        boolean network,
        long gets,
        long getBytes,
        long puts,
        long putBytes,
        String digest) {}
