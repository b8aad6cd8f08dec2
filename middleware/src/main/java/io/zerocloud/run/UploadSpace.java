package io.zerocloud.run;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The disk for images and payloads of the jobs that run: one body is bounded, and so are all
 * together, or a thousand clients would fill the proxy's disk.
 */
final class UploadSpace {
    /** So many of the largest uploads fit at once. */
    private static final int LARGEST_AT_ONCE = 4;

    private final Path folder;
    private final long each;
    private final long all;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param each most bytes of one upload
     */
    UploadSpace(Path folder, long each) {
        this.folder = folder;
        this.each = each;
        this.all = each > Long.MAX_VALUE / LARGEST_AT_ONCE ? each : each * LARGEST_AT_ONCE;
    }

    Path folder() {
        return folder;
    }

    long each() {
        return each;
    }

    /**
     * @throws JobException 507 if that many are not left; nothing is taken then
     */
    void take(int bytes) throws JobException {
        if (used.addAndGet(bytes) > all) {
            used.addAndGet(-bytes);
            throw JobException.of(
                            ErrorCode.STORAGE_FULL, "(too many uploads at once; try again later)")
                    .with("Retry-After", "10");
        }
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
