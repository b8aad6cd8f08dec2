package io.zerocloud.sandbox.session;

/**
 * A digest that the worker computes over a channel's bytes in I/O order (reads and writes feed one
 * digest), or over the guest's readable memory at the end of the session.
 */
public enum DigestAlgorithm {
    /** Not computed. */
    NONE(0),
    /** 32 hex digits: what Swift calls an ETag, what {@code X-Nexe-Etag} carries. */
    MD5(16),
    /** 40 hex digits: what the original hypervisor prints. */
    SHA1(20);

    private final int bytes;

    DigestAlgorithm(int bytes) {
        this.bytes = bytes;
    }

    /** Length of the digest in bytes. */
    public int bytes() {
        return bytes;
    }
}
