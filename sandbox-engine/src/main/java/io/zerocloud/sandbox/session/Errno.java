package io.zerocloud.sandbox.session;

import java.util.Map;

/** Names of Linux's error numbers that the engine meets. */
final class Errno {
    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(1, "EPERM"),
                    Map.entry(2, "ENOENT"),
                    Map.entry(5, "EIO"),
                    Map.entry(9, "EBADF"),
                    Map.entry(11, "EAGAIN"),
                    Map.entry(12, "ENOMEM"),
                    Map.entry(13, "EACCES"),
                    Map.entry(17, "EEXIST"),
                    Map.entry(20, "ENOTDIR"),
                    Map.entry(21, "EISDIR"),
                    Map.entry(22, "EINVAL"),
                    Map.entry(23, "ENFILE"),
                    Map.entry(24, "EMFILE"),
                    Map.entry(27, "EFBIG"),
                    Map.entry(28, "ENOSPC"),
                    Map.entry(30, "EROFS"),
                    Map.entry(32, "EPIPE"),
                    Map.entry(38, "ENOSYS"),
                    Map.entry(40, "ELOOP"),
                    Map.entry(95, "EOPNOTSUPP"),
                    Map.entry(104, "ECONNRESET"),
                    Map.entry(111, "ECONNREFUSED"));

    private Errno() {}

    static String name(int errno) {
        return NAMES.getOrDefault(errno, "errno " + errno);
    }
}
