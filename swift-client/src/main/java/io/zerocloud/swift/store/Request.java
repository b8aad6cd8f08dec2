package io.zerocloud.swift.store;

import java.util.Optional;

/**
 * A request, parsed as far as every handler needs it.
 *
 * @param method upper case, e.g. {@code GET}
 * @param headers names without regard to case, values as bytes widened to characters
 * @param hostUrl {@code http://host:port} as the client addressed this server
 */
record Request(String method, Target target, HeaderMap headers, BodySource body, String hostUrl) {
    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean isRead() {
        return method.equals("GET") || isHead();
    }

    Optional<String> header(String name) {
        return headers.get(name);
    }

    Optional<String> param(String name) {
        return target.param(name);
    }

    /** The same request with another method and other headers, without a body. */
    Request derived(String otherMethod, HeaderMap otherHeaders) {
        return new Request(otherMethod, target, otherHeaders, BodySource.EMPTY, hostUrl);
    }
}
