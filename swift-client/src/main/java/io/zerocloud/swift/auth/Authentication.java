package io.zerocloud.swift.auth;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * What an authentication service answered.
 *
 * @param storageUrl the account's address: {@code http://host:port/v1/AUTH_x}
 * @param token X-Auth-Token; a secret
 * @param expires when the token ceases to count, if the service said
 */
public record Authentication(URI storageUrl, String token, Optional<Instant> expires) {
    /** Leaves the token out, so that no log has it. */
    @Override
    public String toString() {
        return "Authentication[" + storageUrl + ", expires " + expires + ']';
    }
}
