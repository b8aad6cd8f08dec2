package io.zerocloud.swift.auth;

import io.vertx.core.Future;

/** Where requests get their token from. */
public interface TokenSource {
    /** The token to use now; asks the authentication service if there is none yet. */
    Future<String> token();

    /**
     * A new token after Swift refused one with 401.
     *
     * @param refused the one that was refused; if another has been got since, that is the answer
     * @return fails if there is no way to a new one
     */
    Future<String> renew(String refused);

    /** A token that somebody else got: it is used as it is and cannot be renewed. */
    static TokenSource of(String token) {
        return new TokenSource() {
            @Override
            public Future<String> token() {
                return Future.succeededFuture(token);
            }

            @Override
            public Future<String> renew(String refused) {
                return Future.failedFuture(
                        new AuthenticationException(
                                "the token was refused and is not ours to renew"));
            }
        };
    }
}
