package io.zerocloud.cluster;

/** The job descriptions of these tests. */
public final class Jobs {
    private Jobs() {}

    /** One session an object of a path, each copying its object to the answer. */
    public static String copy(String path) {
        return """
        [{"name": "copy", "exec": {"path": "swift://~/programs/copy"},
          "devices": [{"name": "stdin", "path": "%s"}, {"name": "stdout"}]}]
        """
                .formatted(path);
    }

    /** So many sessions without data, anywhere. */
    public static String wide(int sessions) {
        return """
        [{"name": "wide", "count": %d, "exec": {"path": "swift://~/programs/copy"},
          "devices": [{"name": "stdout"}]}]
        """
                .formatted(sessions);
    }

    /** Says {@code begun}, takes some seconds, and stores {@code done} as an object. */
    static String late(String object) {
        return """
        [{"name": "late", "exec": {"path": "swift://~/programs/late"},
          "devices": [{"name": "stdout"}, {"name": "output", "path": "%s"}]}]
        """
                .formatted(object);
    }
}
