package io.zerocloud.request;

/** Names of the headers with which a client speaks to us. */
public final class Headers {
    /**
     * The command: {@code 1.0}, {@code open/1.0} or {@code api/1.0}; its presence makes a request
     * ours.
     */
    public static final String EXECUTE = "X-Zerovm-Execute";

    /** {@code swift://account/container/object} of the job; the body is then payload. */
    public static final String SOURCE = "X-Zerovm-Source";

    /** Wall-clock seconds that a guest of this job may take, at most the configured ceiling. */
    public static final String TIMEOUT = "X-Zerovm-Timeout";

    /** {@code 1}: the body streams while guests run; the report headers follow as trailers. */
    public static final String STREAM = "X-Zerovm-Stream";

    /** {@code 1}: the answer is the JSON report instead of the outputs. */
    public static final String REPORT = "X-Zerovm-Report";

    /**
     * {@code always}: the answer is where the result will be; {@code auto}: only if it takes longer
     * than a person waits.
     */
    public static final String DEFERRED = "X-Zerovm-Deferred";

    /** Any text of the client's choice: a repeated POST with it gets the first run's answer. */
    public static final String JOB_KEY = "X-Zerovm-Job-Key";

    /** The caller's token, Swift's own header. */
    public static final String AUTH_TOKEN = "X-Auth-Token";

    /** The older name of the same. */
    public static final String STORAGE_TOKEN = "X-Storage-Token";

    /** The media type of the JSON report. */
    public static final String REPORT_TYPE = "application/vnd.zerocloud.report+json";

    private Headers() {}
}
