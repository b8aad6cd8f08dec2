package io.zerocloud.plan;

/** The store answered a listing with something else than a listing. */
public final class StoreRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String reason;

    /**
     * @param status HTTP status of the store's answer; 401 and 403 reach the client as they are
     * @param reason the status line's reason phrase
     */
    public StoreRefused(int status, String reason) {
        super(status + " " + reason);
        this.status = status;
        this.reason = reason;
    }

    public int status() {
        return status;
    }

    /** {@code 403 Forbidden}. */
    public String line() {
        return (status + " " + reason).strip();
    }

    public String reason() {
        return reason;
    }
}
