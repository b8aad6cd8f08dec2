package io.zerocloud.error;

/**
 * Every error that the middleware itself can answer. The text is what the original service said
 * where it said something sensible (clients match on it); a detail may follow it.
 */
public enum ErrorCode {
    INVALID_CONTENT_LENGTH(400, "Invalid Content-Length"),
    MISSING_CONTENT_TYPE(400, "Must specify Content-Type"),
    UNSUPPORTED_CONTENT_TYPE(400, "Unsupported Content-Type"),
    EMPTY_BODY(400, "Empty request body"),
    UNKNOWN_COMMAND(400, "Unknown X-Zerovm-Execute version"),
    INVALID_HEADER(400, "Invalid header"),
    NO_BOOT_MAP(400, "System boot map was not found in request"),
    DESCRIPTION(400, "Invalid job description"),
    TOO_LARGE_FOR_CLUSTER(400, "Job does not fit the cluster"),
    TOO_MANY_CHANNELS(400, "Too many channels"),
    REMOTE_CONTAINER(400, "Cannot use container as a remote object reference"),
    UNAUTHORIZED(401, "Unauthorized"),
    FORBIDDEN(403, "Forbidden"),
    NOT_FOUND(404, "Not Found"),
    NO_APPLICATION(404, "No application registered for"),
    NO_ENDPOINT(404, "No API endpoint configured for container"),
    FETCH_FAILED(404, "Error while fetching"),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    UPLOAD_TIMEOUT(408, "Request Timeout"),
    SESSION_TIMEOUT(408, "Timeout: trying to get final status of POST to"),
    OBJECT_CHANGED(409, "Object changed after the job was authorised"),
    BAD_URL(412, "Bad URL"),
    INVALID_UTF8(412, "Invalid UTF8"),
    BAD_METHOD(412, "Bad HTTP method"),
    SOURCE_FORMAT(412, "X-Zerovm-Source format is swift://account/container/object"),
    TOO_LARGE(413, "Request Entity Too Large"),
    NOT_A_DESCRIPTION(422, "Could not parse system map"),
    BAD_ARCHIVE(422, "Error reading"),
    ETAG_MISMATCH(422, "Unprocessable Entity"),
    CLIENT_DISCONNECT(499, "Client Disconnect"),
    INTERNAL(500, "Internal Error"),
    GUEST_FAILED(500, "ERROR OBJ.QUERY"),
    PEER_FAILED(500, "Cancelled with the node it is connected to"),
    NOT_IMPLEMENTED(501, "Not Implemented"),
    SWIFT_UNREACHABLE(502, "Object storage cannot be reached"),
    SLOT_NOT_AVAILABLE(503, "Slot not available"),
    NO_SUITABLE_NODE(503, "Cannot find suitable node to execute code on"),
    STOPPING(503, "Server is stopping"),
    SWIFT_TIMEOUT(504, "Object storage did not answer in time"),
    STORAGE_FULL(507, "Insufficient Storage");

    private final int status;
    private final String text;

    ErrorCode(int status, String text) {
        this.status = status;
        this.text = text;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** The beginning of the answer's body. */
    public String text() {
        return text;
    }
}
