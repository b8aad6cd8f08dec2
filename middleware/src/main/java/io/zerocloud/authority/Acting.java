package io.zerocloud.authority;

import io.zerocloud.job.StorePath;

/** On whose behalf what is read. */
public interface Acting {
    /** Who reads a path. */
    Caller reader(StorePath path);

    /**
     * Asked when Swift refused the reader with 401 or 403: whether somebody else may read for him.
     * {@link #reader} then names that one.
     */
    default boolean mayReadOtherwise(StorePath path, Caller refused) {
        return false;
    }

    /**
     * Whether what a reader found behind a symbolic link is his to see here. Swift asks for his
     * rights on the target; a reader who acts for somebody else has some that are not of this job.
     */
    default boolean mayFollow(StorePath link, StorePath target) {
        return true;
    }
}
