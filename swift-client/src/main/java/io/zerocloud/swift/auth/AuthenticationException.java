package io.zerocloud.swift.auth;

import org.jspecify.annotations.Nullable;

/** The authentication service refused, or could not be asked. Never holds a secret. */
public final class AuthenticationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AuthenticationException(String message) {
        super(message);
    }

    public AuthenticationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
