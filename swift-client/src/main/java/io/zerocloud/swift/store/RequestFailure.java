package io.zerocloud.swift.store;

/**
 * Ends a request with an error answer. Cheap: it carries no stack, for it tells the client's fault.
 */
final class RequestFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Response response;

    RequestFailure(Response response) {
        super(response.status().line(), null, false, false);
        this.response = response;
    }

    RequestFailure(HttpStatus status) {
        this(Response.of(status));
    }

    /** A 4xx with a plain text that names the rule. */
    RequestFailure(HttpStatus status, String text) {
        this(Response.plain(status, text));
    }

    static RequestFailure badRequest(String text) {
        return new RequestFailure(HttpStatus.BAD_REQUEST, text);
    }

    Response response() {
        return response;
    }
}
