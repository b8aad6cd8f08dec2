package io.zerocloud.swift.store;

/**
 * The statuses that the store answers with, and the text that Swift's error pages (swob.py) give to
 * each: clients show it to people.
 */
enum HttpStatus {
    OK(200, "OK", ""),
    CREATED(201, "Created", ""),
    ACCEPTED(202, "Accepted", "The request is accepted for processing."),
    NO_CONTENT(204, "No Content", ""),
    PARTIAL_CONTENT(206, "Partial Content", ""),
    NOT_MODIFIED(304, "Not Modified", ""),
    BAD_REQUEST(
            400,
            "Bad Request",
            "The server could not comply with the request since it is either malformed or otherwise incorrect."),
    UNAUTHORIZED(
            401,
            "Unauthorized",
            "This server could not verify that you are authorized to access the document you requested."),
    FORBIDDEN(403, "Forbidden", "Access was denied to this resource."),
    NOT_FOUND(404, "Not Found", "The resource could not be found."),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed", "The method is not allowed for this resource."),
    NOT_ACCEPTABLE(
            406,
            "Not Acceptable",
            "The resource is not available in a format acceptable to your browser."),
    REQUEST_TIMEOUT(
            408,
            "Request Timeout",
            "The server has waited too long for the request to be sent by the client."),
    CONFLICT(409, "Conflict", "There was a conflict when trying to complete your request."),
    LENGTH_REQUIRED(411, "Length Required", "Content-Length header required."),
    PRECONDITION_FAILED(412, "Precondition Failed", "A precondition for this request was not met."),
    REQUEST_ENTITY_TOO_LARGE(
            413,
            "Request Entity Too Large",
            "The body of your request was too large for this server."),
    REQUEST_URI_TOO_LONG(
            414, "Request URI Too Long", "The request URI was too long for this server."),
    RANGE_NOT_SATISFIABLE(
            416, "Requested Range Not Satisfiable", "The Range requested is not available."),
    UNPROCESSABLE_ENTITY(
            422, "Unprocessable Entity", "Unable to process the contained instructions"),
    CLIENT_CLOSED_REQUEST(499, "Client Disconnect", "The client was disconnected during request."),
    INTERNAL_SERVER_ERROR(
            500,
            "Internal Error",
            "The server has either erred or is incapable of performing the requested operation."),
    NOT_IMPLEMENTED(
            501, "Not Implemented", "The requested method is not implemented by this server."),
    SERVICE_UNAVAILABLE(
            503,
            "Service Unavailable",
            "The server is currently unavailable. Please try again at a later time."),
    INSUFFICIENT_STORAGE(
            507, "Insufficient Storage", "There was not enough space to save the resource.");

    private final int code;
    private final String reason;
    private final String explanation;

    HttpStatus(int code, String reason, String explanation) {
        this.code = code;
        this.reason = reason;
        this.explanation = explanation;
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }

    /** {@code 404 Not Found}, as bulk answers spell a status. */
    String line() {
        return code + " " + reason;
    }

    /** The page for a person; empty for a status that has none. */
    String page() {
        return explanation.isEmpty()
                ? ""
                : "<html><h1>" + reason + "</h1><p>" + explanation + "</p></html>";
    }
}
